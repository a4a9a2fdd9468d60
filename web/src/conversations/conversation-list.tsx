import type { ConversationSummary } from '@parley/protocol'
import { Link } from '@tanstack/react-router'
import { ChartNoAxesColumn, ChevronRight, LogOut, Search, Settings, SquarePen } from 'lucide-react'
import { commandKey, useNewConversation } from '../commands/actions.tsx'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { later } from '../ui/later.tsx'
import { shortTime } from '../ui/time.ts'
import { groupsOf } from './groups.ts'
import { isUnread, plain, titleOf } from './title.ts'

// The list is there before its menus are.
const EntryMenu = later(async () => (await import('./entry-menu.tsx')).EntryMenu, <span />)

/** The conversations, the newest first, with the way to a new one and out. */
export function ConversationList() {
  const parley = useParley()
  const { items, next, loaded } = useStore(parley.list)
  const startNew = useNewConversation()

  return (
    <nav aria-label={t('conversations.label')} className="flex h-full flex-col">
      <header className="flex h-14 shrink-0 items-center justify-between ps-4 pe-2">
        <Link to="/" className="flex items-center gap-2 font-semibold">
          <img src="/parley.svg" alt="" className="size-6" /> Parley
        </Link>
        <span className="flex">
          <Button
            kind="icon"
            aria-label={t('actions.find')}
            title={`${t('actions.find')} (${commandKey} K)`}
            onClick={() => parley.shown.set('palette')}
          >
            <Search size={18} />
          </Button>
          <Button kind="icon" aria-label={t('actions.new')} title={t('actions.new')} onClick={startNew}>
            <SquarePen size={18} />
          </Button>
        </span>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {!loaded && [1, 2, 3].map((n) => <div key={n} className="m-2 h-12 rounded-lg bg-line opacity-50" />)}
        {groupsOf(items).map((group) => (
          <section key={group.name} aria-label={group.name}>
            <h2 className="px-3 pt-3 pb-1 text-sm font-medium text-quiet">{group.name}</h2>
            <ul>
              {group.items.map((item) => (
                <Entry key={item.id} item={item} />
              ))}
            </ul>
          </section>
        ))}
        {next && (
          <Button kind="quiet" className="w-full" onClick={() => parley.loadMore()}>
            {t('ui.showMore')}
          </Button>
        )}
        {loaded && <ArchiveFold items={items.filter(({ place }) => place === 'archive')} />}
        {loaded && items.length === 0 && <p className="px-2 py-4 text-sm text-quiet">{t('conversations.empty')}</p>}
      </div>
      <footer className="flex h-14 shrink-0 items-center gap-2 border-t border-line ps-4 pe-2">
        <Avatar id={parley.user.id} name={parley.user.name} />
        <span dir="auto" className="min-w-0 flex-1 truncate">
          {parley.user.name}
        </span>
        <Button
          kind="icon"
          aria-label={t('actions.usage')}
          title={t('actions.usage')}
          onClick={() => parley.shown.set('usage')}
        >
          <ChartNoAxesColumn size={18} />
        </Button>
        <Button
          kind="icon"
          aria-label={t('actions.settings')}
          title={t('actions.settings')}
          onClick={() => parley.shown.set({ settings: 'profile' })}
        >
          <Settings size={18} />
        </Button>
        <Button
          kind="icon"
          aria-label={t('actions.signout')}
          title={t('actions.signout')}
          onClick={() => void parley.signOut()}
        >
          <LogOut size={18} />
        </Button>
      </footer>
    </nav>
  )
}

/** What is put away; read from history when it is opened. */
function ArchiveFold({ items }: { items: ConversationSummary[] }) {
  const parley = useParley()
  const { archive } = useStore(parley.list)
  return (
    <details
      className="group/archive mt-3"
      onToggle={(event) => event.currentTarget.open && !archive.loaded && void parley.loadArchive().catch(() => {})}
    >
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 rounded-lg px-3 text-sm font-medium text-quiet hover:bg-line/60 sm:min-h-9 [&::-webkit-details-marker]:hidden">
        <ChevronRight
          size={16}
          className="transition-transform duration-150 group-open/archive:rotate-90 rtl:rotate-180"
        />{' '}
        {t('conversations.archive')}
      </summary>
      <ul>
        {items.map((item) => (
          <Entry key={item.id} item={item} />
        ))}
      </ul>
      {archive.next && (
        <Button kind="quiet" className="w-full" onClick={() => void parley.loadArchive().catch(() => {})}>
          {t('ui.showMore')}
        </Button>
      )}
      {archive.loaded && items.length === 0 && (
        <p className="px-3 py-2 text-sm text-quiet">{t('conversations.archiveEmpty')}</p>
      )}
    </details>
  )
}

function Entry({ item }: { item: ConversationSummary }) {
  const unread = isUnread(item)
  return (
    <li className="group/entry relative">
      <Link
        to="/c/$conversation"
        params={{ conversation: item.id }}
        className="block rounded-lg py-2 ps-3 pe-11 hover:bg-line/60 md:pe-3"
        activeProps={{ className: 'bg-raised shadow-sm hover:bg-raised', 'aria-current': 'page' }}
      >
        <span className="flex items-baseline gap-2">
          <span dir="auto" className={`min-w-0 flex-1 truncate ${unread ? 'font-semibold' : ''}`}>
            {titleOf(item)}
          </span>
          <time
            dateTime={item.activeAt}
            className="shrink-0 text-sm text-quiet md:group-focus-within/entry:opacity-0 md:group-hover/entry:opacity-0"
          >
            {shortTime(item.activeAt)}
          </time>
        </span>
        <span className="flex items-center gap-2">
          <span dir="auto" className="min-w-0 flex-1 truncate text-sm text-quiet">
            {plain(item.preview) || t('conversations.nothingSaid')}
          </span>
          {unread && (
            <span className="size-2 shrink-0 rounded-full bg-accent">
              <span className="sr-only">{t('conversations.unread')}</span>
            </span>
          )}
        </span>
      </Link>
      <EntryMenu
        item={item}
        className="absolute end-1 top-0.5 md:opacity-0 md:group-focus-within/entry:opacity-100 md:group-hover/entry:opacity-100 md:data-[state=open]:opacity-100"
      />
    </li>
  )
}
