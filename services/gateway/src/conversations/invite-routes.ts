import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Id, Invite, InviteList, InvitePreview, Joined, NewInvite } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { hashSecret, newSecret } from '../sessions/refresh-cookie.ts'
import { actorOf } from '../sessions/require-session.ts'

const tag = 'invites'
const defaultHours = 24 * 7
const At = Type.Object({ token: Type.String({ minLength: 1, maxLength: 100 }) })
const InConversation = Type.Object({ conversation: Id })

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

/** Invite links: made, listed, taken back; whoever has one may join until it expires. */
export function inviteRoutes({ history }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/conversations/:conversation/invites',
      {
        schema: documented(tag, 'Make an invite link', {
          params: InConversation,
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

    app.get(
      '/conversations/:conversation/invites',
      {
        schema: documented(tag, 'Its invite links that work, without what opens them', {
          params: InConversation,
          200: InviteList,
        }),
      },
      async (request) => history.listInvites({ actor: actorOf(request).user.id, ...request.params }),
    )

    app.delete(
      '/conversations/:conversation/invites/:invite',
      {
        schema: documented(tag, 'Take an invite link back', {
          params: Type.Object({ conversation: Id, invite: Id }),
          204: Type.Null(),
        }),
      },
      async (request, reply) => {
        await history.deleteInvite({ actor: actorOf(request).user.id, ...request.params })
        return reply.status(204).send()
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
