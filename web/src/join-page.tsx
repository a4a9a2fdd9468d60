import type { InvitePreview } from '@parley/protocol'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { titleOf } from './conversations/title.ts'
import { useParley } from './parley/context.ts'
import { t } from './texts/texts.ts'
import { wordsOf } from './texts/words.ts'
import { Notice } from './ui/notice.tsx'

/** What an invite link opens: where it leads, and the way in. */
export function JoinPage({ token }: { token: string }) {
  return (
    <main className="h-full">
      <Invited token={token} />
    </main>
  )
}

function Invited({ token }: { token: string }) {
  const { api } = useParley()
  const navigate = useNavigate()
  const [invite, setInvite] = useState<InvitePreview>()
  const [problem, setProblem] = useState<string>()
  const tell = useCallback((error: unknown) => setProblem(wordsOf(error)), [])

  useEffect(() => {
    api.previewInvite(token).then(setInvite, tell)
  }, [api, token, tell])

  async function accept(): Promise<void> {
    try {
      const { conversation } = await api.acceptInvite(token)
      await navigate({ to: '/c/$conversation', params: { conversation } })
    } catch (error) {
      tell(error)
    }
  }

  if (problem) {
    return (
      <Notice
        title={t('links.broken')}
        action={{ label: t('links.toConversations'), act: () => void navigate({ to: '/' }) }}
      >
        {problem}
      </Notice>
    )
  }
  if (!invite) return null
  const { role, memberCount: count } = invite
  return (
    <Notice title={titleOf(invite)} action={{ label: t('join.join'), act: () => void accept() }}>
      {role === 'viewer' ? t('join.toReadAlong', { count }) : t('join.toTakePart', { count })}
    </Notice>
  )
}
