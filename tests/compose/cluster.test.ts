import { eventually, ifDocker } from '@parley/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkRoom } from '../faults/check.ts'
import { type Crowd, gatherCrowd, scriptOf } from '../faults/crowd.ts'
import { cluster, startWorld, type World } from '../faults/world.ts'
import { containersIn, docker, startAgain } from '../support/docker.ts'
import { gather, type Person, signUp } from '../support/people.ts'

const wellWithinMs = 15_000

ifDocker('Compose with deploy/compose/cluster.yaml', () => {
  let world: World
  let crowd: Crowd
  beforeAll(async () => {
    world = await startWorld({ ...cluster, project: 'parley-cluster', port: '18097' })
    crowd = await gatherCrowd(world.origin, { seed: 1, clients: 9 })
    crowd.talk()
  }, 300_000)
  afterAll(async () => {
    crowd?.leave()
    await world?.stop()
  }, 120_000)

  const one = async (service: string) => (await containersIn(world.project, service))[0]!
  const query = async (service: string, statement: string) =>
    docker('exec', await one(service), 'psql', '--username=parley', '--dbname=parley', '-tAc', statement)

  it('keeps the queue on three servers, and searches on the replica', async () => {
    const streams = await docker('exec', await one('history'), 'node', '-e', askNats)
    expect(JSON.parse(streams)).toMatchObject({ replicas: 3, others: 2 })
    const { ada, conversation } = await talker('a needle in it')
    const before = await readsOf('postgres-replica')
    await eventually('the needle', () => finds(ada, conversation))
    await eventually('the replica to have been read', async () => (await readsOf('postgres-replica')) > before)
  })

  /** A node of each kind, and which is lost of a shard: one that serves, and after it the one that took its place. */
  describe.each([['postgres-replica'], ['redis-1'], ['nats-1']])('without %s', (service) => {
    it('goes on for everybody, and as before when it is back', async () => {
      const container = await one(service)
      await docker('kill', container)
      const { ada, conversation } = await talker('a needle in it')
      expect(Math.max(...(await crowd.probe(wellWithinMs)))).toBeLessThan(wellWithinMs)
      await eventually('the needle', () => finds(ada, conversation))
      await startAgain(container)
      expect(Math.max(...(await crowd.probe(wellWithinMs)))).toBeLessThan(wellWithinMs)
    })
  })

  it('has lost nothing by all that', async () => {
    const rooms = await crowd.settle()
    expect(rooms.flatMap((room) => checkRoom(room, scriptOf))).toEqual([])
  })

  async function talker(content: string): Promise<{ ada: Person; conversation: string }> {
    const ada = await signUp(world.origin)
    const conversation = await gather([ada])
    const tab = ada.connect()
    await tab.connection.request({ type: 'send', conversation, content })
    tab.close()
    return { ada, conversation }
  }

  async function finds(ada: Person, conversation: string): Promise<boolean> {
    const { messages } = await ada.api.search({ q: 'needle' })
    return messages.some((each) => each.conversation === conversation)
  }

  /** How often the words of messages were looked through there. */
  async function readsOf(service: string): Promise<number> {
    return Number(await query(service, words))
  }
})

const words = `select coalesce(sum(seq_scan + idx_scan), 0) from pg_stat_user_tables where relname like 'message_words%'`

/** Asks NATS by its own protocol how the stream of prompts is kept: there is no client of it in the containers. */
const askNats = `
  const socket = require('node:net').connect(4222, 'nats-2')
  let text = ''
  socket.on('data', (piece) => {
    text += piece
    const found = /MSG answer \\d+ \\d+\\r\\n(.*)\\r\\n/.exec(text)
    if (!found) return
    const { config, cluster } = JSON.parse(found[1])
    console.log(JSON.stringify({ replicas: config.num_replicas, others: cluster.replicas.length }))
    socket.destroy()
  })
  socket.write('CONNECT {"verbose":false}\\r\\nSUB answer 1\\r\\nPUB $JS.API.STREAM.INFO.prompts answer 0\\r\\n\\r\\n')`
