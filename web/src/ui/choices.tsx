import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'

const nearEndPx = 200

export type Choice = { key: string; label: string; icon?: ReactNode; hint?: string | undefined; detail?: ReactNode }

/** What an input needs to steer a list of choices, and the list. */
export type Choosing<C extends Choice> = {
  /** For the input: it keeps the focus. */
  inputProps: {
    'aria-autocomplete': 'list'
    'aria-controls': string | undefined
    'aria-activedescendant': string | undefined
  }
  /** Arrows move, Enter and Tab choose. True where the key is taken by the list. */
  onKeyDown(event: KeyboardEvent): boolean
  list: { id: string; at: number; choices: C[]; onChoose: (choice: C) => void; onPoint: (at: number) => void }
}

/** A list of choices beside an input, after the combobox pattern of WAI-ARIA's authoring practices. */
export function useChoosing<C extends Choice>(choices: C[], onChoose: (choice: C) => void): Choosing<C> {
  const id = useId()
  const [at, setAt] = useState(0)
  const keys = choices.map(({ key }) => key).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: other choices, other beginning
  useEffect(() => setAt(0), [keys])
  const chosen = choices[at]

  return {
    inputProps: {
      'aria-autocomplete': 'list',
      'aria-controls': chosen && id,
      'aria-activedescendant': chosen && `${id}-${at}`,
    },
    onKeyDown(event) {
      if (!chosen || event.nativeEvent.isComposing) return false
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (step) setAt((at + step + choices.length) % choices.length)
      else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') onChoose(chosen)
      else return false
      event.preventDefault()
      return true
    },
    list: { id, at, choices, onChoose, onPoint: setAt },
  }
}

/** Draws the choices; a click chooses without taking the focus from the input. */
export function Choices<C extends Choice>({
  label,
  list,
  className = '',
  onEnd,
}: {
  label: string
  list: Choosing<C>['list']
  className?: string
  /** The end of the list comes into sight. */
  onEnd?: (() => void) | undefined
}) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    box.current?.children[list.at]?.scrollIntoView({ block: 'nearest' })
  }, [list.at])
  return (
    <div
      ref={box}
      id={list.id}
      role="listbox"
      aria-label={label}
      className={`overflow-y-auto ${className}`}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        if (scrollHeight - scrollTop - clientHeight < nearEndPx) onEnd?.()
      }}
    >
      {list.choices.map((choice, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the focus, and its keys choose
        <div
          key={choice.key}
          id={`${list.id}-${at}`}
          role="option"
          tabIndex={-1}
          aria-selected={at === list.at}
          className={`flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-3 sm:min-h-9 ${at === list.at ? 'bg-sunken' : ''}`}
          onMouseDown={(event) => event.preventDefault()}
          onMouseMove={() => at !== list.at && list.onPoint(at)}
          onClick={() => list.onChoose(choice)}
        >
          {choice.icon && (
            <span aria-hidden="true" className="flex w-5 shrink-0 justify-center text-quiet">
              {choice.icon}
            </span>
          )}
          <span className="min-w-0 flex-1 py-1">
            <span dir="auto" className="block truncate">
              {choice.label}
            </span>
            {choice.detail}
          </span>
          {choice.hint && <span className="shrink-0 text-sm text-quiet">{choice.hint}</span>}
        </div>
      ))}
    </div>
  )
}
