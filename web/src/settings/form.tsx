import { type FormEvent, type ReactNode, useState } from 'react'
import { wordsOf } from '../texts/words.ts'
import { Button } from '../ui/button.tsx'

type Props = {
  children: ReactNode
  /** What its button says. */
  label: string
  /** What is said when it is done. */
  done?: string
  isDanger?: boolean
  /** What was sent stays in its fields. */
  keeps?: boolean
  /** Rejects with the reason why not. */
  onSubmit: (values: Record<string, string>) => Promise<unknown>
}

/** A few fields that are sent together, and how that went. */
export function Form({ children, label, done, isDanger = false, keeps = false, onSubmit }: Props) {
  const [work, setWork] = useState<{ at: 'resting' | 'busy' | 'done' } | { at: 'failed'; reason: string }>({
    at: 'resting',
  })

  async function submit(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault()
    const form = event.currentTarget
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))
    setWork({ at: 'busy' })
    try {
      await onSubmit(values)
      setWork({ at: 'done' })
      if (!keeps) form.reset()
    } catch (error) {
      setWork({ at: 'failed', reason: wordsOf(error) })
    }
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      {children}
      <p
        role={work.at === 'failed' ? 'alert' : 'status'}
        className={work.at === 'failed' ? 'text-danger' : 'text-quiet'}
      >
        {work.at === 'failed' ? work.reason : work.at === 'done' ? done : ''}
      </p>
      <Button type="submit" kind={isDanger ? 'danger' : 'primary'} className="self-start" disabled={work.at === 'busy'}>
        {label}
      </Button>
    </form>
  )
}
