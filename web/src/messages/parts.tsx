import type { Part, ToolPart } from '@parley/protocol'
import { Brain, ChevronRight, CircleAlert, Wrench } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '../texts/texts.ts'
import { Markdown } from './markdown.tsx'

/** A reply part by part: what it says, and folded away what it thought and which tools it used. */
export function Parts({ parts, writing }: { parts: Part[]; writing: boolean }) {
  if (writing && parts.length === 0) return <div className="unwritten" />
  return parts.map((part, at) => {
    const last = writing && at === parts.length - 1
    // biome-ignore lint/suspicious/noArrayIndexKey: parts only ever grow at the end
    return <OnePart key={at} part={part} writing={last} />
  })
}

function OnePart({ part, writing }: { part: Part; writing: boolean }) {
  switch (part.type) {
    case 'text':
      return <Markdown text={part.text} writing={writing} />
    case 'reasoning':
      return (
        <Fold icon={<Brain size={16} />} title={writing ? t('parts.thinking') : t('parts.thoughts')}>
          <div className="text-quiet">
            <Markdown text={part.text} writing={writing} />
          </div>
        </Fold>
      )
    case 'tool':
      return <Tool part={part} />
  }
}

function Tool({ part: { name, state, input, output } }: { part: ToolPart }) {
  const failed = state === 'failed'
  return (
    <Fold
      icon={failed ? <CircleAlert size={16} className="text-danger" /> : <Wrench size={16} />}
      title={t(`parts.${state}`, { tool: name })}
    >
      <Text label={t('parts.asked')} text={input} />
      {state !== 'running' && (
        <Text label={failed ? t('parts.problem') : t('parts.answered')} text={output || t('parts.nothing')} />
      )}
    </Fold>
  )
}

function Text({ label, text }: { label: string; text: string }) {
  return (
    <div className="mb-2">
      <div className="text-sm text-quiet">{label}</div>
      <pre
        dir="auto"
        className="max-h-60 overflow-auto rounded-lg bg-sunken px-3 py-2 font-mono text-sm whitespace-pre-wrap"
      >
        {text}
      </pre>
    </div>
  )
}

function Fold({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <details className="group/fold my-1">
      <summary className="inline-flex min-h-11 cursor-pointer list-none items-center gap-2 rounded-lg text-sm text-quiet hover:text-text sm:min-h-8 [&::-webkit-details-marker]:hidden">
        {icon} {title}
        <ChevronRight
          size={16}
          className="transition-transform duration-150 group-open/fold:rotate-90 rtl:rotate-180"
        />
      </summary>
      <div className="mt-1 mb-2 border-s-2 border-line ps-4">{children}</div>
    </details>
  )
}
