import { useNavigate, useParams } from '@tanstack/react-router'
import {
  ChartNoAxesColumn,
  FileJson,
  FileText,
  Import,
  Keyboard,
  LogOut,
  Palette,
  Pencil,
  Search,
  Settings,
  Share2,
  SquarePen,
  TextSearch,
  UserPlus,
  Users,
} from 'lucide-react'
import { type ReactNode, useCallback } from 'react'
import { useParley } from '../parley/context.ts'
import type { OfConversation, Shown } from '../parley/shown.ts'
import { useStore } from '../parley/store.ts'
import { exportConversation } from '../sharing/export-conversation.ts'

/** Something to do from anywhere: by the palette, by `/` in the composer, or by its keys. */
export type Action = {
  /** What stands after the `/`. */
  name: string
  label: string
  icon: ReactNode
  keys?: string
  run(): void
}

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)
/** The key that commands are given with, as it is written on the keyboard. */
export const commandKey = isMac ? '⌘' : 'Ctrl'

/** Makes a conversation and goes there. */
export function useNewConversation(): () => Promise<void> {
  const parley = useParley()
  const navigate = useNavigate()
  return useCallback(async () => {
    const conversation = await parley.create()
    await navigate({ to: '/c/$conversation', params: { conversation } })
  }, [parley, navigate])
}

/** What can be done here and now. */
export function useActions(): Action[] {
  const parley = useParley()
  const startNew = useNewConversation()
  const { conversation } = useParams({ strict: false })
  const { items } = useStore(parley.list)
  const role = items.find(({ id }) => id === conversation)?.role
  const show = (shown: Shown) => () => parley.shown.set(shown)

  const save = (as: 'md' | 'json') => conversation && exportConversation(parley, conversation, as)
  const showHere = (what: OfConversation) => show(conversation ? { conversation, what } : undefined)

  const here: Action[] = [
    { name: 'invite', label: 'Invite people', icon: <UserPlus size={16} />, run: showHere('invite') },
    { name: 'members', label: 'Members and assistants', icon: <Users size={16} />, run: showHere('members') },
    { name: 'share', label: 'Share publicly', icon: <Share2 size={16} />, run: showHere('share') },
    { name: 'rename', label: 'Rename this conversation', icon: <Pencil size={16} />, run: showHere('rename') },
  ]
  const forAll: Action[] = [
    { name: 'markdown', label: 'Export as Markdown', icon: <FileText size={16} />, run: () => void save('md') },
    { name: 'json', label: 'Export as JSON', icon: <FileJson size={16} />, run: () => void save('json') },
  ]
  const reading = here.filter(({ name }) => name === 'members')
  const allowed = role === undefined ? [] : [...(role === 'viewer' ? reading : here), ...forAll]
  return [
    {
      name: 'new',
      label: 'New conversation',
      icon: <SquarePen size={16} />,
      keys: `${commandKey} Shift O`,
      run: () => void startNew(),
    },
    ...allowed,
    { name: 'find', label: 'Find and do', icon: <Search size={16} />, keys: `${commandKey} K`, run: show('palette') },
    {
      name: 'search',
      label: 'Search messages',
      icon: <TextSearch size={16} />,
      keys: `${commandKey} Shift F`,
      run: show({ search: '' }),
    },
    { name: 'import', label: 'Import from ChatGPT', icon: <Import size={16} />, run: show('import') },
    { name: 'usage', label: 'Your use of the models', icon: <ChartNoAxesColumn size={16} />, run: show('usage') },
    { name: 'look', label: 'Appearance', icon: <Palette size={16} />, run: show({ settings: 'appearance' }) },
    { name: 'settings', label: 'Settings', icon: <Settings size={16} />, run: show({ settings: 'profile' }) },
    { name: 'keys', label: 'Keyboard shortcuts', icon: <Keyboard size={16} />, keys: '?', run: show('shortcuts') },
    {
      name: 'signout',
      label: 'Sign out',
      icon: <LogOut size={16} />,
      run: () => void parley.signOut(),
    },
  ]
}
