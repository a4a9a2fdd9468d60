import { type InvitePreview, Refusal } from '@parley/protocol'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type Type from 'typebox'
import { titleOf } from './conversations/title.ts'
import { useParley } from './parley/context.ts'
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
  const [invite, setInvite] = useState<Type.Static<typeof InvitePreview>>()
  const [problem, setProblem] = useState<string>()
  const tell = (error: unknown) => setProblem(error instanceof Refusal ? error.message : 'Please try again.')

  useEffect(() => {
    api.previewInvite(token).then(setInvite, (error) => setProblem(error.message))
  }, [api, token])

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
        title="This link does not work"
        action={{ label: 'To your conversations', act: () => void navigate({ to: '/' }) }}
      >
        {problem}
      </Notice>
    )
  }
  if (!invite) return null
  const people = invite.memberCount === 1 ? 'One person is' : `${invite.memberCount} people are`
  return (
    <Notice title={titleOf(invite)} action={{ label: 'Join the conversation', act: () => void accept() }}>
      You are invited {invite.role === 'viewer' ? 'to read along' : 'to take part'}. {people} there already.
    </Notice>
  )
}
