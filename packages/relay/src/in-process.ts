import { EventEmitter } from 'node:events'
import type { Exchange, Relay, Roster, Scratch } from './port.ts'

const sweepEveryMs = 30_000

/** An exchange within one process, for the standalone and for tests of one node. Frames arrive on the next turn. */
export function createInProcessExchange(): Exchange {
  const scratch = createScratch()
  return {
    relay: createRelay(),
    scratch,
    roster: createRoster(),
    ping: async () => {},
    close: async () => scratch.close(),
  }
}

function createRelay(): Relay {
  const topics = new EventEmitter({ captureRejections: false }).setMaxListeners(0)
  return {
    publish(topic, frame) {
      if (topics.listenerCount(topic) === 0) return
      const bytes = Buffer.from(frame)
      setImmediate(() => topics.emit(topic, bytes))
    },
    async subscribe(topic, handler) {
      topics.on(topic, handler)
      return () => void topics.off(topic, handler)
    },
    onHealed() {}, // it is never away
  }
}

function createScratch(): Scratch & { close(): void } {
  const values = new Map<string, { value: string; until: number }>()
  const sweep = setInterval(() => {
    for (const [key, { until }] of values) if (until <= Date.now()) values.delete(key)
  }, sweepEveryMs).unref()
  const read = (key: string) => {
    const entry = values.get(key)
    return entry && entry.until > Date.now() ? entry.value : undefined
  }
  const write = (key: string, value: string, ttlMs: number) => values.set(key, { value, until: Date.now() + ttlMs })
  return {
    put: async (key, value, ttlMs) => void write(key, value, ttlMs),
    async take(key) {
      const value = read(key)
      values.delete(key)
      return value
    },
    read: async (key) => read(key),
    async append(key, text, ttlMs) {
      const value = (read(key) ?? '') + text
      write(key, value, ttlMs)
      return Buffer.byteLength(value)
    },
    drop: async (key) => void values.delete(key),
    async count(key, windowMs, by = 1) {
      const window = Math.floor(Date.now() / windowMs)
      const count = Number(read(`${key}:${window}`) ?? 0) + by
      write(`${key}:${window}`, String(count), windowMs)
      return { count, resetsInMs: (window + 1) * windowMs - Date.now() }
    },
    close: () => clearInterval(sweep),
  }
}

function createRoster(): Roster {
  const states = new Map<string, { version: number; says: Map<string, string> }>()
  const alive = new Map<string, number>()
  const snapshot = (key: string) => {
    const state = states.get(key)
    return { version: state?.version ?? 0, says: Object.fromEntries(state?.says ?? []) }
  }
  return {
    async say(key, member, value) {
      const state = states.get(key) ?? { version: 0, says: new Map() }
      states.set(key, state)
      state.version += 1
      if (value === undefined) state.says.delete(member)
      else state.says.set(member, value)
      return snapshot(key)
    },
    read: async (key) => snapshot(key),
    async beat(member, ttlMs) {
      alive.set(member, Date.now() + ttlMs)
      for (const [name, until] of alive) if (until <= Date.now()) alive.delete(name)
      return [...alive.keys()]
    },
  }
}
