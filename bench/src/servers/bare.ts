import { App, us_socket_local_port, type WebSocket } from 'uWebSockets.js'
import { Redis } from 'ioredis'

// The ceiling: rooms over Redis, and nothing else. No accounts, no log, no order, no catch-up.

type Nobody = Record<string, never>

const publisher = new Redis(process.env.REDIS_URL!, { enableAutoPipelining: true })
const subscriber = new Redis(process.env.REDIS_URL!, { enableAutoPipelining: true })
const heard = new Map<string, Promise<unknown>>()

const app = App().ws<Nobody>('/*', {
  open: (socket) => void socket.send('ready'),
  message(socket, bytes) {
    const frame = Buffer.from(bytes).toString()
    if (frame.startsWith('+')) void enter(socket, frame.slice(1))
    else {
      const end = frame.indexOf(' ')
      void publisher.publish(frame.slice(0, end), frame.slice(end + 1))
    }
  },
})

async function enter(socket: WebSocket<Nobody>, room: string): Promise<void> {
  socket.subscribe(room)
  if (!heard.has(room)) heard.set(room, subscriber.subscribe(room))
  await heard.get(room)
  socket.send('entered')
}

subscriber.on('messageBuffer', (room: Buffer, text: Buffer) => app.publish(room, text))
app.listen('127.0.0.1', 0, (listening) => {
  process.send!({ port: us_socket_local_port(listening) })
})
