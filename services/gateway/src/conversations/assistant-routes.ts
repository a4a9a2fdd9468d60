import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { AssistantSettings, Id, OwnAssistant, Seqed } from '@parley/protocol'
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

/** The assistant that one's own new conversations begin with. */
export function ownAssistantRoutes({ history }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/me/assistant',
      { schema: documented(tag, 'What your new conversations begin with', { 200: OwnAssistant }) },
      async (request) => history.readOwnAssistant({ actor: actorOf(request).user.id }),
    )

    app.put(
      '/me/assistant',
      {
        schema: documented(tag, 'Set what your new conversations begin with; null is the usual one', {
          body: OwnAssistant,
          204: Type.Null(),
        }),
      },
      async (request, reply) => {
        await history.setOwnAssistant({ actor: actorOf(request).user.id, ...request.body })
        return reply.status(204).send()
      },
    )
  }
}
