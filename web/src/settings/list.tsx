import type { ReactNode } from 'react'

type Props<T> = {
  title: string
  /** What it is for. */
  text?: string
  items: T[]
  children: (item: T) => ReactNode
  /** What stands under them. */
  after?: ReactNode
}

/** A few things of one kind, each in a line, under their title. */
export function List<T extends { id: string }>({ title, text, items, children, after }: Props<T>) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 font-medium">{title}</h3>
      {text && <p className="mb-2 text-quiet">{text}</p>}
      <ul>
        {items.map((item) => (
          <li key={item.id} className="flex min-h-11 items-center gap-2">
            {children(item)}
          </li>
        ))}
      </ul>
      {after}
    </section>
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
