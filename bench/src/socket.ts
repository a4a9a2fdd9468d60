import { connect, type NetConnectOpts } from 'node:net'

/** A WebSocket of the load generator. */
export type Socket = {
  send(text: string): void
  /** Reads no more until `resume`: as a client that hangs. */
  pause(): void
  resume(): void
  /** Reads from now on only ten times a second, all that is there at once. */
  readLazily(): void
}

type Events = {
  onOpen?(): void
  onFrame(frame: Buffer): void
  onClose(reason: string): void
}

const [text, close, ping] = [0x1, 0x8, 0x9]
const readsPerSecond = 10
const turnMs = 10
const headersEnd = '\r\n\r\n'

/**
 * The part of RFC 6455 that a load generator needs, so that the generator, which shares the machine with what it
 * measures, costs little: text frames that are not fragmented, and masks of zeros.
 */
export function dial(url: string, { onOpen, onFrame, onClose }: Events): Socket {
  const { hostname, port, pathname, search, host } = new URL(url)
  let rest: Buffer = Buffer.alloc(0)
  let upgraded = false
  let over = false
  // While it is paused, no more than one chunk is read ahead.
  const socket = connect({
    host: hostname,
    port: Number(port),
    noDelay: true,
    readableHighWaterMark: 1,
  } as NetConnectOpts)
  const finish = (reason: string) => {
    if (over) return
    over = true
    socket.destroy()
    onClose(reason)
  }
  socket.on('connect', () => {
    socket.write(
      `GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
  })
  let lazy = false
  socket.on('data', (chunk: Buffer) => {
    if (lazy) socket.pause()
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (!upgraded && !readHeaders()) return
    while (!over && readFrame()) {}
  })
  socket.on('error', (error) => finish(error.message))
  socket.on('close', () => finish('cut off'))

  function readHeaders(): boolean {
    const end = rest.indexOf(headersEnd)
    if (end < 0) return false
    const status = rest.toString('latin1', 0, rest.indexOf('\r\n'))
    rest = rest.subarray(end + headersEnd.length)
    upgraded = status.includes(' 101 ')
    if (upgraded) onOpen?.()
    else finish(status)
    return upgraded
  }

  function readFrame(): boolean {
    if (rest.length < 2) return false
    const short = rest[1]! & 0x7f
    const start = short < 126 ? 2 : short === 126 ? 4 : 10
    if (rest.length < start) return false
    const length = short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2))
    if (rest.length < start + length) return false
    const opcode = rest[0]! & 0x0f
    const payload = rest.subarray(start, start + length)
    rest = rest.subarray(start + length)
    if (opcode === text) onFrame(payload)
    else if (opcode === ping) socket.write(masked(0xa, payload))
    else if (opcode === close) finish(`closed with ${payload.length >= 2 ? payload.readUInt16BE(0) : 'no code'}`)
    return true
  }

  return {
    send: (message) => void socket.write(masked(text, Buffer.from(message))),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    readLazily() {
      lazy = true
      socket.pause()
      readInTurn(socket)
    },
  }
}

const inTurn: { resume(): unknown; destroyed: boolean }[] = []
let at = 0

/** A few of the sockets each time, so that all of them have their turn so many times a second. */
function readInTurn(socket: (typeof inTurn)[0]): void {
  if (inTurn.push(socket) > 1) return
  setInterval(() => {
    const count = Math.ceil((inTurn.length * readsPerSecond * turnMs) / 1_000)
    for (let n = 0; n < count; n += 1, at += 1) {
      const next = inTurn[at % inTurn.length]!
      if (!next.destroyed) next.resume()
    }
  }, turnMs)
}

function masked(opcode: number, payload: Buffer): Buffer {
  const long = payload.length >= 126
  const frame = Buffer.alloc((long ? 8 : 6) + payload.length)
  frame[0] = 0x80 | opcode
  frame[1] = 0x80 | (long ? 126 : payload.length)
  if (long) frame.writeUInt16BE(payload.length, 2)
  payload.copy(frame, frame.length - payload.length)
  return frame
}
