import { useState } from 'react'
import { type Appearance, readAppearance, writeAppearance } from './appearance.ts'
import { Dialog } from './dialog.tsx'

type Options = { [K in keyof Appearance]: [string, [Appearance[K], string][]] }

const options: Options = {
  theme: [
    'Theme',
    [
      ['system', 'As the system'],
      ['light', 'Light'],
      ['dark', 'Dark'],
    ],
  ],
  contrast: [
    'Contrast',
    [
      ['normal', 'Normal'],
      ['high', 'High'],
    ],
  ],
  size: [
    'Text',
    [
      ['90', 'Small'],
      ['100', 'Normal'],
      ['115', 'Large'],
      ['130', 'Larger'],
    ],
  ],
}

/** The choice of a theme, a contrast and a size, seen at once. */
export function AppearanceDialog({ onClose }: { onClose: () => void }) {
  const [chosen, setChosen] = useState(readAppearance)

  function choose(part: Partial<Appearance>): void {
    const next = { ...chosen, ...part }
    setChosen(next)
    writeAppearance(next)
  }

  return (
    <Dialog title="Appearance" onClose={onClose}>
      {(Object.keys(options) as (keyof Appearance)[]).map((name) => {
        const [legend, values] = options[name]
        return (
          <fieldset key={name} className="mb-4">
            <legend className="mb-1 font-medium">{legend}</legend>
            <div className="flex flex-wrap gap-2">
              {values.map(([value, label]) => (
                <label
                  key={value}
                  className="flex h-11 cursor-pointer items-center gap-2 rounded-lg border border-line px-3 has-checked:border-accent has-checked:bg-accent-soft sm:h-9"
                >
                  <input
                    type="radio"
                    name={name}
                    checked={chosen[name] === value}
                    onChange={() => choose({ [name]: value })}
                  />
                  {label}
                </label>
              ))}
            </div>
          </fieldset>
        )
      })}
    </Dialog>
  )
}
