import { type InputHTMLAttributes, useId } from 'react'

type Props = InputHTMLAttributes<HTMLInputElement> & {
  label: string
  hint?: string | undefined
  /** Where a dialog begins. */
  'data-autofocus'?: boolean
}

/** How a line to write in looks. */
export const fieldLook = 'h-11 w-full rounded-lg border border-line bg-raised px-3 placeholder:text-quiet'

/** A labelled line of text. */
export function Field({ label, hint, ...input }: Props) {
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {label}
      </label>
      <input id={id} className={fieldLook} aria-describedby={hint ? `${id}-hint` : undefined} {...input} />
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-quiet">
          {hint}
        </p>
      )}
    </div>
  )
}
