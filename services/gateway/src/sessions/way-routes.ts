import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Ways } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'

/** What the page that lets people in has to show. */
export function wayRoutes({ history, provider, mailer, rateLimits }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/ways',
      { schema: documented('sessions', 'The ways into this installation', { 200: Ways }) },
      async (request) => {
        await rateLimits.visit(request.ip)
        const { signUps } = await history.readSignUps({})
        return { signUps, provider: provider?.name ?? null, mail: mailer.sends }
      },
    )
  }
}
