import { Trash2 } from 'lucide-react'
import { type ReactNode, useCallback, useEffect, useState } from 'react'
import { List } from '../settings/list.tsx'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'

type State<Entry> = {
  entries: Entry[]
  /** The one that was made last: its address is told once. */
  link: string | undefined
  problem: string | undefined
  /** Makes one, at the path that `ask` resolves to. */
  make(ask: () => Promise<string>): Promise<void>
  /** Takes one back, and the new one from sight. */
  takeBack(ask: () => Promise<unknown>): Promise<void>
  /** Takes the new one from sight: what is asked for has changed. */
  forget(): void
}

/** The links of one kind that there are, and a new one. `list` has to stay the same as long as they do. */
export function useLinks<Entry>(list: () => Promise<Entry[]>): State<Entry> {
  const [entries, setEntries] = useState<Entry[]>([])
  const [link, setLink] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const tell = useCallback((error: unknown) => setProblem(wordsOf(error)), [])
  const look = useCallback(() => list().then(setEntries, tell), [list, tell])
  useEffect(() => void look(), [look])

  async function change(ask: () => Promise<unknown>): Promise<void> {
    setProblem(undefined)
    await ask().catch(tell)
    await look()
  }

  return {
    entries,
    link,
    problem,
    make: (ask) => change(async () => setLink(window.location.origin + (await ask()))),
    takeBack: (ask) => change(ask).finally(() => setLink(undefined)),
    forget: () => setLink(undefined),
  }
}

type Props<Entry> = {
  links: State<Entry>
  label: string
  action: string
  onMake: () => Promise<string>
  onTakeBack: (id: string) => Promise<unknown>
  /** What an entry says. */
  children: (entry: Entry) => ReactNode
}

/** A new link to copy, or the button that makes one; below it those that there are, each to be taken back. */
export function Links<Entry extends { id: string }>({ links, label, action, ...props }: Props<Entry>) {
  const { onMake, onTakeBack, children } = props
  const { entries, link, problem, make, takeBack } = links
  return (
    <>
      {link ? (
        <CopyField label={label} value={link} />
      ) : (
        <Button kind="primary" onClick={() => make(onMake)}>
          {action}
        </Button>
      )}
      {problem && (
        <p role="alert" className="mt-2 text-danger">
          {problem}
        </p>
      )}
      {entries.length > 0 && (
        <div className="mt-6">
          <List title={t('shares.all')} items={entries}>
            {(entry) => (
              <>
                {children(entry)}
                <Button kind="quiet" onClick={() => takeBack(() => onTakeBack(entry.id))}>
                  <Trash2 size={16} /> {t('shares.takeBack')}
                </Button>
              </>
            )}
          </List>
        </div>
      )}
    </>
  )
}
