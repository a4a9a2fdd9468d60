import type { ConversationSummary } from '@parley/protocol'
import { Link, useNavigate } from '@tanstack/react-router'
import { ChartNoAxesColumn, LogOut, SquarePen } from 'lucide-react'
import { useState } from 'react'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { shortTime } from '../ui/time.ts'
import { plain, titleOf } from './title.ts'
import { UsageDialog } from './usage-dialog.tsx'

/** The conversations, the newest first, with the way to a new one and out. */
export function ConversationList() {
  const parley = useParley()
  const { items, next, loaded } = useStore(parley.list)
  const navigate = useNavigate()
  const [showsUsage, setShowsUsage] = useState(false)

  async function create(): Promise<void> {
    const conversation = await parley.create()
    await navigate({ to: '/c/$conversation', params: { conversation } })
  }

  return (
    <nav aria-label="Conversations" className="flex h-full flex-col">
      <header className="flex h-14 shrink-0 items-center justify-between pr-2 pl-4">
        <Link to="/" className="flex items-center gap-2 font-semibold">
          <img src="/parley.svg" alt="" className="size-6" /> Parley
        </Link>
        <Button kind="icon" aria-label="New conversation" title="New conversation" onClick={create}>
          <SquarePen size={18} />
        </Button>
      </header>
      <ul className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {!loaded && [1, 2, 3].map((n) => <li key={n} className="m-2 h-12 rounded-lg bg-line opacity-50" />)}
        {items.map((item) => (
          <Entry key={item.id} item={item} />
        ))}
        {next && (
          <li>
            <Button kind="quiet" className="w-full" onClick={() => parley.loadMore()}>
              Show more
            </Button>
          </li>
        )}
        {loaded && items.length === 0 && (
          <li className="px-2 py-4 text-sm text-quiet">Your conversations will stand here. Start the first one.</li>
        )}
      </ul>
      <footer className="flex h-14 shrink-0 items-center gap-2 border-t border-line pr-2 pl-4">
        <Avatar id={parley.user.id} name={parley.user.name} />
        <span className="min-w-0 flex-1 truncate">{parley.user.name}</span>
        <Button
          kind="icon"
          aria-label="Your use of the models"
          title="Your use of the models"
          onClick={() => setShowsUsage(true)}
        >
          <ChartNoAxesColumn size={18} />
        </Button>
        <Button
          kind="icon"
          aria-label="Sign out"
          title="Sign out"
          onClick={() => parley.api.signOut().then(reload, reload)}
        >
          <LogOut size={18} />
        </Button>
      </footer>
      {showsUsage && <UsageDialog onClose={() => setShowsUsage(false)} />}
    </nav>
  )
}

function Entry({ item }: { item: ConversationSummary }) {
  const unread = item.head > item.lastReadSeq && item.preview !== ''
  return (
    <li>
      <Link
        to="/c/$conversation"
        params={{ conversation: item.id }}
        className="block rounded-lg px-3 py-2 hover:bg-line/60"
        activeProps={{ className: 'bg-raised shadow-sm hover:bg-raised', 'aria-current': 'page' }}
      >
        <span className="flex items-baseline gap-2">
          <span className={`min-w-0 flex-1 truncate ${unread ? 'font-semibold' : ''}`}>{titleOf(item)}</span>
          <time dateTime={item.activeAt} className="shrink-0 text-sm text-quiet">
            {shortTime(item.activeAt)}
          </time>
        </span>
        <span className="flex items-center gap-2">
          <span className="min-w-0 flex-1 truncate text-sm text-quiet">
            {plain(item.preview) || 'Nothing said yet'}
          </span>
          {unread && (
            <span className="size-2 shrink-0 rounded-full bg-accent">
              <span className="sr-only">unread</span>
            </span>
          )}
        </span>
      </Link>
    </li>
  )
}

function reload(): void {
  window.location.assign('/')
}
