import { join } from 'node:path'
import { endChild, startChild, told } from '../child.ts'
import type { StartTarget } from '../target.ts'

const servers = { bare: 'bare.ts', 'socket.io': 'socket-io.ts', centrifugo: 'centrifugo.ts' }
const paths = { bare: '/', 'socket.io': '/socket.io/?EIO=4&transport=websocket', centrifugo: '/connection/websocket' }

/** Starts one of the servers that keep no log. */
export function peer(dialect: keyof typeof servers): StartTarget {
  return async ({ rooms: count, socketsPerRoom }, redisUrl) => {
    const child = startChild(join(import.meta.dirname, '../servers', servers[dialect]), { REDIS_URL: redisUrl })
    const { port, pid = child.pid! } = await told<{ port: number; pid?: number }>(child)
    const rooms = Array.from({ length: count }, (_, at) => `room-${at}`)
    const url = `ws://127.0.0.1:${port}${paths[dialect]}`
    const seats = Array.from({ length: count * socketsPerRoom }, (_, at) => ({ urls: [url], room: rooms[at % count]! }))
    return {
      dialect,
      nodes: [pid],
      others: {},
      rooms,
      seats: async () => seats,
      async close() {
        if (pid !== child.pid) process.kill(pid, 'SIGKILL')
        await endChild(child)
      },
    }
  }
}
