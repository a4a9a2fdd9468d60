import type { ButtonHTMLAttributes } from 'react'

const kinds = {
  primary: 'bg-accent text-on-accent hover:opacity-90 px-4',
  plain: 'border border-line bg-raised hover:bg-sunken px-4',
  quiet: 'text-quiet hover:bg-sunken hover:text-text px-3',
  danger: 'text-danger hover:bg-sunken px-3',
  round: 'bg-accent text-on-accent hover:opacity-90 w-11 sm:w-9',
  icon: 'text-quiet hover:bg-sunken hover:text-text w-11 sm:w-9',
}

type Props = ButtonHTMLAttributes<HTMLButtonElement> & { kind?: keyof typeof kinds }

/** A button, large enough for a thumb on small screens. */
export function Button({ kind = 'plain', className = '', type = 'button', ...rest }: Props) {
  return (
    <button
      type={type}
      className={`inline-flex h-11 shrink-0 items-center justify-center gap-2 rounded-lg font-medium transition-colors duration-150 disabled:cursor-default disabled:opacity-50 sm:h-9 ${kinds[kind]} ${className}`}
      {...rest}
    />
  )
}
