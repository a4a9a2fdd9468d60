import type { ConversationState } from '@parley/client'
import { limits, type Role } from '@parley/protocol'
import { Menu, UserPlus, Users } from 'lucide-react'
import { type FormEvent, use } from 'react'
import { SheetContext } from '../conversations/sheet.ts'
import { titleOf } from '../conversations/title.ts'
import { useParley } from '../parley/context.ts'
import { messageOf, type OfConversation, shownOf } from '../parley/shown.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { later } from '../ui/later.tsx'

const InviteDialog = later(async () => (await import('../sharing/invite-dialog.tsx')).InviteDialog)
const MembersDialog = later(async () => (await import('./members-dialog.tsx')).MembersDialog)
const ReportDialog = later(async () => (await import('../messages/report-dialog.tsx')).ReportDialog)
const ShareDialog = later(async () => (await import('../sharing/share-dialog.tsx')).ShareDialog)

/** What the conversation is called, who is here, and the ways to its people. */
export function Header({ state, role }: { state: ConversationState; role: Role }) {
  const openList = use(SheetContext)
  const { shown: store, user } = useParley()
  const over = useStore(store)
  const shown = shownOf(over, state.id)
  const show = (what: OfConversation) => store.set({ conversation: state.id, what })
  const close = () => store.set(undefined)
  const message = messageOf(over)
  const { memberCount } = state.conversation
  const here = state.presence.count
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line px-2 md:ps-4">
      <Button kind="icon" aria-label={t('conversations.show')} className="md:hidden" onClick={openList}>
        <Menu size={20} />
      </Button>
      <Title state={state} canRename={role !== 'viewer'} />
      <Button
        kind="quiet"
        aria-label={t('conversation.membersHere', { members: memberCount, here })}
        title={t('conversation.members')}
        onClick={() => show('members')}
      >
        <Users size={18} />
        <span>{memberCount}</span>
        <span className="hidden items-center gap-1.5 sm:flex">
          <span className="size-2 rounded-full bg-success" /> {t('conversation.here', { here })}
        </span>
      </Button>
      {role !== 'viewer' && !user.guest && (
        <Button aria-label={t('actions.invite')} onClick={() => show('invite')}>
          <UserPlus size={18} />
          <span className="hidden sm:inline">{t('conversation.invite')}</span>
        </Button>
      )}
      {shown === 'members' && <MembersDialog state={state} role={role} onClose={close} />}
      {shown === 'invite' && <InviteDialog conversation={state.id} onClose={close} />}
      {shown === 'report' && message && <ReportDialog conversation={state.id} message={message} onClose={close} />}
      {shown === 'share' && <ShareDialog conversation={state.id} message={message} onClose={close} />}
    </header>
  )
}

function Title({ state, canRename }: { state: ConversationState; canRename: boolean }) {
  const { api, shown } = useParley()
  const editing = shownOf(useStore(shown), state.id) === 'rename' && canRename

  async function rename(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const title = String(new FormData(event.currentTarget).get('title')).trim()
    shown.set(undefined)
    if (title && title !== state.conversation.title) await api.changeConversation(state.id, { title }).catch(() => {})
  }

  if (!editing) {
    return (
      <h1 dir="auto" className="min-w-0 flex-1 truncate font-semibold">
        {canRename ? (
          <button
            type="button"
            className="max-w-full truncate rounded-md px-1"
            title={t('ui.rename')}
            onClick={() => shown.set({ conversation: state.id, what: 'rename' })}
          >
            {titleOf(state.conversation)}
          </button>
        ) : (
          titleOf(state.conversation)
        )}
      </h1>
    )
  }
  return (
    <form className="min-w-0 flex-1" onSubmit={rename}>
      <h1 className="sr-only">{titleOf(state.conversation)}</h1>
      <input
        name="title"
        aria-label={t('conversation.title')}
        // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
        autoFocus
        defaultValue={state.conversation.title}
        maxLength={limits.titleChars}
        className="h-9 w-full max-w-md rounded-lg border border-line bg-raised px-2"
        onBlur={(event) => event.currentTarget.form?.requestSubmit()}
        onKeyDown={(event) => event.key === 'Escape' && shown.set(undefined)}
      />
    </form>
  )
}
