import type { Logger } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import { Redis } from 'ioredis'
import type { Exchange, Relay, Roster, Scratch } from './port.ts'
import { takeState, versionField } from './roster-state.ts'

const commandTimeoutMs = 2_000
const longestReconnectMs = 500
const rosterTtlMs = 24 * 3600 * 1000
const aliveKey = 'roster:alive'

/** An exchange over Redis: pub/sub on one connection, commands pipelined on another. Comes back by itself. */
export function connectRedis(url: string, log: Logger): Exchange {
  const options = {
    retryStrategy: (times: number) => Math.min(50 * times, longestReconnectMs),
    connectTimeout: 2_000,
  }
  const commands = new Redis(url, {
    ...options,
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
  })
  const subscriber = new Redis(url, { ...options, maxRetriesPerRequest: null })
  commands.on('error', (error) => log.warn({ reason: error.message }, 'redis is away'))
  subscriber.on('error', () => {}) // the other connection tells it

  return {
    relay: createRelay(commands, subscriber),
    scratch: createScratch(commands),
    roster: createRoster(commands),
    ping: async () => void (await available(commands.ping())),
    close: async () => {
      commands.disconnect()
      subscriber.disconnect()
    },
  }
}

function createRelay(commands: Redis, subscriber: Redis): Relay {
  const handlers = new Map<string, Set<(frame: Buffer) => void>>()
  const healed = new Set<() => void>()
  const subscribe = gather((topics) => subscriber.subscribe(...topics))
  let connections = 0
  subscriber.on('messageBuffer', (topic: Buffer, frame: Buffer) => {
    for (const handler of handlers.get(topic.toString()) ?? []) handler(frame)
  })
  subscriber.on('ready', () => {
    connections += 1
    if (connections > 1) for (const handler of healed) setImmediate(handler)
  })

  return {
    publish(topic, frame) {
      commands.publish(topic, frame).catch(() => {}) // a hint: readers heal from the log
    },
    async subscribe(topic, handler) {
      const present = handlers.get(topic)
      const all = present ?? new Set()
      all.add(handler)
      handlers.set(topic, all)
      if (!present) await subscribe(topic)
      return () => {
        all.delete(handler)
        if (all.size > 0 || handlers.get(topic) !== all) return
        handlers.delete(topic)
        subscriber.unsubscribe(topic).catch(() => {})
      }
    },
    onHealed: (handler) => void healed.add(handler),
  }
}

/** Gathers what is asked for in one turn of the loop, and asks for it together. */
function gather(ask: (topics: string[]) => Promise<unknown>): (topic: string) => Promise<unknown> {
  let gathered: string[] = []
  let asked: Promise<unknown> | undefined
  return (topic) => {
    gathered.push(topic)
    asked ??= new Promise(setImmediate).then(() => {
      const topics = gathered
      gathered = []
      asked = undefined
      return ask(topics)
    })
    return asked
  }
}

function createScratch(commands: Redis): Scratch {
  return {
    put: async (key, value, ttlMs) => void (await available(commands.set(key, value, 'PX', ttlMs))),
    take: async (key) => (await available(commands.getdel(key))) ?? undefined,
    read: async (key) => (await available(commands.get(key))) ?? undefined,
    append: async (key, text, ttlMs) => {
      const [bytes] = await available(Promise.all([commands.append(key, text), commands.pexpire(key, ttlMs)]))
      return bytes
    },
    drop: async (key) => void (await available(commands.del(key))),
    async count(key, windowMs, by = 1) {
      const window = Math.floor(Date.now() / windowMs)
      const slot = `${key}:${window}`
      const [count] = await available(Promise.all([commands.incrby(slot, by), commands.pexpire(slot, windowMs)]))
      return { count, resetsInMs: (window + 1) * windowMs - Date.now() }
    },
  }
}

function createRoster(commands: Redis): Roster {
  const state = async (transaction: ReturnType<Redis['multi']>) => {
    const results = await available(transaction.exec())
    return takeState((results?.at(-1)?.[1] ?? {}) as Record<string, string>)
  }
  return {
    say(key, member, value) {
      const transaction = commands.multi()
      if (value === undefined) transaction.hdel(key, member)
      else transaction.hset(key, member, value)
      return state(transaction.hincrby(key, versionField, 1).pexpire(key, rosterTtlMs).hgetall(key))
    },
    read: (key) => state(commands.multi().hgetall(key)),
    async beat(member, ttlMs) {
      // Redis's own clock, so that nodes whose clocks differ agree on who lives.
      const script = `
        local now = redis.call('TIME')
        local ms = now[1] * 1000 + math.floor(now[2] / 1000)
        redis.call('ZADD', KEYS[1], ms + ARGV[2], ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms)
        return redis.call('ZRANGE', KEYS[1], 0, -1)`
      return (await available(commands.eval(script, 1, aliveKey, member, ttlMs))) as string[]
    },
  }
}

async function available<T>(command: Promise<T>): Promise<T> {
  try {
    return await command
  } catch (cause) {
    throw new Refusal('unavailable', 'The relay is away for the moment.', { cause })
  }
}
