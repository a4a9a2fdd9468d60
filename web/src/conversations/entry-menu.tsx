import type { ConversationSummary } from '@parley/protocol'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Archive, ArchiveRestore, FileJson, FileText, LogOut, Pencil, Pin, PinOff, Share2, Trash2 } from 'lucide-react'
import { useParley } from '../parley/context.ts'
import type { OfConversation } from '../parley/shown.ts'
import { exportConversation } from '../sharing/export-conversation.ts'
import { Menu, type MenuItem } from '../ui/menu.tsx'
import { titleOf } from './title.ts'

/** What can be done with a conversation of the list. */
export default function EntryMenu({ item, className }: { item: ConversationSummary; className: string }) {
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
    const tell = (error: Error) => parley.notice.set({ text: error.message })
    parley.api.removeMember(id, parley.user.id).catch(tell)
  }

  const pin: MenuItem =
    place === 'pinned'
      ? { label: 'Unpin', icon: <PinOff size={16} />, onSelect: () => parley.place(item, 'list') }
      : { label: 'Pin', icon: <Pin size={16} />, onSelect: () => parley.place(item, 'pinned') }
  const archive: MenuItem =
    place === 'archive'
      ? { label: 'Back into the list', icon: <ArchiveRestore size={16} />, onSelect: () => parley.place(item, 'list') }
      : { label: 'Archive', icon: <Archive size={16} />, onSelect: () => parley.place(item, 'archive') }
  const end: MenuItem =
    role === 'owner'
      ? {
          label: memberCount > 1 ? 'Delete for everybody' : 'Delete',
          icon: <Trash2 size={16} />,
          isDanger: true,
          onSelect: () => void away(() => parley.remove(item)),
        }
      : { label: 'Leave', icon: <LogOut size={16} />, isDanger: true, onSelect: () => void away(leave) }
  const named: MenuItem[] =
    role === 'viewer'
      ? []
      : [
          { label: 'Rename', icon: <Pencil size={16} />, onSelect: () => void showThere('rename') },
          { label: 'Share publicly', icon: <Share2 size={16} />, onSelect: () => void showThere('share') },
        ]
  const exports: MenuItem[] = [
    {
      label: 'Export as Markdown',
      icon: <FileText size={16} />,
      onSelect: () => void exportConversation(parley, id, 'md'),
    },
    {
      label: 'Export as JSON',
      icon: <FileJson size={16} />,
      onSelect: () => void exportConversation(parley, id, 'json'),
    },
  ]
  const items = [pin, ...named, archive, ...exports, end]
  return <Menu label={`More for ${titleOf(item)}`} className={className} items={items} />
}
