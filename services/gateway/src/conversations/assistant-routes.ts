import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AssistantSettings, Id, Seqed } from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { actorOf } from '../sessions/require-session.ts'

const tag = 'assistants'
const At = Type.Object({ conversation: Id, assistant: Id })

/** The assistants of a conversation. */
export function assistantRoutes({ history }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.put(
      '/conversations/:conversation/assistants/:assistant',
      {
        schema: documented(tag, 'Add an assistant under an id of yours, or set one up anew', {
          params: At,
          body: AssistantSettings,
          200: Seqed,
        }),
      },
      async (request) =>
        history.putAssistant({ actor: actorOf(request).user.id, ...request.params, settings: request.body }),
    )

    app.delete(
      '/conversations/:conversation/assistants/:assistant',
      { schema: documented(tag, 'Take an assistant out', { params: At, 200: Seqed }) },
      async (request) => history.removeAssistant({ actor: actorOf(request).user.id, ...request.params }),
    )
  }
}
