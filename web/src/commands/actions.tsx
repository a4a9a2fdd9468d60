import { useNavigate } from '@tanstack/react-router'
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
  ShieldCheck,
  SquarePen,
  TextSearch,
  UserPlus,
  Users,
} from 'lucide-react'
import { type ReactNode, useCallback } from 'react'
import { useHere } from '../conversations/here.ts'
import { useParley } from '../parley/context.ts'
import type { OfConversation, Shown } from '../parley/shown.ts'
import { exportConversation } from '../sharing/export-conversation.ts'
import type texts from '../texts/en.json'
import { t } from '../texts/texts.ts'

type ActionName = keyof typeof texts.actions

/** Something to do from anywhere: by the palette, by `/` in the composer, or by its keys. */
export type Action = {
  /** What stands after the `/`. */
  name: ActionName
  label: string
  icon: ReactNode
  keys?: string
  run(): void
}

type Doing = Omit<Action, 'label'>

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
  const { id: conversation, role } = useHere() ?? {}
  const show = (shown: Shown) => () => parley.shown.set(shown)

  const save = (as: 'md' | 'json') => conversation && exportConversation(parley, conversation, as)
  const showHere = (what: OfConversation) => show(conversation ? { conversation, what } : undefined)

  const ofConversation: Doing[] = [
    { name: 'invite', icon: <UserPlus size={16} />, run: showHere('invite') },
    { name: 'members', icon: <Users size={16} />, run: showHere('members') },
    { name: 'share', icon: <Share2 size={16} />, run: showHere('share') },
    { name: 'rename', icon: <Pencil size={16} />, run: showHere('rename') },
  ]
  const forAll: Doing[] = [
    { name: 'markdown', icon: <FileText size={16} />, run: () => void save('md') },
    { name: 'json', icon: <FileJson size={16} />, run: () => void save('json') },
  ]
  const reading = ofConversation.filter(({ name }) => name === 'members')
  const allowed = role === undefined ? [] : [...(role === 'viewer' ? reading : ofConversation), ...forAll]
  const all: Doing[] = [
    ...(parley.user.guest
      ? [] // they take part where they were invited
      : [
          {
            name: 'new' as const,
            icon: <SquarePen size={16} />,
            keys: `${commandKey} Shift O`,
            run: () => void startNew(),
          },
        ]),
    ...allowed,
    { name: 'find', icon: <Search size={16} />, keys: `${commandKey} K`, run: show('palette') },
    {
      name: 'search',
      icon: <TextSearch size={16} />,
      keys: `${commandKey} Shift F`,
      run: show({ search: '' }),
    },
    { name: 'import', icon: <Import size={16} />, run: show('import') },
    { name: 'usage', icon: <ChartNoAxesColumn size={16} />, run: show('usage') },
    { name: 'look', icon: <Palette size={16} />, run: show({ settings: 'appearance' }) },
    { name: 'settings', icon: <Settings size={16} />, run: show({ settings: 'profile' }) },
    ...(parley.user.admin
      ? [{ name: 'administration' as const, icon: <ShieldCheck size={16} />, run: show('administration') }]
      : []),
    { name: 'keys', icon: <Keyboard size={16} />, keys: '?', run: show('shortcuts') },
    {
      name: 'signout',
      icon: <LogOut size={16} />,
      run: () => void parley.signOut(),
    },
  ]
  return all.map((each) => ({ ...each, label: t(`actions.${each.name}`) }))
}
