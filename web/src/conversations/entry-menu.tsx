import type { ConversationSummary } from '@parley/protocol'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Archive, ArchiveRestore, FileJson, FileText, LogOut, Pencil, Pin, PinOff, Share2, Trash2 } from 'lucide-react'
import { useParley } from '../parley/context.ts'
import type { OfConversation } from '../parley/shown.ts'
import { exportConversation } from '../sharing/export-conversation.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Menu, type MenuItem } from '../ui/menu.tsx'
import { titleOf } from './title.ts'

/** What can be done with a conversation of the list. */
export function EntryMenu({ item, className }: { item: ConversationSummary; className: string }) {
  const parley = useParley()
  const navigate = useNavigate()
  const { conversation } = useParams({ strict: false })
  const { id, place, role, memberCount } = item

  async function showThere(what: OfConversation): Promise<void> {
    await navigate({ to: '/c/$conversation', params: { conversation: id } })
    parley.shown.set({ conversation: id, what })
  }

  async function away(work: () => void): Promise<void> {
    if (conversation === id) await navigate({ to: '/' })
    work()
  }

  function leave(): void {
    const tell = (error: unknown) => parley.notice.set({ text: wordsOf(error) })
    parley.api.removeMember(id, parley.user.id).catch(tell)
  }

  const pin: MenuItem =
    place === 'pinned'
      ? {
          label: t('conversations.entry.unpin'),
          icon: <PinOff size={16} />,
          onSelect: () => parley.place(item, 'list'),
        }
      : { label: t('conversations.entry.pin'), icon: <Pin size={16} />, onSelect: () => parley.place(item, 'pinned') }
  const archive: MenuItem =
    place === 'archive'
      ? {
          label: t('conversations.entry.unarchive'),
          icon: <ArchiveRestore size={16} />,
          onSelect: () => parley.place(item, 'list'),
        }
      : {
          label: t('conversations.entry.archive'),
          icon: <Archive size={16} />,
          onSelect: () => parley.place(item, 'archive'),
        }
  const end: MenuItem =
    role === 'owner'
      ? {
          label: memberCount > 1 ? t('conversations.entry.deleteForAll') : t('ui.delete'),
          icon: <Trash2 size={16} />,
          isDanger: true,
          onSelect: () => void away(() => parley.remove(item)),
        }
      : { label: t('ui.leave'), icon: <LogOut size={16} />, isDanger: true, onSelect: () => void away(leave) }
  const named: MenuItem[] =
    role === 'viewer'
      ? []
      : [
          { label: t('ui.rename'), icon: <Pencil size={16} />, onSelect: () => void showThere('rename') },
          { label: t('actions.share'), icon: <Share2 size={16} />, onSelect: () => void showThere('share') },
        ]
  const exports: MenuItem[] = [
    {
      label: t('actions.markdown'),
      icon: <FileText size={16} />,
      onSelect: () => void exportConversation(parley, id, 'md'),
    },
    {
      label: t('actions.json'),
      icon: <FileJson size={16} />,
      onSelect: () => void exportConversation(parley, id, 'json'),
    },
  ]
  const items = [pin, ...named, archive, ...exports, end]
  return <Menu label={t('conversations.entry.more', { title: titleOf(item) })} className={className} items={items} />
}
