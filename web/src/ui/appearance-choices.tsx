import { useState } from 'react'
import { type Appearance, readAppearance, writeAppearance } from './appearance.ts'
import { Radios } from './radios.tsx'

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
  code: [
    'Long lines of code',
    [
      ['scroll', 'Scroll'],
      ['wrap', 'Wrap'],
    ],
  ],
}

/** The choice of a theme, a contrast and a size, seen at once. */
export function AppearanceChoices() {
  const [chosen, setChosen] = useState(readAppearance)

  function choose(part: Partial<Appearance>): void {
    const next = { ...chosen, ...part }
    setChosen(next)
    writeAppearance(next)
  }

  return (
    <>
      {(Object.keys(options) as (keyof Appearance)[]).map((name) => {
        const [legend, values] = options[name]
        return (
          <Radios
            key={name}
            legend={legend}
            name={name}
            choices={values.map(([value, label]) => ({ value, label }))}
            value={chosen[name]}
            onChange={(value) => choose({ [name]: value })}
          />
        )
      })}
    </>
  )
}
