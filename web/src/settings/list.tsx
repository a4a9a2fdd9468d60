import type { ReactNode } from 'react'

type Props<T> = {
  title: string
  /** What it is for. */
  text?: string
  items: T[]
  empty?: string
  children: (item: T) => ReactNode
}

/** A few things of one kind, each in a line, under their title. */
export function List<T extends { id: string }>({ title, text, items, empty, children }: Props<T>) {
  return (
    <>
      <h3 className="mb-1 font-medium">{title}</h3>
      {text && <p className="mb-2 text-quiet">{text}</p>}
      {items.length === 0 && empty && <p className="text-sm text-quiet">{empty}</p>}
      <ul aria-label={title}>
        {items.map((item) => (
          <li key={item.id} className="flex min-h-11 items-center gap-2">
            {children(item)}
          </li>
        ))}
      </ul>
    </>
  )
}

/** What a line says: a name, and smaller what there is to say of it. */
export function Line({ name, detail }: { name: ReactNode; detail: ReactNode }) {
  return (
    <span className="min-w-0 flex-1">
      <span dir="auto" className="block truncate">
        {name}
      </span>
      <span className="block text-sm text-quiet">{detail}</span>
    </span>
  )
}
