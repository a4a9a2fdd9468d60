import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Id, RolePatch, Seqed } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { actorOf } from '../sessions/require-session.ts'

const tag = 'members'
const At = Type.Object({ conversation: Id, user: Id })

/** Members: their roles, and how they go. They come by invites. */
export function memberRoutes({ history }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.patch(
      '/conversations/:conversation/members/:user',
      { schema: documented(tag, 'Give a member another role', { params: At, body: RolePatch, 200: Seqed }) },
      async (request) => history.setRole({ actor: actorOf(request).user.id, ...request.params, ...request.body }),
    )

    app.delete(
      '/conversations/:conversation/members/:user',
      { schema: documented(tag, 'Remove a member, or leave', { params: At, 200: Seqed }) },
      async (request) => history.removeMember({ actor: actorOf(request).user.id, ...request.params }),
    )
  }
}
