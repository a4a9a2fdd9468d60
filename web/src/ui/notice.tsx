import type { ReactNode } from 'react'
import { Button } from './button.tsx'

type Props = { title: string; children: ReactNode; action?: { label: string; act: () => void } }

/** A page, or a part of one, that has one thing to say and a way on. */
export function Notice({ title, children, action }: Props) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-2 px-6 text-center">
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="max-w-md text-quiet">{children}</p>
      {action && (
        <Button kind="primary" className="mt-4" onClick={action.act}>
          {action.label}
        </Button>
      )}
    </div>
  )
}
