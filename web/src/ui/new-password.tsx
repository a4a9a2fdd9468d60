import { limits } from '@parley/protocol'
import { t } from '../texts/texts.ts'
import { Field } from './field.tsx'

/** Where a new password is chosen, which managers of passwords may do. */
export function NewPassword({ label, name = 'password' }: { label: string; name?: string }) {
  return (
    <Field
      label={label}
      name={name}
      type="password"
      autoComplete="new-password"
      required
      minLength={limits.passwordMinChars}
      maxLength={limits.passwordMaxChars}
      hint={t('session.passwordHint', { count: limits.passwordMinChars })}
    />
  )
}
