import type { Found } from '@parley/protocol'
import { useNavigate, useParams } from '@tanstack/react-router'
import { MessageSquare, Sparkles, UserRound } from 'lucide-react'
import { useState } from 'react'
import { titleOf } from '../conversations/title.ts'
import { t } from '../texts/texts.ts'
import { type Choice, Choices, useChoosing } from '../ui/choices.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { fieldLook } from '../ui/field.tsx'
import { shortTime } from '../ui/time.ts'
import { useSearch } from './use-search.ts'

type Item = Choice & { conversation: string; at?: number }

/** Finds messages by their words, and goes to them. */
export function SearchDialog({ text, onClose }: { text: string; onClose: () => void }) {
  const [wanted, setWanted] = useState(text)
  const [onlyHere, setOnlyHere] = useState(false)
  const { conversation } = useParams({ strict: false })
  const navigate = useNavigate()
  const { found, problem, hasMore, loadMore } = useSearch(wanted, onlyHere ? conversation : undefined)
  const items = found ? itemsOf(found) : []
  const { inputProps, list, onKeyDown } = useChoosing(items, ({ conversation, at }) => {
    onClose()
    void navigate({ to: '/c/$conversation', params: { conversation }, search: at === undefined ? {} : { at } })
  })

  return (
    <Dialog title={t('search.title')} onClose={onClose} wide>
      <input
        {...inputProps}
        enterKeyHint="search"
        role="combobox"
        aria-expanded={items.length > 0}
        aria-label={t('search.words')}
        placeholder={t('search.words')}
        data-autofocus
        autoComplete="off"
        className={fieldLook}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {conversation && (
        <label className="flex min-h-11 items-center gap-2 px-1 text-sm sm:min-h-9">
          <input type="checkbox" checked={onlyHere} onChange={(event) => setOnlyHere(event.target.checked)} />{' '}
          {t('search.onlyHere')}
        </label>
      )}
      <Choices
        label={t('conversation.messages')}
        list={list}
        className="mt-2 h-[50dvh]"
        onEnd={hasMore ? loadMore : undefined}
      />
      <p role="status" className="px-3 text-sm text-quiet">
        {problem ?? (found && items.length === 0 ? t('search.none') : '')}
      </p>
    </Dialog>
  )
}

function itemsOf({ conversations, messages }: Found): Item[] {
  const titled = conversations.map(({ id, title }) => ({
    key: id,
    conversation: id,
    label: title,
    icon: <MessageSquare size={16} />,
  }))
  const said = messages.map(({ conversation, title, message, seq, role, author, createdAt, excerpt }) => ({
    key: message,
    conversation,
    at: seq,
    label: t('search.saidIn', {
      who: role === 'user' ? (author ?? t('people.somebody')) : t('people.assistant'),
      title: titleOf({ title }),
    }),
    icon: role === 'user' ? <UserRound size={16} /> : <Sparkles size={16} />,
    hint: shortTime(createdAt),
    detail: <Excerpt parts={excerpt} />,
  }))
  return [...titled, ...said]
}

function Excerpt({ parts }: { parts: Found['messages'][number]['excerpt'] }) {
  return (
    <span dir="auto" className="line-clamp-2 text-sm text-quiet">
      {parts.map(({ text, hit }, at) =>
        hit ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text stay where they are
          <mark key={at}>{withoutMarks(text)}</mark>
        ) : (
          withoutMarks(text)
        ),
      )}
    </span>
  )
}

/** A piece of Markdown as a line of text: its words stay as they are. */
function withoutMarks(text: string): string {
  return text.replace(/\*\*|__|~~|`+|^#+ /gm, '')
}
