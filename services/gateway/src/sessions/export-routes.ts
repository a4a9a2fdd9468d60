import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { actorOf } from './require-session.ts'

/** Everything that is kept about oneself. */
export function exportRoutes({ history }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/me/export',
      { schema: documented('account', 'All that is kept about you, as one JSON document', {}) },
      async (request, reply) => {
        const actor = actorOf(request).user.id
        const { kept } = await history.exportUser({ actor })
        async function* document() {
          yield `${JSON.stringify({ exportedAt: new Date().toISOString(), ...kept }).slice(0, -1)},"messages":[`
          let separator = ''
          for (let after: string | undefined; ; ) {
            const { messages, next } = await history.exportMessages({ actor, ...(after && { after }) })
            for (const message of messages) {
              yield separator + JSON.stringify(message)
              separator = ','
            }
            if (next === undefined) break
            after = next
          }
          yield ']}'
        }
        reply.header('content-disposition', 'attachment; filename="parley-about-me.json"')
        return reply.type('application/json').send(Readable.from(document()))
      },
    )
  }
}
