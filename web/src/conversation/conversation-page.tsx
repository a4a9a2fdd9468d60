import type { ConversationState } from '@parley/client'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useParley } from '../parley/context.ts'
import type { OpenConversation } from '../parley/open-conversation.ts'
import { shownOf } from '../parley/shown.ts'
import { useStore } from '../parley/store.ts'
import { t } from '../texts/texts.ts'
import { wordsOf } from '../texts/words.ts'
import { Notice } from '../ui/notice.tsx'
import { Composer } from './composer.tsx'
import { Header } from './header.tsx'
import { MessageList } from './message-list.tsx'
import { useReading } from './reading.ts'
import { roleIn } from './role.ts'
import { Skeleton } from './skeleton.tsx'
import { TypingLine } from './typing-line.tsx'

/** A conversation: opened while it is on the screen, at a message where one is wanted. */
export function ConversationPage({ id, at }: { id: string; at: number | undefined }) {
  const parley = useParley()
  const [open, setOpen] = useState<OpenConversation>()
  useEffect(() => {
    const opened = parley.open(id)
    setOpen(opened)
    return () => {
      opened.close()
      if (shownOf(parley.shown.get(), id)) parley.shown.set(undefined)
    }
  }, [parley, id])
  return open ? <Conversation open={open} at={at} /> : null
}

type Props = { open: OpenConversation; at: number | undefined }

function Conversation({ open, at }: Props) {
  const navigate = useNavigate()
  const state = useStore(open.settled)
  const refused = useStore(open.refused)
  if (refused) {
    return (
      <Notice
        title={t('conversation.notHere')}
        action={{ label: t('links.toConversations'), act: () => void navigate({ to: '/' }) }}
      >
        {wordsOf(refused)}
      </Notice>
    )
  }
  // One can write while the rest is on its way.
  return (
    <div className="flex h-full flex-col">
      {state ? <Loaded open={open} state={state} at={at} /> : <Skeleton />}
      <Composer open={open} state={state} />
    </div>
  )
}

function Loaded({ open, state, at }: Props & { state: ConversationState }) {
  const { user, here } = useParley()
  const news = useReading(state)
  const role = roleIn(state, user.id)
  const { id } = state
  const { title } = state.conversation
  useEffect(() => {
    here.set({ id, title, role })
    return () => here.set(undefined)
  }, [here, id, title, role])
  return (
    <>
      <Header state={state} role={role} />
      <MessageList open={open} role={role} news={news} at={at} />
      <TypingLine open={open} state={state} />
    </>
  )
}
