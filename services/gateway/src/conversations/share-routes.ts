import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Id, Import, NewShare, newId, Seqed, SharedPage, ShareList, ShareMade } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { hashSecret, newSecret } from '../sessions/refresh-cookie.ts'
import { actorOf } from '../sessions/require-session.ts'

const tag = 'sharing'
const InConversation = Type.Object({ conversation: Id })
const At = Type.Object({ conversation: Id, share: Id })

/** Public links: make, look at, take back; and what was said elsewhere comes in. */
export function shareRoutes({ history }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/conversations/:conversation/shares',
      {
        schema: documented(tag, 'Make a public link to it, up to a message, else to the newest', {
          params: InConversation,
          body: NewShare,
          201: ShareMade,
        }),
      },
      async (request, reply) => {
        const [id, token] = [newId(), newSecret()]
        const at = { actor: actorOf(request).user.id, ...request.params }
        await history.createShare({ ...at, id, tokenHash: hashSecret(token), ...request.body })
        reply.status(201)
        return { id, token }
      },
    )

    app.get(
      '/conversations/:conversation/shares',
      {
        schema: documented(tag, 'Its public links, without what opens them', {
          params: InConversation,
          200: ShareList,
        }),
      },
      async (request) => history.listShares({ actor: actorOf(request).user.id, ...request.params }),
    )

    app.delete(
      '/conversations/:conversation/shares/:share',
      { schema: documented(tag, 'Take a public link back', { params: At, 204: Type.Null() }) },
      async (request, reply) => {
        await history.deleteShare({ actor: actorOf(request).user.id, ...request.params })
        return reply.status(204).send()
      },
    )

    app.post(
      '/conversations/:conversation/import',
      {
        schema: documented(tag, 'Put what was said elsewhere into a conversation that you have for yourself', {
          params: InConversation,
          body: Import,
          200: Seqed,
        }),
      },
      async (request) =>
        history.importMessages({ actor: actorOf(request).user.id, ...request.params, ...request.body }),
    )
  }
}

/** What public links open, for whoever has one. */
export function sharedRoutes({ history, rateLimits }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/shares/:token',
      {
        schema: documented(tag, 'What a public link shows, the newest page first', {
          params: Type.Object({ token: Type.String({ minLength: 1, maxLength: 100 }) }),
          querystring: Type.Object({ before: Type.Optional(Id) }),
          200: SharedPage,
        }),
      },
      async (request) => {
        await rateLimits.visit(request.ip)
        return history.readShare({ tokenHash: hashSecret(request.params.token), ...request.query })
      },
    )
  }
}
