import { type ComponentProps, lazy, Suspense, useEffect, useState } from 'react'
import { type PluginConfig, Streamdown } from 'streamdown'
import { t } from '../texts/texts.ts'
import { hasFormulas, withDollars } from './formulas.ts'

const components: NonNullable<ComponentProps<typeof Streamdown>['components']> = {
  // Pictures from elsewhere would tell their host who reads what: they are links instead.
  img: ({ src, alt }) => <Link href={typeof src === 'string' ? src : undefined}>{alt || t('parts.picture')}</Link>,
  // The boxes of a list of tasks: they tell, and cannot be changed.
  input: ({ checked }) => (
    <input type="checkbox" disabled checked={checked} aria-label={checked ? t('parts.ticked') : t('parts.unticked')} />
  ),
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
}

const Diagram = lazy(async () => ({ default: (await import('./diagram.tsx')).Diagram }))

const plain: PluginConfig = {
  renderers: [
    {
      language: 'mermaid',
      component: ({ code, isIncomplete }) => (
        <Suspense fallback={<pre>{code}</pre>}>
          <Diagram code={code} isIncomplete={isIncomplete} />
        </Suspense>
      ),
    },
  ],
}
let withMath: PluginConfig | undefined

function Link({ href, children }: ComponentProps<'a'>) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="text-accent underline underline-offset-2"
    >
      {children}
    </a>
  )
}

/** Markdown as streamdown draws it: a block that is complete is not parsed again. */
export default function Rendered({ text, writing }: { text: string; writing: boolean }) {
  const plugins = usePlugins(hasFormulas(text))
  return (
    <Streamdown
      dir="auto"
      components={components}
      translations={{ copyCode: t('parts.copyCode'), copied: t('ui.copied') }}
      mode="streaming" // block by block when it is complete, too: as a whole, a long text would be drawn without a pause
      parseIncompleteMarkdown={writing}
      controls={{ code: { copy: true, download: false }, table: false, mermaid: false }}
      plugins={plugins}
    >
      {withDollars(text)}
    </Streamdown>
  )
}

/** What draws formulas is loaded for the first text that has some. */
function usePlugins(wantsMath: boolean): PluginConfig {
  const [plugins, setPlugins] = useState(withMath ?? plain)
  useEffect(() => {
    if (!wantsMath || withMath) return
    let isWanted = true
    import('./math.ts').then(
      ({ math }) => {
        withMath = { ...plain, math }
        if (isWanted) setPlugins(withMath)
      },
      () => {}, // without, formulas are their text
    )
    return () => {
      isWanted = false
    }
  }, [wantsMath])
  return wantsMath ? (withMath ?? plugins) : plugins
}
