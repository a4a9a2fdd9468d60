import type { BodyOf } from '@parley/history-client'
import { type Assistant, limits, Refusal } from '@parley/protocol'
import { requireModel } from '../administration/installation.ts'
import type { Deps } from '../deps.ts'
import { changing } from './changing.ts'
import { writeConversation } from './write.ts'

/** The assistants of a conversation: each a name, a model and instructions, and a rule for when it answers. */
export function createAssistants(deps: Pick<Deps, 'db' | 'announcements'>) {
  return { putAssistant, removeAssistant }

  /** Adds an assistant, or sets one up anew, also one that had left. */
  async function putAssistant(body: BodyOf<'putAssistant'>): Promise<{ seq: number }> {
    const { actor, conversation, assistant: id, settings } = body
    return changing(deps, { actor, conversation }, 'configure', async (held) => {
      const { assistants } = held.conversation
      await requireModel(held.trx, settings.model)
      const others = assistants.filter((other) => other.id !== id && !other.left)
      if (others.some(({ handle }) => handle === settings.handle)) {
        throw new Refusal('assistant.handle_taken', `Another assistant here is called @${settings.handle}.`, {
          field: '/handle',
        })
      }
      if (others.length >= limits.assistants) {
        throw new Refusal('assistant.too_many', `A conversation has ${limits.assistants} assistants at most.`)
      }
      const assistant: Assistant = {
        id,
        ...settings,
        name: settings.name.toWellFormed(),
        instructions: settings.instructions.toWellFormed(),
      }
      const known = assistants.some((other) => other.id === id)
      const next = known
        ? assistants.map((other) => (other.id === id ? assistant : other))
        : [...forgetOldest(assistants), assistant]
      return { seq: await writeConversation(held, { assistants: next }) }
    })
  }

  /** Takes an assistant out. Its name stays with what it has written. */
  async function removeAssistant(body: BodyOf<'removeAssistant'>): Promise<{ seq: number }> {
    const { actor, conversation, assistant: id } = body
    return changing(deps, { actor, conversation }, 'configure', async (held) => {
      const { assistants } = held.conversation
      if (!assistants.some((assistant) => assistant.id === id && !assistant.left)) {
        throw new Refusal('assistant.not_found', 'There is no such assistant here.')
      }
      const next = assistants.map((assistant) =>
        assistant.id === id ? { ...assistant, instructions: '', left: true as const } : assistant,
      )
      return { seq: await writeConversation(held, { assistants: next }) }
    })
  }
}

function forgetOldest(assistants: Assistant[]): Assistant[] {
  if (assistants.length < limits.assistantsEver) return assistants
  const oldest = assistants.findIndex(({ left }) => left)
  return assistants.filter((_, at) => at !== oldest)
}
