import { setTimeout as sleep } from 'node:timers/promises'
import slotOf from 'cluster-key-slot'
import type { Cluster, Redis } from 'ioredis'

const slots = 16_384
/** Between two tries to be heard where a topic belongs. */
const againMs = 250

export type Shards = {
  /** Resolves once the topic is heard on the node that serves it, however long that takes. */
  subscribe(topic: string): Promise<void>
  unsubscribe(topic: string): void
  /** Reads who serves what, and moves the topics that are served elsewhere now. To be called every now and then. */
  look(): Promise<void>
  close(): void
}

type Hearing = {
  /** Makes a connection that comes back by itself, without its topics. */
  connect: (host: string, port: number) => Redis
  onFrame: (topic: string, frame: Buffer) => void
  /** Topics were not heard for a while, and are again. */
  onHealed: () => void
}

/**
 * Hears the topics of a cluster (`SSUBSCRIBE`), on one connection to each node that serves some. Which node that is, the
 * cluster is asked; a connection that is silent is given up (docs/decisions/0019).
 */
export function createShards(cluster: Cluster, { connect, onFrame, onHealed }: Hearing): Shards {
  const wanted = new Set<string>()
  /** On which node a topic is heard, by its address. */
  const heardAt = new Map<string, string>()
  const nodes = new Map<string, Redis>()
  const asking = new Map<string, Promise<void>>()
  let serving: string[] = []
  let looking: Promise<void> | undefined
  let closed = false

  const ownerOf = (topic: string) => serving[slotOf(topic)]

  function nodeAt(address: string): Redis {
    const known = nodes.get(address)
    if (known) return known
    const at = address.lastIndexOf(':')
    const redis = connect(address.slice(0, at), Number(address.slice(at + 1)))
    redis.on('error', () => {}) // the connections for commands tell it
    redis.on('smessageBuffer', (topic: Buffer, frame: Buffer) => onFrame(topic.toString(), frame))
    redis.on('close', () => forget(address))
    redis.on('ready', () => void heal())
    nodes.set(address, redis)
    return redis
  }

  function forget(address: string): void {
    for (const [topic, at] of heardAt) if (at === address) heardAt.delete(topic)
  }

  /** Is heard where it belongs, in the end. */
  function insist(topic: string): Promise<void> {
    const already = asking.get(topic)
    if (already) return already
    const asked = ask(topic).finally(() => asking.delete(topic))
    asking.set(topic, asked)
    return asked
  }

  async function ask(topic: string): Promise<void> {
    while (wanted.has(topic) && !closed) {
      if (serving.length === 0) await look()
      const owner = ownerOf(topic)
      try {
        if (owner !== undefined) {
          await nodeAt(owner).ssubscribe(topic)
          heardAt.set(topic, owner)
          if (!wanted.has(topic)) unsubscribe(topic)
          return
        }
      } catch {
        void look() // it may have moved
      }
      await sleep(againMs)
    }
  }

  function unsubscribe(topic: string): void {
    wanted.delete(topic)
    const at = heardAt.get(topic)
    heardAt.delete(topic)
    if (at !== undefined)
      nodes
        .get(at)
        ?.sunsubscribe(topic)
        .catch(() => {}) // a node that is away has forgotten it
  }

  /** Asks again for what is not heard where it belongs, shard by shard: one that is away keeps no other waiting. */
  async function heal(): Promise<void> {
    const lost = [...wanted].filter((topic) => heardAt.get(topic) !== ownerOf(topic) && !asking.has(topic))
    const byOwner = Map.groupBy(lost, ownerOf)
    await Promise.all(
      [...byOwner.values()].map(async (topics) => {
        await Promise.all(topics.map(insist))
        if (!closed) onHealed()
      }),
    )
  }

  async function readSlots(): Promise<void> {
    const served = await cluster.cluster('SLOTS')
    const next = new Array<string>(slots)
    for (const [first, last, master] of served) {
      if (master) next.fill(`${master[0]}:${master[1]}`, first, last + 1)
    }
    serving = next
    const addresses = new Set(serving)
    for (const [address, redis] of nodes) {
      if (addresses.has(address)) continue
      nodes.delete(address)
      forget(address)
      redis.disconnect()
    }
  }

  /** A connection over which nothing comes back is made anew. */
  async function check(): Promise<void> {
    const answers = [...nodes.values()].map((redis) => {
      return redis.status === 'ready' ? redis.ping().catch(() => redis.disconnect(true)) : undefined
    })
    await Promise.all(answers)
  }

  return {
    subscribe(topic) {
      wanted.add(topic)
      return heardAt.get(topic) === undefined ? insist(topic) : Promise.resolve()
    },
    unsubscribe,
    look,
    close() {
      closed = true
      for (const redis of nodes.values()) redis.disconnect()
    },
  }

  function look(): Promise<void> {
    looking ??= Promise.all([readSlots().catch(() => {}), check()]).then(() => {
      looking = undefined
      void heal()
    })
    return looking
  }
}
