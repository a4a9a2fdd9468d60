import { createApi } from '@parley/client'
import { useEffect, useRef, useState } from 'react'
import { Form } from '../settings/form.tsx'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { NewPassword } from '../ui/new-password.tsx'
import { Notice } from '../ui/notice.tsx'

const api = createApi({ origin: '' })
const toParley = () => window.location.assign('/')

/** Where the letter leads by which one chooses another password. */
export function ResetPage({ token }: { token: string }) {
  const [isDone, setDone] = useState(false)
  if (isDone) {
    return (
      <main className="h-full">
        <Notice title={t('letters.passwordSet')} action={{ label: t('session.do.sign-in'), act: toParley }}>
          {t('letters.passwordSetText')}
        </Notice>
      </main>
    )
  }
  return (
    <main className="flex h-full items-center justify-center px-4">
      <div className="w-full max-w-sm">
        <h1 className="mb-6 text-2xl font-semibold">{t('letters.choosePassword')}</h1>
        <Form
          label={t('ui.save')}
          onSubmit={async ({ password = '' }) => {
            await api.resetPassword(token, password)
            setDone(true)
          }}
        >
          <NewPassword label={t('session.password')} />
        </Form>
      </div>
    </main>
  )
}

/** Where the letter leads that asks whose an address is. */
export function VerifyPage({ token }: { token: string }) {
  const [outcome, setOutcome] = useState<{ problem?: string }>()
  const asked = useRef(false) // the link is good once
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    api.verifyEmail(token).then(
      () => setOutcome({}),
      (error: unknown) => setOutcome({ problem: wordsOf(error) }),
    )
  }, [token])
  if (!outcome) return null
  return (
    <main className="h-full">
      <Notice
        title={outcome.problem ? t('links.broken') : t('letters.verified')}
        action={{ label: t('links.toParley'), act: toParley }}
      >
        {outcome.problem ?? t('letters.verifiedText')}
      </Notice>
    </main>
  )
}
