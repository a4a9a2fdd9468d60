import type { ConversationState } from '@parley/client'
import { useEffect, useState } from 'react'
import type { Action } from '../commands/actions.tsx'
import { rank } from '../commands/rank.ts'
import type { Choice } from '../ui/choices.tsx'
import { speakingIn } from './speaking.ts'
import type { Word } from './word.ts'

const most = 8

/** What may stand in the word's place, or be done instead. */
export type Suggestion = Choice & ({ text: string } | { run: () => void })

/** Suggestions for the word before the caret. */
export function useSuggestions(
  word: Word | undefined,
  state: ConversationState | undefined,
  actions: Action[],
): Suggestion[] {
  const emoji = useEmoji(word?.kind === 'emoji')
  if (!word || !state) return []
  switch (word.kind) {
    case 'mention': {
      const all = mentionsIn(state)
      if (all.some(({ label }) => label === `@${word.text}`)) return [] // it stands there already
      return rank(all, word.text, ({ label, hint }) => `${label.slice(1)} ${hint ?? ''}`).slice(0, most)
    }
    case 'command':
      return actions
        .filter(({ name, label }) => name.startsWith(word.text) || rank([label], word.text, String).length > 0)
        .sort((a, b) => Number(b.name.startsWith(word.text)) - Number(a.name.startsWith(word.text)))
        .map(({ name, label, icon, run }) => ({ key: name, label: `/${name}`, hint: label, icon, run }))
    case 'emoji':
      return emoji
        .filter(({ label }) => label.includes(word.text))
        .sort((a, b) => Number(b.label.startsWith(`:${word.text}`)) - Number(a.label.startsWith(`:${word.text}`)))
        .slice(0, most)
  }
}

function mentionsIn({ conversation, members }: ConversationState): (Choice & { text: string })[] {
  const assistants = speakingIn(conversation).map(({ id, handle, name }) => ({
    key: id,
    label: `@${handle}`,
    text: `@${handle}`,
    hint: name,
  }))
  const people = Object.values(members)
    .filter(({ left }) => !left)
    .map(({ user, name }) => ({ key: user, label: `@${name}`, text: `@${name}` }))
  return [...assistants, ...people]
}

/** All emoji by their short names; loaded when they are first needed. */
function useEmoji(wanted: boolean): (Choice & { text: string })[] {
  const [emoji, setEmoji] = useState<(Choice & { text: string })[]>([])
  useEffect(() => {
    if (!wanted) return
    let over = false
    import('gemoji').then(
      ({ gemoji }) => {
        if (over) return
        const all = gemoji.map(({ emoji: text, names }) => ({
          key: names[0]!,
          label: `:${names.join(': :')}:`,
          icon: text,
          text,
        }))
        setEmoji(all)
      },
      () => {}, // offline: the next time
    )
    return () => {
      over = true
    }
  }, [wanted])
  return emoji
}
