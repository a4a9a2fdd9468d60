import type { Logger } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import { Cluster, Redis } from 'ioredis'
import type { Exchange, Relay, Roster, Scratch } from './port.ts'
import { takeState, versionField } from './roster-state.ts'
import { createShards } from './shards.ts'

const commandTimeoutMs = 2_000
const longestReconnectMs = 500
const rosterTtlMs = 24 * 3600 * 1000
const aliveKey = 'roster:alive'

type Commands = Redis | Cluster

/** What carries frames: one Redis, or the shards of a cluster. */
type Bus = {
  publish(topic: string, frame: string): Promise<unknown>
  subscribe(topics: string[]): Promise<unknown>
  unsubscribe(topic: string): Promise<unknown>
  onFrame(handler: (topic: string, frame: Buffer) => void): void
  /** Calls back when frames may have been missed. */
  onHealed(handler: () => void): void
}

const options = {
  retryStrategy: (times: number) => Math.min(50 * times, longestReconnectMs),
  connectTimeout: 2_000,
}
const impatient = { ...options, commandTimeout: commandTimeoutMs, maxRetriesPerRequest: 0 }

/**
 * An exchange over Redis: pub/sub on one connection, commands pipelined on another. Comes back by itself. Several
 * addresses with commas between are nodes of a cluster, whose shards share the topics (`SSUBSCRIBE`).
 */
export function connectRedis(url: string, log: Logger): Exchange {
  return url.includes(',') ? connectCluster(url.split(','), log) : connectOne(url, log)
}

function connectOne(url: string, log: Logger): Exchange {
  const commands = new Redis(url, { ...impatient, enableAutoPipelining: true, enableOfflineQueue: false })
  const subscriber = new Redis(url, { ...options, maxRetriesPerRequest: null })
  commands.on('error', (error) => log.warn({ reason: error.message }, 'redis is away'))
  subscriber.on('error', () => {}) // the other connection tells it
  let connections = 0
  const healed = new Set<() => void>()
  subscriber.on('ready', () => {
    connections += 1
    if (connections > 1) for (const handler of healed) setImmediate(handler)
  })
  const relay = createRelay({
    publish: (topic, frame) => commands.publish(topic, frame),
    subscribe: (topics) => subscriber.subscribe(...topics),
    unsubscribe: (topic) => subscriber.unsubscribe(topic),
    onFrame: (handler) => {
      subscriber.on('messageBuffer', (topic: Buffer, frame: Buffer) => handler(topic.toString(), frame))
    },
    onHealed: (handler) => void healed.add(handler),
  })
  return exchangeOf(commands, relay, {
    ping: () => commands.ping(),
    close: () => {
      commands.disconnect()
      subscriber.disconnect()
    },
  })
}

/** A failover is seen by asking who serves what, if no answer has told it before. */
const slotsEveryMs = 2_000

function connectCluster(urls: string[], log: Logger): Exchange {
  const cluster = new Cluster(urls, {
    enableAutoPipelining: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: options.retryStrategy,
    slotsRefreshInterval: slotsEveryMs,
    slotsRefreshTimeout: commandTimeoutMs,
    retryDelayOnClusterDown: 100,
    retryDelayOnFailover: 100,
    redisOptions: impatient,
  })
  cluster.on('error', (error) => log.warn({ reason: error.message }, 'redis is away'))
  const healed = new Set<() => void>()
  const framed = new Set<(topic: string, frame: Buffer) => void>()
  const shards = createShards(cluster, {
    connect: (host, port) => new Redis({ ...impatient, host, port, autoResubscribe: false }),
    onFrame: (topic, frame) => {
      for (const handler of framed) handler(topic, frame)
    },
    onHealed: () => {
      for (const handler of healed) handler()
    },
  })
  const looking = setInterval(() => void shards.look(), slotsEveryMs)

  const relay = createRelay({
    publish: (topic, frame) => cluster.spublish(topic, frame),
    subscribe: (topics) => Promise.all(topics.map(shards.subscribe)),
    unsubscribe: async (topic) => shards.unsubscribe(topic),
    onFrame: (handler) => void framed.add(handler),
    onHealed: (handler) => void healed.add(handler),
  })
  return exchangeOf(cluster, relay, {
    ping: () => Promise.any(cluster.nodes('master').map((node) => node.ping())),
    close: () => {
      clearInterval(looking)
      shards.close()
      cluster.disconnect()
    },
  })
}

type Ends = { ping(): Promise<unknown>; close(): void }

function exchangeOf(commands: Commands, relay: Relay, { ping, close }: Ends): Exchange {
  return {
    relay,
    scratch: createScratch(commands),
    roster: createRoster(commands),
    ping: async () => void (await available(ping())),
    close: async () => close(),
  }
}

function createRelay(bus: Bus): Relay {
  const handlers = new Map<string, Set<(frame: Buffer) => void>>()
  const subscribe = gather((topics) => bus.subscribe(topics))
  bus.onFrame((topic, frame) => {
    for (const handler of handlers.get(topic) ?? []) handler(frame)
  })

  return {
    publish(topic, frame) {
      bus.publish(topic, frame).catch(() => {}) // a hint: readers heal from the log
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
        bus.unsubscribe(topic).catch(() => {})
      }
    },
    onHealed: bus.onHealed,
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

function createScratch(commands: Commands): Scratch {
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

function createRoster(commands: Commands): Roster {
  const state = async (transaction: ReturnType<Commands['multi']>) => {
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
