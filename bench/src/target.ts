import type { Dialect } from './dialects.ts'

/** What a workload asks of a target. */
type Scene = { rooms: number; socketsPerRoom: number; nodes?: number }

/** Where one of the generator's sockets connects (the next address at each try), and the room that it enters. */
export type Seat = { urls: string[]; room: string }

/** A chat node that is running, or several. */
export type Target = {
  dialect: Dialect['name']
  /** The processes of the chat nodes, whose CPU and memory are measured. */
  nodes: number[]
  /** What else serves it, by name. */
  others: Record<string, number>
  /** A seat for each socket of the scene, at one of the nodes, each good for so many tries. */
  seats(node?: number, tries?: number): Promise<Seat[]>
  rooms: string[]
  /** Where history answers, of the one that has one. */
  historyUrl?: string
  close(): Promise<void>
}

export type StartTarget = (scene: Scene, redisUrl: string) => Promise<Target>
