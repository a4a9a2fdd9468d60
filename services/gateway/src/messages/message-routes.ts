import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  ChangeList,
  type ErrorCode,
  Id,
  limits,
  MessagePage,
  MessagePatch,
  NewMessage,
  ReactionPut,
  Refusal,
  Regenerate,
  Sent,
  Seq,
  Seqed,
} from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { actorOf } from '../sessions/require-session.ts'

const tag = 'messages'
const InConversation = Type.Object({ conversation: Id })
const At = Type.Object({ conversation: Id, message: Id })
const Bounds = Type.Object({
  before: Type.Optional(Seq),
  after: Type.Optional(Seq),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageMessages, default: 50 })),
})

/** Messages: read them page by page or by what changed, write, edit, delete, react, and what can be done with replies. */
export function messageRoutes({ history }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/conversations/:conversation/messages',
      {
        schema: documented(tag, 'A page of messages, in order', {
          params: InConversation,
          querystring: Bounds,
          200: MessagePage,
        }),
      },
      async (request) => {
        const { limit = 50, ...bounds } = request.query
        return history.pageMessages({ actor: actorOf(request).user.id, ...request.params, ...bounds, limit })
      },
    )

    app.get(
      '/conversations/:conversation/changes',
      {
        schema: documented(tag, 'All that changed after a seq', {
          params: InConversation,
          querystring: Type.Object({ since: Seq }),
          200: ChangeList,
        }),
      },
      async (request) => {
        const { changes, head, tip } = await history.changesSince({
          actors: [actorOf(request).user.id],
          ...request.params,
          ...request.query,
        })
        if (changes) return { changes, head, tip }
        throw new Refusal('conversation.too_far_behind', 'Too much has changed since; load the newest page instead.')
      },
    )

    app.post(
      '/conversations/:conversation/messages',
      {
        schema: documented(tag, 'Send a message; one with the same id is stored once', {
          params: InConversation,
          body: NewMessage,
          201: Sent,
        }),
      },
      async (request, reply) => {
        const message = { ...request.body, ...request.params, author: actorOf(request).user.id }
        const [result] = (await history.appendMessages({ messages: [message] })).results
        if (!result || 'code' in result) throw new Refusal(result?.code as ErrorCode, result?.message ?? '')
        reply.status(201)
        return { id: message.id, seq: result.seq }
      },
    )

    app.patch(
      '/conversations/:conversation/messages/:message',
      { schema: documented(tag, 'Edit your message', { params: At, body: MessagePatch, 200: Seqed }) },
      async (request) => history.editMessage({ actor: actorOf(request).user.id, ...request.params, ...request.body }),
    )

    app.delete(
      '/conversations/:conversation/messages/:message',
      { schema: documented(tag, 'Delete a message', { params: At, 200: Seqed }) },
      async (request) => history.deleteMessage({ actor: actorOf(request).user.id, ...request.params }),
    )

    app.put(
      '/conversations/:conversation/messages/:message/reactions',
      { schema: documented(tag, 'Set or take back your reaction', { params: At, body: ReactionPut, 200: Seqed }) },
      async (request) =>
        history.reactToMessage({ actor: actorOf(request).user.id, ...request.params, ...request.body }),
    )

    app.post(
      '/conversations/:conversation/messages/:message/stop',
      { schema: documented(tag, 'Stop a reply', { params: At, 204: Type.Null() }) },
      async (request, reply) => {
        await history.stopReply({ actor: actorOf(request).user.id, ...request.params })
        return reply.status(204).send()
      },
    )

    app.post(
      '/conversations/:conversation/messages/:message/retry',
      { schema: documented(tag, 'Begin a reply anew that has failed or was stopped', { params: At, 200: Seqed }) },
      async (request) => history.retryReply({ actor: actorOf(request).user.id, ...request.params }),
    )

    app.post(
      '/conversations/:conversation/messages/:message/continue',
      { schema: documented(tag, 'Go on with a reply that reached the length limit', { params: At, 200: Seqed }) },
      async (request) => history.continueReply({ actor: actorOf(request).user.id, ...request.params }),
    )

    app.post(
      '/conversations/:conversation/messages/:message/versions',
      {
        schema: documented(tag, 'Have a reply written again, as another version', {
          params: At,
          body: Regenerate,
          201: Sent,
        }),
      },
      async (request, reply) => {
        const { id, ...wanted } = request.body
        const at = { actor: actorOf(request).user.id, ...request.params }
        const { seq } = await history.regenerateReply({ ...at, reply: id, ...wanted })
        reply.status(201)
        return { id, seq }
      },
    )

    app.post(
      '/conversations/:conversation/messages/:message/choose',
      {
        schema: documented(tag, 'Show this version of a message, and what followed it, to everybody', {
          params: At,
          200: Seqed,
        }),
      },
      async (request) => history.chooseVersion({ actor: actorOf(request).user.id, ...request.params }),
    )
  }
}
