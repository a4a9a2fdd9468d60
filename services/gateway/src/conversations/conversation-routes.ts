import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  ConversationDetail,
  ConversationList,
  ConversationPatch,
  ConversationSummary,
  Id,
  limits,
  NewConversation,
  newId,
  Place,
  PlacePut,
  ReadPut,
  Seqed,
} from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { actorOf } from '../sessions/require-session.ts'

const tag = 'conversations'
const At = Type.Object({ conversation: Id })
const Page = Type.Object({
  before: Type.Optional(Type.String({ maxLength: 100, description: 'The `next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageMessages, default: 50 })),
  place: Type.Optional(Place),
})

/** Conversations: list, make, look at, change, mark as read. */
export function conversationRoutes({ history }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/conversations',
      {
        schema: documented(
          tag,
          'Your conversations, most recently active first; without a place all that are not in the archive',
          {
            querystring: Page,
            200: ConversationList,
          },
        ),
      },
      async (request) => {
        const { limit = 50, ...rest } = request.query
        return history.listConversations({ actor: actorOf(request).user.id, limit, ...rest })
      },
    )

    app.post(
      '/conversations',
      { schema: documented(tag, 'Make a conversation', { body: NewConversation, 201: ConversationSummary }) },
      async (request, reply) => {
        const { id = newId(), ...settings } = request.body
        reply.status(201)
        return history.createConversation({ actor: actorOf(request).user.id, id, ...settings })
      },
    )

    app.get(
      '/conversations/:conversation',
      { schema: documented(tag, 'A conversation and its members', { params: At, 200: ConversationDetail }) },
      async (request) => history.getConversation({ actor: actorOf(request).user.id, ...request.params }),
    )

    app.patch(
      '/conversations/:conversation',
      {
        schema: documented(tag, 'Rename it', {
          params: At,
          body: ConversationPatch,
          200: Seqed,
        }),
      },
      async (request) =>
        history.changeConversation({ actor: actorOf(request).user.id, ...request.params, ...request.body }),
    )

    app.put(
      '/conversations/:conversation/place',
      {
        schema: documented(tag, 'Pin it, put it into the archive, or back into the list: for yourself', {
          params: At,
          body: PlacePut,
          204: Type.Null(),
        }),
      },
      async (request, reply) => {
        await history.placeConversation({ actor: actorOf(request).user.id, ...request.params, ...request.body })
        return reply.status(204).send()
      },
    )

    app.delete(
      '/conversations/:conversation',
      { schema: documented(tag, 'Delete it, for all its members', { params: At, 204: Type.Null() }) },
      async (request, reply) => {
        await history.deleteConversation({ actor: actorOf(request).user.id, ...request.params })
        return reply.status(204).send()
      },
    )

    app.post(
      '/conversations/:conversation/restore',
      { schema: documented(tag, 'Take a deletion back', { params: At, 204: Type.Null() }) },
      async (request, reply) => {
        await history.restoreConversation({ actor: actorOf(request).user.id, ...request.params })
        return reply.status(204).send()
      },
    )

    app.put(
      '/conversations/:conversation/read',
      { schema: documented(tag, 'Mark it as read up to a seq', { params: At, body: ReadPut, 204: Type.Null() }) },
      async (request, reply) => {
        await history.markRead({ actor: actorOf(request).user.id, ...request.params, ...request.body })
        return reply.status(204).send()
      },
    )
  }
}
