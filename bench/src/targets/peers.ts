import { join } from 'node:path'
import { endChild, startChild, told } from '../child.ts'
import type { Dialect } from '../dialects.ts'
import type { StartTarget } from '../target.ts'

/** Starts Socket.IO, or the bare relay. */
export function peer(dialect: Exclude<Dialect['name'], 'parley'>): StartTarget {
  return async ({ rooms, socketsPerRoom }, redisUrl) => {
    const child = startChild(join(import.meta.dirname, `../servers/${dialect === 'bare' ? 'bare' : 'socket-io'}.ts`), {
      REDIS_URL: redisUrl,
    })
    const port = await told<number>(child)
    const path = dialect === 'socket.io' ? '/socket.io/?EIO=4&transport=websocket' : '/'
    const seats = Array.from({ length: rooms * socketsPerRoom }, (_, at) => ({
      url: `ws://127.0.0.1:${port}${path}`,
      room: `room-${at % rooms}`,
    }))
    return { pid: child.pid!, dialect, seats, close: () => endChild(child) }
  }
}
