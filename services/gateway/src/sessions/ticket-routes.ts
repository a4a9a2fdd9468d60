import { randomBytes } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Ticket, ticketKey, ticketTtlMs, User } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { actorOf } from './require-session.ts'

/** Who one is, and the way to a socket. */
export function ticketRoutes({ scratch, rateLimits }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/me', { schema: documented('sessions', 'Who is signed in', { 200: User }) }, async (request) => {
      return actorOf(request).user
    })

    app.post(
      '/tickets',
      { schema: documented('sessions', 'Get a ticket for one WebSocket', { 201: Ticket }) },
      async (request, reply) => {
        const { user, session } = actorOf(request)
        await rateLimits.ticket(user.id)
        const ticket = randomBytes(24).toString('base64url')
        await scratch.put(ticketKey(ticket), JSON.stringify({ user: user.id, session }), ticketTtlMs)
        reply.status(201)
        return { ticket }
      },
    )
  }
}
