import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Models, offeredModelsKey, UsageReport } from '@parley/protocol'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { actorOf } from '../sessions/require-session.ts'

const tag = 'models'

/** Which models there are, and what one has used of them. */
export function modelRoutes({ history, scratch }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/models',
      { schema: documented(tag, 'The models that a reply may be asked of', { 200: Models }) },
      async () => {
        const offered = await scratch.read(offeredModelsKey)
        const { models: allowed } = await history.readModels({})
        const all = offered === undefined ? [] : (JSON.parse(offered) as string[])
        return { models: allowed ? all.filter((model) => allowed.includes(model)) : all }
      },
    )

    app.get(
      '/usage',
      { schema: documented(tag, 'What you have used day by day, and what you may', { 200: UsageReport }) },
      async (request) => history.readUsage({ actor: actorOf(request).user.id }),
    )
  }
}
