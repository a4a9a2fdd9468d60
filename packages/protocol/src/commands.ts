import * as Type from 'typebox'
import { Compile } from 'typebox/compile'
import { Content, Emoji, Model, Seq } from './entities.ts'
import { Refusal } from './errors.ts'
import { Id } from './ids.ts'
import { limits } from './limits.ts'

const commandId = Type.String({ minLength: 1, maxLength: limits.commandIdChars })

function command<T extends string, P extends Record<string, Type.TSchema>>(type: T, properties: P) {
  return Type.Object({ type: Type.Literal(type), id: commandId, ...properties }, { additionalProperties: false })
}

/**
 * What a client may ask over its socket. Each carries an `id` of the client's, and is answered by one `ack`,
 * `caught-up`, `reset`, `pong` or `error` frame with the same `id`.
 */
export const commands = {
  /** Follow a conversation from `since` on: the last `seq` the client has applied, 0 for none. */
  open: command('open', { conversation: Id, since: Seq }),
  close: command('close', { conversation: Id }),
  /** The command's id is the new message's id, so a repeat is the same message. */
  send: Type.Object(
    {
      type: Type.Literal('send'),
      id: Id,
      conversation: Id,
      content: Content,
      /** The message whose place it takes: the conversation goes on from here on another branch. */
      instead: Type.Optional(Id),
    },
    { additionalProperties: false },
  ),
  edit: command('edit', { conversation: Id, message: Id, content: Content }),
  delete: command('delete', { conversation: Id, message: Id }),
  react: command('react', { conversation: Id, message: Id, emoji: Emoji, on: Type.Boolean() }),
  read: command('read', { conversation: Id, seq: Seq }),
  typing: command('typing', { conversation: Id, on: Type.Boolean() }),
  /** End the reply that is queued or being written. */
  stop: command('stop', { conversation: Id, message: Id }),
  /** Begin a reply anew that has failed or was stopped. */
  retry: command('retry', { conversation: Id, message: Id }),
  /** Go on with a reply that reached the model's length limit. */
  continue: command('continue', { conversation: Id, message: Id }),
  /** Have a reply written again, as another version; the command's id is the new reply's. */
  regenerate: Type.Object(
    {
      type: Type.Literal('regenerate'),
      id: Id,
      conversation: Id,
      message: Id,
      model: Type.Optional(Model),
    },
    { additionalProperties: false },
  ),
  /** Show this version of a message, and what followed it, to everybody. */
  choose: command('choose', { conversation: Id, message: Id }),
  ping: command('ping', {}),
}

export type CommandType = keyof typeof commands
export type CommandOf<T extends CommandType> = Type.Static<(typeof commands)[T]>
export type Command = { [T in CommandType]: CommandOf<T> }[CommandType]

const compiled = Object.fromEntries(
  Object.entries(commands).map(([type, schema]) => [type, Compile(schema)]),
) as Record<CommandType, ReturnType<typeof Compile>>

/** A refusal of a frame, with the offending command's id where one could be read. */
export type BadCommand = { id: string | undefined; refusal: Refusal }

/** Reads a frame of a client: the command, or why it is none. Never throws. */
export function parseCommand(text: string): { command: Command } | BadCommand {
  let frame: { id?: unknown; type?: unknown } | null
  try {
    frame = JSON.parse(text)
  } catch {
    return { id: undefined, refusal: new Refusal('frame.invalid', 'The frame is not JSON.') }
  }
  if (typeof frame !== 'object' || frame === null || Array.isArray(frame)) {
    return { id: undefined, refusal: new Refusal('frame.invalid', 'The frame is not a JSON object.') }
  }
  const id = typeof frame.id === 'string' && frame.id.length <= limits.commandIdChars ? frame.id : undefined
  if (typeof frame.type !== 'string' || !Object.hasOwn(compiled, frame.type)) {
    return { id, refusal: new Refusal('command.unknown', 'There is no such command.', { field: '/type' }) }
  }
  const validator = compiled[frame.type as CommandType]
  if (validator.Check(frame)) return { command: frame as Command }
  return { id, refusal: explain(validator.Errors(frame)[0]) }
}

function explain(error: { instancePath: string; message: string; params: object } | undefined): Refusal {
  const missing = (error?.params as { requiredProperties?: string[] } | undefined)?.requiredProperties?.[0]
  const field = missing === undefined ? (error?.instancePath ?? '') : `${error?.instancePath}/${missing}`
  const reason = missing === undefined ? (error?.message ?? 'is invalid') : 'is missing'
  return new Refusal('frame.invalid', `${field || 'The frame'} ${reason}.`, { field })
}
