import type { Message, Role } from '@parley/protocol'
import { Ban, ChevronDown, Copy, Flag, Link, Pencil, RefreshCw, Share2, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { later } from '../ui/later.tsx'
import type { MenuItem } from '../ui/menu.tsx'
import { isGoing } from './going.ts'

// Menus come after what they are for.
const Menu = later(async () => (await import('../ui/menu.tsx')).Menu, <span className="size-9" />)

const quickReactions = ['👍', '❤️', '😂', '🎉']

type Props = {
  conversation: string
  message: Message
  role: Role
  /** A finger is held on the message. */
  isHeld: boolean
  /** Something was done. */
  onDone: () => void
  onEdit: () => void
  onReact: (emoji: string, on: boolean) => void
  onDelete: () => void
  /** Without a model: with that of before. */
  onRegenerate: (model?: string) => void
}

/** What can be done with a message: seen when it is pointed at, tapped, or reached by keyboard. */
export function Actions({
  conversation,
  message,
  role,
  isHeld,
  onDone,
  onEdit,
  onReact,
  onDelete,
  onRegenerate,
}: Props) {
  const { user, shown, notice, api } = useParley()
  const mine = message.author === user.id
  const canWrite = role !== 'viewer'
  if (isGoing(message)) return null
  const reacted = (emoji: string) =>
    message.reactions.some((reaction) => reaction.emoji === emoji && reaction.users.includes(user.id))

  const copyLink = () => void navigator.clipboard.writeText(linkTo(conversation, message))
  const share = () => shown.set({ conversation, what: 'share', message: message.id })
  const report = () => shown.set({ conversation, what: 'report', message: message.id })
  async function block(author: string): Promise<void> {
    try {
      await api.block(author, true)
      notice.set({ text: t('message.blocked'), undo: () => void api.block(author, false).catch(() => {}) })
    } catch (error) {
      notice.set({ text: wordsOf(error) })
    }
  }
  const more: MenuItem[] = [
    { label: t('message.copyLink'), icon: <Link size={16} />, onSelect: copyLink },
    ...(canWrite ? [{ label: t('message.share'), icon: <Share2 size={16} />, onSelect: share }] : []),
    ...(mine ? [] : [{ label: t('message.report'), icon: <Flag size={16} />, onSelect: report }]),
    ...(mine || !message.author
      ? []
      : [{ label: t('message.block'), icon: <Ban size={16} />, onSelect: () => void block(message.author!) }]),
    ...(mine || role === 'owner'
      ? [{ label: t('ui.delete'), icon: <Trash2 size={16} />, isDanger: true, onSelect: onDelete }]
      : []),
  ]

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/noStaticElementInteractions: what is clicked are the buttons in it
    <div
      className={`absolute end-0 -top-4 z-10 rounded-lg border border-line bg-raised shadow-sm group-focus-within:flex group-hover:flex group-has-[[data-state=open]]:flex ${isHeld ? 'flex' : 'hidden'}`}
      onClick={onDone}
    >
      {canWrite &&
        quickReactions.map((emoji) => (
          <Action key={emoji} label={t('message.reactWith', { emoji })} onClick={() => onReact(emoji, !reacted(emoji))}>
            {emoji}
          </Action>
        ))}
      <Action label={t('ui.copy')} onClick={() => void navigator.clipboard.writeText(message.content)}>
        <Copy size={16} />
      </Action>
      {message.reply && canWrite && (
        <>
          <Action label={t('message.writeAgain')} onClick={() => onRegenerate()}>
            <RefreshCw size={16} />
          </Action>
          <OtherModel onChoose={onRegenerate} />
        </>
      )}
      {mine && canWrite && (
        <Action label={t('message.edit')} onClick={onEdit}>
          <Pencil size={16} />
        </Action>
      )}
      <Menu label={t('message.more')} items={more} />
    </div>
  )
}

/** Where others in the conversation find the message. */
function linkTo(conversation: string, { seq }: Message): string {
  return `${window.location.origin}/c/${conversation}?at=${seq}`
}

/** The choice of a model to write the reply again with; the browser's own list, as small as its arrow. */
function OtherModel({ onChoose }: { onChoose: (model: string) => void }) {
  const models = useStore(useParley().models)
  if (models.length < 2) return null
  return (
    <span className="relative flex size-9 items-center justify-center text-quiet has-focus-visible:outline-2 has-focus-visible:outline-accent hover:bg-sunken hover:text-text">
      <ChevronDown size={16} />
      <select
        aria-label={t('message.writeAgainWithAnother')}
        title={t('message.writeAgainWithAnother')}
        className="absolute inset-0 cursor-pointer opacity-0"
        value=""
        onChange={(event) => onChoose(event.target.value)}
      >
        <option value="" disabled>
          {t('message.writeAgainWith')}
        </option>
        {models.map((model) => (
          <option key={model} value={model}>
            {model}
          </option>
        ))}
      </select>
    </span>
  )
}

function Action({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className="flex size-9 items-center justify-center text-quiet first:rounded-s-lg last:rounded-e-lg hover:bg-sunken hover:text-text"
      onClick={onClick}
    >
      {children}
    </button>
  )
}
