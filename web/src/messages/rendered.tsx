import type { ComponentProps } from 'react'
import { Streamdown } from 'streamdown'

const components: NonNullable<ComponentProps<typeof Streamdown>['components']> = {
  // Pictures from elsewhere would tell their host who reads what: they are links instead.
  img: ({ src, alt }) => <Link href={typeof src === 'string' ? src : undefined}>{alt || 'picture'}</Link>,
  // The boxes of a list of tasks: they tell, and cannot be changed.
  input: ({ checked }) => <input type="checkbox" disabled checked={checked} aria-label={checked ? 'done' : 'to do'} />,
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
}

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
  return (
    <Streamdown
      components={components}
      mode={writing ? 'streaming' : 'static'}
      controls={{ code: { copy: true, download: false }, table: false, mermaid: false }}
    >
      {text}
    </Streamdown>
  )
}
