import { setTimeout as sleep } from 'node:timers/promises'
import { encodeFrame, newId, topics } from '@parley/protocol'
import { connectRedis } from '@parley/relay'
import { Emitter } from '@socket.io/redis-emitter'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import type { Dialect } from '../dialects.ts'

// What AI workers do for the chat nodes: in each room a reply is written, piece by piece.

export type Writing = {
  dialect: Dialect['name']
  rooms: string[]
  piecesPerSecond: number
  seconds: number
  port: number
}

type Write = (room: string, text: string) => void

const words = ' and so it goes on with some words.'
const now = () => (performance.timeOrigin + performance.now()).toFixed(3)
const redisUrl = process.env.REDIS_URL!

const writers: Record<Dialect['name'], (port: number) => { write: Write; flush?: () => Promise<void> }> = {
  parley() {
    const { relay } = connectRedis(redisUrl, pino({ level: 'silent' }))
    const replies = new Map<string, { message: string; offset: number }>()
    return {
      write(conversation, text) {
        const reply = replies.get(conversation) ?? { message: newId(), offset: 0 }
        replies.set(conversation, reply)
        const { message, offset } = reply
        reply.offset += text.length
        relay.publish(
          topics.live(conversation),
          encodeFrame({ type: 'delta', conversation, message, attempt: 1, offset, text }),
        )
      },
    }
  },
  bare() {
    const redis = new Redis(redisUrl, { enableAutoPipelining: true })
    return { write: (room, text) => void redis.publish(room, text) }
  },
  'socket.io'() {
    const emitter = new Emitter(new Redis(redisUrl, { enableAutoPipelining: true }))
    return { write: (room, text) => void emitter.to(room).emit('said', text) }
  },
  centrifugo(port) {
    let commands: object[] = []
    return {
      write: (channel, data) => void commands.push({ publish: { channel, data } }),
      async flush() {
        const body = JSON.stringify({ commands, parallel: true })
        commands = []
        await fetch(`http://127.0.0.1:${port}/api/batch`, { method: 'POST', body })
      },
    }
  },
}

process.on('message', async ({ dialect, rooms, piecesPerSecond, seconds, port }: Writing) => {
  const { write, flush } = writers[dialect](port)
  const startedAt = performance.now()
  let pieces = 0
  // Each reply has a moment of its own between two beats, as with a real worker.
  for (let at = 0; performance.now() - startedAt < seconds * 1_000; ) {
    const due = ((performance.now() - startedAt) / 1_000) * piecesPerSecond * rooms.length
    for (; at < due; at += 1, pieces += 1) write(rooms[at % rooms.length]!, `@${now()}${words}`)
    await Promise.all([flush?.(), sleep(2)])
  }
  process.send!({ pieces })
})
