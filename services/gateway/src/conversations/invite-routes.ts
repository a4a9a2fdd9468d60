import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Id, Invite, InvitePreview, Joined, NewInvite } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { hashSecret, newSecret } from '../sessions/refresh-cookie.ts'
import { actorOf } from '../sessions/require-session.ts'

const tag = 'invites'
const defaultHours = 24 * 7
const At = Type.Object({ token: Type.String({ minLength: 1, maxLength: 100 }) })

/** What an invite is for, for whoever has its link: they may not have an account yet. */
export function openInviteRoutes({ history, rateLimits }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/invites/:token',
      { schema: documented(tag, 'What an invite is for', { params: At, 200: InvitePreview }) },
      async (request) => {
        await rateLimits.visit(request.ip)
        return history.previewInvite({ tokenHash: hashSecret(request.params.token) })
      },
    )
  }
}

/** Invite links: whoever has one may join until it expires. */
export function inviteRoutes({ history }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/conversations/:conversation/invites',
      {
        schema: documented(tag, 'Make an invite link', {
          params: Type.Object({ conversation: Id }),
          body: NewInvite,
          201: Invite,
        }),
      },
      async (request, reply) => {
        const { role, expiresInHours = defaultHours, maxUses, guests = false } = request.body
        const token = newSecret()
        const expiresAt = new Date(Date.now() + expiresInHours * 3600 * 1000).toISOString()
        const { conversation } = request.params
        const actor = actorOf(request).user.id
        await history.createInvite({
          actor,
          conversation,
          role,
          tokenHash: hashSecret(token),
          expiresAt,
          ...(maxUses && { maxUses }),
          guests,
        })
        reply.status(201)
        return { token, expiresAt }
      },
    )

    app.post(
      '/invites/:token/accept',
      { schema: documented(tag, 'Join by an invite', { params: At, 200: Joined }) },
      async (request) =>
        history.acceptInvite({ actor: actorOf(request).user.id, tokenHash: hashSecret(request.params.token) }),
    )
  }
}
