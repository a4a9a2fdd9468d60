import type { BodyOf, NewMessageInput, ResponseOf } from '@parley/history-client'
import { createOutbound, type Logger } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import * as Type from 'typebox'
import Value from 'typebox/value'
import { audit } from '../administration/audit.ts'
import type { Deps } from '../deps.ts'

/** Told of messages before anybody else sees them. @returns why a message is to be held, or nothing */
export type Moderate = (message: NewMessageInput) => Promise<string | undefined>

export type ModerationOptions = {
  /** Asked by `POST` with the message; answers `{"hold": false}` or `{"hold": true, "reason": "…"}`. */
  url: string
  token?: string | undefined
  /** Whether messages go on while it does not answer; else they are held. */
  failsOpen: boolean
  privateHosts: readonly string[]
}

const answerWithinMs = 2_000
const Answer = Type.Object({ hold: Type.Boolean(), reason: Type.Optional(Type.String({ maxLength: 500 })) })

/** Asks the endpoint that an installation has set up. It is not followed elsewhere. */
export function createModerate({ url, token, failsOpen, privateHosts }: ModerationOptions, log: Logger): Moderate {
  const fetch = createOutbound(privateHosts).fetchFor(url)
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  return async ({ id, conversation, author, content }) => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ id, conversation, author, content }),
        signal: AbortSignal.timeout(answerWithinMs),
      })
      if (!response.ok) throw new Error(`it answered ${response.status}`)
      const { hold, reason } = Value.Parse(Answer, await response.json())
      return hold ? reason || 'held by moderation' : undefined
    } catch (error) {
      log.warn({ reason: (error as Error).message }, 'the moderation endpoint did not answer')
      return failsOpen ? undefined : 'moderation was away'
    }
  }
}

type Append = (body: BodyOf<'appendMessages'>) => Promise<ResponseOf<'appendMessages'>>

const held = { code: 'message.held', message: 'This message waits until somebody has looked at it.' } as const

/** As `append`, with each message shown to moderation first. What is held is kept for administrators to look at. */
export function moderated(append: Append, moderate: Moderate, { db }: Pick<Deps, 'db'>): Append {
  return async ({ messages }) => {
    const isHeld = await Promise.all(messages.map(holds))
    const passing = messages.filter((_, at) => !isHeld[at])
    const { results } = passing.length > 0 ? await append({ messages: passing }) : { results: [] }
    const next = results.values()
    return { results: isHeld.map((isThis) => (isThis ? held : next.next().value!)) }
  }

  async function holds(message: NewMessageInput): Promise<boolean> {
    const { id, conversation, author, content } = message
    const waits = await db.selectFrom('held_messages').select('id').where('id', '=', id).executeTakeFirst()
    if (waits) return true
    const reason = await moderate(message)
    if (reason === undefined) return false
    // Only of who may write there: nobody fills the list of what waits with what would not be sent.
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('held_messages')
      .columns(['id', 'conversation_id', 'author_id', 'content', 'reason'])
      .expression(({ selectFrom, val }) =>
        selectFrom('members')
          .select([
            val(id).as('id'),
            'conversation_id',
            'user_id as author_id',
            val(content.toWellFormed()).as('content'),
            val(reason).as('reason'),
          ])
          .where('conversation_id', '=', conversation)
          .where('user_id', '=', author)
          .where('left_at', 'is', null)
          .where('role', '<>', 'viewer'),
      )
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows !== 1n) return false // the append says why not
    await audit(db, { action: 'message.held', actor: author, target: id, detail: { conversation, reason } })
    return true
  }
}

/** @throws Refusal `message.held` for the new text of a message that moderation would hold */
export async function requirePassing(moderate: Moderate | undefined, message: NewMessageInput): Promise<void> {
  if (moderate && (await moderate(message)) !== undefined) throw new Refusal(held.code, 'This text was not accepted.')
}
