import { type KeyboardEvent, type ReactNode, useId } from 'react'

type Props<T extends string> = {
  label: string
  tabs: readonly { name: T; label: string; content: () => ReactNode }[]
  shown: T
  onShow: (tab: T) => void
}

/** Pages beside their names, after the pattern of WAI-ARIA: arrow keys go from one to the next. */
export function Tabs<T extends string>({ label, tabs, shown, onShow }: Props<T>) {
  const id = useId()
  const at = tabs.findIndex(({ name }) => name === shown)

  function onKeyDown(event: KeyboardEvent): void {
    const ahead = document.documentElement.dir === 'rtl' ? -1 : 1
    const step = { ArrowRight: ahead, ArrowDown: 1, ArrowLeft: -ahead, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const next = tabs[(at + step + tabs.length) % tabs.length]!
    onShow(next.name)
    document.getElementById(`${id}-${next.name}`)?.focus()
  }

  return (
    <div className="flex flex-col gap-4 sm:min-h-96 sm:flex-row sm:gap-8">
      <div
        role="tablist"
        aria-label={label}
        aria-orientation="vertical"
        className="flex shrink-0 flex-wrap gap-1 sm:w-48 sm:flex-col"
        onKeyDown={onKeyDown}
      >
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            role="tab"
            id={`${id}-${tab.name}`}
            aria-selected={tab.name === shown}
            aria-controls={`${id}-panel`}
            tabIndex={tab.name === shown ? 0 : -1}
            className={`min-h-11 rounded-lg px-3 text-start sm:min-h-9 ${tab.name === shown ? 'bg-sunken font-medium' : 'text-quiet hover:bg-sunken'}`}
            onClick={() => onShow(tab.name)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown}`} className="min-w-0 flex-1">
        {tabs[at]?.content()}
      </div>
    </div>
  )
}
