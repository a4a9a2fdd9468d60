type Props<T extends string> = {
  legend: string
  name: string
  /** What can be chosen; of a label in another language, which. */
  choices: readonly { value: T; label: string; lang?: string }[]
  value: T
  /** Where a dialog begins. */
  autoFocus?: boolean
  onChange: (value: T) => void
}

/** A choice of one among a few, all in sight. */
export function Radios<T extends string>({ legend, name, choices, value, autoFocus, onChange }: Props<T>) {
  return (
    <fieldset className="mb-4">
      <legend className="mb-1 font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="flex h-11 cursor-pointer items-center gap-2 rounded-lg border border-line px-3 has-checked:border-accent has-checked:bg-accent-soft sm:h-9"
          >
            <input
              type="radio"
              name={name}
              checked={value === choice.value}
              data-autofocus={(autoFocus && value === choice.value) || undefined}
              onChange={() => onChange(choice.value)}
            />
            <span lang={choice.lang}>{choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
