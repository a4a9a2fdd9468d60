type Props<T extends string> = {
  legend: string
  name: string
  choices: readonly { value: T; label: string }[]
  value: T
  onChange: (value: T) => void
}

/** A choice of one among a few, all in sight. */
export function Radios<T extends string>({ legend, name, choices, value, onChange }: Props<T>) {
  return (
    <fieldset className="mb-4">
      <legend className="mb-1 font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="flex h-11 cursor-pointer items-center gap-2 rounded-lg border border-line px-3 has-checked:border-accent has-checked:bg-accent-soft sm:h-9"
          >
            <input type="radio" name={name} checked={value === choice.value} onChange={() => onChange(choice.value)} />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
