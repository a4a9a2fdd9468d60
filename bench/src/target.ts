import type { Dialect } from './dialects.ts'

/** What a workload asks of a target: rooms with sockets in them, and messages that each reach a whole room. */
export type Scene = {
  name: string
  rooms: number
  socketsPerRoom: number
  messagesPerSecond: number
  /** How long is measured, after a warm-up. */
  seconds: number
}

/** Where one of the generator's sockets connects, and the room that it enters. */
export type Seat = { url: string; room: string }

/** A chat node that is running, with a seat for each socket of the scene. */
type Target = {
  /** The process whose CPU and memory are measured. */
  pid: number
  dialect: Dialect['name']
  seats: Seat[]
  close(): Promise<void>
}

export type StartTarget = (scene: Scene, redisUrl: string) => Promise<Target>
