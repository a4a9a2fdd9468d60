import type { Account, AccountPatch } from '@parley/protocol'
import { useCallback, useDeferredValue, useState } from 'react'
import { useParley } from '../parley/context.ts'
import { Form } from '../settings/form.tsx'
import { Problem } from '../settings/problem.tsx'
import { useLoaded } from '../settings/use-loaded.ts'
import { t } from '../texts/texts.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'

/** The accounts of the installation; those that are looked for, a page at a time. */
export function Accounts() {
  const { api } = useParley()
  const [words, setWords] = useState('')
  const [before, setBefore] = useState<string>()
  const q = useDeferredValue(words.trim())
  const load = useCallback(() => api.listAccounts({ ...(q && { q }), ...(before && { before }) }), [api, q, before])
  const { value, problem, doing } = useLoaded(load)

  return (
    <>
      <Field
        label={t('administration.find')}
        type="search"
        value={words}
        onChange={(event) => {
          setWords(event.target.value)
          setBefore(undefined)
        }}
      />
      <Problem>{problem}</Problem>
      <ul className="mt-3" aria-label={t('administration.tabs.accounts')}>
        {value?.accounts.map((account) => (
          <li key={account.id}>
            <Entry account={account} onChange={(patch) => doing(() => api.changeAccount(account.id, patch))()} />
          </li>
        ))}
      </ul>
      <div className="mt-2 flex gap-2">
        {before && <Button onClick={() => setBefore(undefined)}>{t('administration.newest')}</Button>}
        {value?.next && <Button onClick={() => setBefore(value.next)}>{t('ui.showMore')}</Button>}
      </div>
    </>
  )
}

function Entry({ account, onChange }: { account: Account; onChange: (patch: AccountPatch) => Promise<void> }) {
  const { user } = useParley()
  const { id, name, email, guest, admin, suspended, verified } = account
  const marks = [
    admin && t('administration.admin'),
    suspended && t('administration.suspended'),
    guest && t('administration.guest'),
    !verified && !guest && t('administration.unverified'),
  ].filter((mark): mark is string => mark !== false)
  return (
    <details className="group/account border-b border-line py-1">
      <summary className="flex min-h-11 cursor-pointer list-none items-center gap-3 [&::-webkit-details-marker]:hidden">
        <Avatar id={id} name={name} />
        <span className="min-w-0 flex-1">
          <span dir="auto" className="block truncate font-medium">
            {name}
          </span>
          <span className="block truncate text-sm text-quiet">{[email, ...marks].filter(Boolean).join(' · ')}</span>
        </span>
      </summary>
      <div className="flex flex-col gap-3 pt-1 pb-3 ps-11">
        {id !== user.id && (
          <div className="flex flex-wrap gap-2">
            <Button kind={suspended ? 'plain' : 'danger'} onClick={() => onChange({ suspended: !suspended })}>
              {suspended ? t('administration.letBack') : t('administration.suspend')}
            </Button>
            {!guest && (
              <Button onClick={() => onChange({ admin: !admin })}>
                {admin ? t('administration.notAdmin') : t('administration.makeAdmin')}
              </Button>
            )}
          </div>
        )}
        <Form
          label={t('ui.save')}
          keeps
          onSubmit={({ requests = '', tokens = '' }) =>
            onChange({ requestsPerDay: asNumber(requests), tokensPerDay: asNumber(tokens) })
          }
        >
          <div className="grid gap-3 sm:grid-cols-2">
            <Field
              label={t('administration.requests')}
              name="requests"
              type="number"
              min={0}
              defaultValue={account.requestsPerDay ?? ''}
            />
            <Field
              label={t('administration.tokens')}
              name="tokens"
              type="number"
              min={0}
              defaultValue={account.tokensPerDay ?? ''}
            />
          </div>
          <p className="text-sm text-quiet">{t('administration.quotaText')}</p>
        </Form>
      </div>
    </details>
  )
}

function asNumber(text: string): number | null {
  return text.trim() === '' ? null : Number(text)
}
