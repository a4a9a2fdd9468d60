import { inSpan, SpanKind } from '@parley/kit'
import { type Command, closeCodes, limits, parseCommand, Refusal } from '@parley/protocol'
import type { Figures } from '../figures.ts'
import { takeCommand } from './budget.ts'
import { end, sendError } from './send.ts'
import type { Socket } from './sockets.ts'

export type Handlers = {
  [T in Command['type']]: (socket: Socket, command: Extract<Command, { type: T }>) => void | Promise<void>
}

/** Takes a frame of a client: checks it, and hands it to its handler. Whatever comes in, the socket stays open. */
export function createReceive(
  handlers: Handlers,
  {
    figures,
    commandsPerSecond,
    isDraining,
  }: { figures: Pick<Figures, 'command'>; commandsPerSecond: number; isDraining: () => boolean },
) {
  return function receive(socket: Socket, bytes: ArrayBuffer, isBinary: boolean): void {
    const state = socket.getUserData()
    if (state.user === '') {
      sendError(socket, undefined, new Refusal('auth.required', 'Wait for the welcome.'))
      return
    }
    const verdict = takeCommand(state, commandsPerSecond)
    if (verdict === 'flooding') {
      end(socket, closeCodes.flooding, 'You were asked to slow down.')
      return
    }
    if (bytes.byteLength > limits.frameBytes) {
      sendError(socket, undefined, new Refusal('frame.too_large', `Frames have at most ${limits.frameBytes} bytes.`))
      return
    }
    if (isBinary) {
      sendError(socket, undefined, new Refusal('frame.invalid', 'Frames are text.'))
      return
    }
    const parsed = parseCommand(Buffer.from(bytes).toString())
    if ('refusal' in parsed) {
      sendError(socket, parsed.id, parsed.refusal)
      return
    }
    const { command } = parsed
    if (verdict !== 'go') sendError(socket, command.id, verdict)
    else if (isDraining()) sendError(socket, command.id, new Refusal('unavailable', 'This node is stopping.'))
    else void run(socket, command)
  }

  async function run(socket: Socket, command: Command): Promise<void> {
    const state = socket.getUserData()
    const startedAt = performance.now()
    let problem: unknown
    state.underWay += 1
    try {
      const attributes = { 'parley.command.id': command.id, 'parley.user.id': state.user }
      await inSpan(`command ${command.type}`, { kind: SpanKind.SERVER, attributes }, () =>
        handlers[command.type](socket, command as never),
      )
    } catch (error) {
      problem = error
      sendError(socket, command.id, error)
    } finally {
      state.underWay -= 1
      figures.command(command.type, problem, (performance.now() - startedAt) / 1_000)
    }
  }
}
