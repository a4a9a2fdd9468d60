import { useState } from 'react'
import { useStore } from '../parley/store.ts'
import { chooseLanguage, type Language, language, languages, t } from '../texts/texts.ts'
import { type Appearance, readAppearance, writeAppearance } from './appearance.ts'
import { Radios } from './radios.tsx'

/** The choice of a language, a theme, a contrast and a size, seen at once. */
export function AppearanceChoices() {
  const [chosen, setChosen] = useState(readAppearance)

  function choose(part: Partial<Appearance>): void {
    const next = { ...chosen, ...part }
    setChosen(next)
    writeAppearance(next)
  }

  return (
    <>
      <LanguageChoice />
      <Radios
        legend={t('appearance.theme')}
        name="theme"
        choices={(['system', 'light', 'dark'] as const).map((value) => ({
          value,
          label: t(`appearance.themes.${value}`),
        }))}
        value={chosen.theme}
        onChange={(theme) => choose({ theme })}
      />
      <Radios
        legend={t('appearance.contrast')}
        name="contrast"
        choices={(['normal', 'high'] as const).map((value) => ({ value, label: t(`appearance.contrasts.${value}`) }))}
        value={chosen.contrast}
        onChange={(contrast) => choose({ contrast })}
      />
      <Radios
        legend={t('appearance.size')}
        name="size"
        choices={(['90', '100', '115', '130'] as const).map((value) => ({
          value,
          label: t(`appearance.sizes.${value}`),
        }))}
        value={chosen.size}
        onChange={(size) => choose({ size })}
      />
      <Radios
        legend={t('appearance.code')}
        name="code"
        choices={(['scroll', 'wrap'] as const).map((value) => ({ value, label: t(`appearance.codes.${value}`) }))}
        value={chosen.code}
        onChange={(code) => choose({ code })}
      />
    </>
  )
}

function LanguageChoice() {
  return (
    <Radios
      legend={t('appearance.language')}
      name="language"
      choices={Object.entries(languages).map(([value, label]) => ({ value: value as Language, label, lang: value }))}
      autoFocus // drawn anew in another language, it is where it was
      value={useStore(language)}
      onChange={(next) => void chooseLanguage(next)}
    />
  )
}
