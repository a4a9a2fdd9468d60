import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Found, Id, limits, SearchText } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { actorOf } from '../sessions/require-session.ts'

const Query = Type.Object({
  q: SearchText,
  conversation: Type.Optional(Id),
  before: Type.Optional(Type.String({ maxLength: 100, description: 'The `next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageMessages, default: 20 })),
})

/** Searching in what one may read. */
export function searchRoutes({ history, rateLimits }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/search',
      {
        schema: documented('messages', 'Find messages by their words, newest first', {
          querystring: Query,
          200: Found,
        }),
      },
      async (request) => {
        const { q: query, limit = 20, ...where } = request.query
        const actor = actorOf(request).user.id
        await rateLimits.search(actor)
        return history.search({ actor, query, limit, ...where })
      },
    )
  }
}
