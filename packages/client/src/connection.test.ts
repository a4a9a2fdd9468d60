import { encodeFrame, newId } from '@parley/protocol'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createConnection } from './connection.ts'

/** A socket whose other end says nothing unless the test does. */
class Socket {
  sent: { type: string; id: string }[] = []
  closed = false
  onmessage: ((event: { data: string }) => void) | undefined
  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.closed = true
  }
  says(frame: Parameters<typeof encodeFrame>[0]): void {
    this.onmessage?.({ data: encodeFrame(frame) })
  }
}

const [user, conversation] = [newId(), newId()]
let sockets: Socket[]
beforeEach(() => {
  vi.useFakeTimers()
  sockets = []
})
afterEach(() => {
  vi.useRealTimers()
})

async function connect() {
  const connection = createConnection({
    url: 'ws://test/ws',
    ticket: async () => 'ticket',
    createSocket: () => {
      const socket = new Socket()
      sockets.push(socket)
      return socket as never
    },
    onFrame: () => {},
  })
  await vi.advanceTimersByTimeAsync(0)
  sockets[0]!.says({ type: 'welcome', user, node: 'one' })
  return { connection, socket: sockets[0]! }
}

const types = (socket: Socket) => socket.sent.map(({ type }) => type)

it('asks a server that has been quiet whether it is there, and stays where it is', async () => {
  const { connection, socket } = await connect()
  await vi.advanceTimersByTimeAsync(9_000)
  expect(types(socket)).toEqual([])
  await vi.advanceTimersByTimeAsync(1_000)
  expect(types(socket)).toEqual(['ping'])
  socket.says({ type: 'pong', id: socket.sent[0]!.id })
  await vi.advanceTimersByTimeAsync(9_000)
  expect(socket.closed).toBe(false)
  expect(sockets).toHaveLength(1)
  connection.close()
})

it('has another socket, and says all again, soon after a command that nobody takes', async () => {
  const { connection, socket } = await connect()
  void connection.request({ type: 'send', conversation, content: 'Is anybody there?' }).catch(() => {})
  await vi.advanceTimersByTimeAsync(3_000)
  expect(types(socket)).toEqual(['send', 'ping'])
  await vi.advanceTimersByTimeAsync(4_000)
  expect(socket.closed).toBe(true)
  await vi.advanceTimersByTimeAsync(3_000)
  expect(sockets).toHaveLength(2)
  sockets[1]!.says({ type: 'welcome', user, node: 'two' })
  expect(sockets[1]!.sent).toEqual([socket.sent[0]])
  connection.close()
})

it('does not give up a server that answers slowly, as long as it is there', async () => {
  const { connection, socket } = await connect()
  void connection.request({ type: 'send', conversation, content: 'Take your time' }).catch(() => {})
  for (const quietMs of [3_000, 10_000, 10_000, 10_000]) {
    await vi.advanceTimersByTimeAsync(quietMs)
    const ping = socket.sent.findLast(({ type }) => type === 'ping')!
    socket.says({ type: 'pong', id: ping.id })
  }
  expect(socket.closed).toBe(false)
  expect(types(socket).filter((type) => type === 'send')).toHaveLength(1)
  connection.close()
})
