import { encodeFrame, errorFrame, type Frame, Refusal } from '@parley/protocol'
import type { Socket } from './sockets.ts'

/** Sends an encoded frame, unless the socket has closed meanwhile. */
export function sendText(socket: Socket, text: string | Buffer): void {
  if (!socket.getUserData().closed) socket.send(text, false)
}

/** Sends a frame, unless the socket has closed meanwhile. */
export function sendFrame(socket: Socket, frame: Frame): void {
  sendText(socket, encodeFrame(frame))
}

/** Answers a command with its refusal. An error that is none is the node's fault, and told without its reason. */
export function sendError(socket: Socket, id: string | undefined, error: unknown): void {
  const refusal =
    error instanceof Refusal ? error : new Refusal('internal', 'Something went wrong on our side. Please try again.')
  sendText(socket, errorFrame(id, refusal))
}

/** Ends a socket with a close code, in order after all that was sent. */
export function end(socket: Socket, code: number, reason: string): void {
  if (!socket.getUserData().closed) socket.end(code, reason)
}
