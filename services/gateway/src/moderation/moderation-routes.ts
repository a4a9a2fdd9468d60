import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { BlockList, Id, NewReport, newId } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { actorOf } from '../sessions/require-session.ts'

const tag = 'moderation'
const AtUser = Type.Object({ user: Id })

/** Reporting what should not be there, and not reading whom one does not want to read. */
export function moderationRoutes({ history, rateLimits }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/conversations/:conversation/messages/:message/reports',
      {
        schema: documented(tag, 'Report a message to those who administer the installation', {
          params: Type.Object({ conversation: Id, message: Id }),
          body: NewReport,
          204: Type.Null(),
        }),
      },
      async (request, reply) => {
        const actor = actorOf(request).user.id
        await rateLimits.report(actor)
        await history.reportMessage({ actor, id: newId(), ...request.params, ...request.body })
        return reply.status(204).send()
      },
    )

    app.get(
      '/me/blocked',
      { schema: documented(tag, 'Whom you do not want to read', { 200: BlockList }) },
      async (request) => history.listBlocked({ actor: actorOf(request).user.id }),
    )

    for (const on of [true, false]) {
      app.route({
        method: on ? 'PUT' : 'DELETE',
        url: '/me/blocked/:user',
        schema: documented(tag, on ? 'Block somebody: their messages are hidden from you' : 'Take a block back', {
          params: AtUser,
          204: Type.Null(),
        }),
        handler: async (request, reply) => {
          await history.block({ actor: actorOf(request).user.id, ...(request.params as { user: string }), on })
          return reply.status(204).send()
        },
      })
    }
  }
}
