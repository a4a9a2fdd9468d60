import type { Scope } from '@parley/protocol'
import { limits } from '@parley/protocol'
import { useState } from 'react'
import { useParley } from '../parley/context.ts'
import { t } from '../texts/texts.ts'
import { Button } from '../ui/button.tsx'
import { CopyField } from '../ui/copy-field.tsx'
import { Field } from '../ui/field.tsx'
import { Radios } from '../ui/radios.tsx'
import { fullTime } from '../ui/time.ts'
import { Form } from './form.tsx'
import { Line, List } from './list.tsx'
import { Problem } from './problem.tsx'
import { useLoaded } from './use-loaded.ts'

const scopes = ['read', 'write'] as const

/** Tokens for scripts; each is shown once. */
export function TokenSettings() {
  const { api } = useParley()
  const { value: tokens = [], problem, look, doing } = useLoaded(api.listTokens)
  const [scope, setScope] = useState<Scope>('read')
  const [made, setMade] = useState<string>()

  return (
    <div>
      <List title={t('settings.tokens.title')} text={t('settings.tokens.text')} items={tokens}>
        {({ id, name, scopes: may, expiresAt }) => (
          <>
            <Line
              name={name}
              detail={t(may.includes('write') ? 'settings.tokens.writes' : 'settings.tokens.reads', {
                time: fullTime(expiresAt),
              })}
            />
            <Button kind="quiet" onClick={doing(() => api.endToken(id))}>
              {t('settings.tokens.end')}
            </Button>
          </>
        )}
      </List>
      <Problem>{problem}</Problem>
      {made ? (
        <div className="mt-3">
          <p className="mb-2 text-quiet">{t('settings.tokens.once')}</p>
          <CopyField label={t('settings.tokens.token')} value={made} />
        </div>
      ) : (
        <div className="mt-3">
          <Form
            label={t('settings.tokens.make')}
            onSubmit={async ({ name = '', confirm = '' }) => {
              const { token } = await api.createToken({ name, scopes: [scope], ...(confirm && { password: confirm }) })
              setMade(token)
              await look()
            }}
          >
            <Field label={t('settings.tokens.name')} name="name" required maxLength={limits.nameChars} />
            <Radios
              legend={t('settings.tokens.may')}
              name="scope"
              choices={scopes.map((value) => ({ value, label: t(`settings.tokens.${value}`) }))}
              value={scope}
              onChange={setScope}
            />
            <Field label={t('settings.confirm')} name="confirm" type="password" autoComplete="current-password" />
          </Form>
        </div>
      )}
    </div>
  )
}
