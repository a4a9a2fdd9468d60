import { useNavigate } from '@tanstack/react-router'
import { MessageSquare, Search } from 'lucide-react'
import { useState } from 'react'
import { titleOf } from '../conversations/title.ts'
import { useParley } from '../parley/context.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { type Choice, Choices, useChoosing } from '../ui/choices.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { fieldLook } from '../ui/field.tsx'
import { shortTime } from '../ui/time.ts'
import { useActions } from './actions.tsx'
import { rank } from './rank.ts'

const most = 50

type Item = Choice & { run(): void }

/** One field for everything: a conversation to go to, or something to do. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [wanted, setWanted] = useState('')
  const parley = useParley()
  const navigate = useNavigate()
  const { items } = useStore(parley.list)
  const actions = useActions().filter(({ name }) => name !== 'find')
  const all: Item[] = [
    ...items.map((item) => ({
      key: item.id,
      label: titleOf(item),
      icon: <MessageSquare size={16} />,
      hint: shortTime(item.activeAt),
      run: () => void navigate({ to: '/c/$conversation', params: { conversation: item.id } }),
    })),
    ...actions.map(({ name, label, icon, keys, run }) => ({ key: name, label, icon, hint: keys, run })),
  ]
  const search: Item = {
    key: 'search-for',
    label: t('palette.searchFor', { words: wanted.trim() }),
    icon: <Search size={16} />,
    run: () => parley.shown.set({ search: wanted }),
  }
  const named = rank(all, wanted, ({ label }) => label).slice(0, most)
  const found = wanted.trim() === '' ? named : [...named, search]
  const { inputProps, list, onKeyDown } = useChoosing(found, (item) => {
    onClose()
    item.run()
  })

  return (
    <Dialog title={t('actions.find')} onClose={onClose}>
      <input
        {...inputProps}
        role="combobox"
        aria-expanded={found.length > 0}
        aria-label={t('palette.field')}
        placeholder={t('palette.placeholder')}
        data-autofocus
        autoComplete="off"
        className={`mb-2 ${fieldLook}`}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <Choices label={t('palette.found')} list={list} className="h-[50dvh]" />
    </Dialog>
  )
}
