import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { newId } from '@parley/protocol'
import { eventually, ifDocker } from '@parley/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { checkRoom } from '../faults/check.ts'
import { type Crowd, gatherCrowd, scriptOf } from '../faults/crowd.ts'
import type { RoomRecord } from '../faults/record.ts'
import { startWorld, type World } from '../faults/world.ts'
import { containersIn, freeze } from '../support/docker.ts'
import { gather, signUp } from '../support/people.ts'

const root = join(import.meta.dirname, '../..')
const prometheus = 'http://127.0.0.1:19090'
const scale = { gateway: 2, history: 2, 'chat-ws': 2, 'ai-worker': 2 }

type Sample = { metric: Record<string, string>; value: [number, string] }

async function ask(expression: string): Promise<Sample[]> {
  const response = await fetch(`${prometheus}/api/v1/query?query=${encodeURIComponent(expression)}`)
  const { status, data, error } = (await response.json()) as {
    status: string
    data: { result: Sample[] }
    error: string
  }
  if (status !== 'success') throw new Error(`${expression}: ${error}`)
  return data.result
}

ifDocker('Compose as somebody operates it', () => {
  let world: World
  let crowd: Crowd
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parley-operations-'))
    process.env.PROMETHEUS_PORT = '19090'
    const overlays = ['deploy/compose/observability.yaml']
    world = await startWorld({ project: 'parley-operations', port: '18095', overlays, scale })
    crowd = await gatherCrowd(world.origin, { seed: 1, clients: 9 })
    crowd.talk()
  }, 300_000)
  afterAll(async () => {
    crowd?.leave()
    await world?.stop()
    await rm(folder, { recursive: true, force: true })
  }, 120_000)

  const run = (script: string, ...args: string[]) =>
    promisify(execFile)(process.execPath, [join(root, 'scripts', script), ...args], {
      cwd: root,
      env: { ...process.env, ...world.env },
    })
  /** Nothing was lost, doubled or mixed, and everybody has what is stored. */
  const violationsOf = (rooms: RoomRecord[]) => rooms.flatMap((room) => checkRoom(room, scriptOf))

  it('has every replica of every service scraped', async () => {
    const counts = () => ask('count by (job) (up == 1)')
    const wanted = Object.entries(scale).sort()
    await eventually(
      'all replicas',
      async () => {
        const found = (await counts()).map(({ metric, value }) => [metric.job, Number(value[1])])
        return JSON.stringify(found.sort()) === JSON.stringify(wanted)
      },
      60_000,
    )
  })

  it('has figures behind every panel of every dashboard', async () => {
    const dashboards = join(root, 'deploy/observability/dashboards')
    const files = await readdir(dashboards)
    expect(files.sort()).toEqual(['database.json', 'overview.json', 'realtime.json', 'replies.json'])
    for (const file of files) {
      const { panels } = JSON.parse(await readFile(join(dashboards, file), 'utf8')) as {
        panels: { title: string; targets: { expr: string }[] }[]
      }
      for (const { title, targets } of panels) {
        for (const { expr } of targets) {
          const isNumber = ({ value }: Sample) => !Number.isNaN(Number(value[1]))
          await eventually(`${file}, ${title}: ${expr}`, async () => (await ask(expr)).some(isNumber), 60_000)
        }
      }
    }
  })

  it('has an alert fire when no worker takes prompts, and end when they do', async () => {
    const firing = async () => {
      const { data } = (await (await fetch(`${prometheus}/api/v1/alerts`)).json()) as {
        data: { alerts: { labels: { alertname: string }; state: string }[] }
      }
      return data.alerts.filter(({ state }) => state === 'firing').map(({ labels }) => labels.alertname)
    }
    const workers = await containersIn(world.project, 'ai-worker')
    for (const worker of workers) await freeze(worker, true)
    const ada = await signUp(world.origin)
    const conversation = await gather([ada], 'always')
    const tab = ada.connect()
    const follower = tab.follow(conversation)
    const id = newId()
    await tab.connection.request({ type: 'send', id, conversation, content: 'say hello in 3 words at 100 per second' })
    await eventually('the alert', async () => (await firing()).includes('PromptsWait'), 90_000)
    for (const worker of workers) await freeze(worker, false)
    const isAnswered = ({ messages }: { messages: { parent: string | null; reply?: { status: string } }[] }) =>
      messages.some(({ parent, reply }) => parent === id && reply?.status === 'complete')
    await follower.until('the reply', isAnswered, 60_000)
    await eventually('the end of the alert', async () => !(await firing()).includes('PromptsWait'), 60_000)
    tab.close()
  })

  it('changes the signing key, and every container for a new one, and nobody loses anything', async () => {
    await run('rotate-key.mjs')
    await run('upgrade.mjs')
    expect(Math.max(...(await crowd.probe(15_000)))).toBeLessThan(15_000)
    expect(violationsOf(await crowd.settle())).toEqual([])
  })

  it('is backed up while people talk, and put back as it was', async () => {
    crowd.talk()
    await crowd.probe(15_000)
    const before = crowd.acknowledged()
    await run('backup.mjs', folder)
    const during = crowd.acknowledged()
    await crowd.probe(15_000)
    const after = await crowd.settle()
    expect(violationsOf(after)).toEqual([])
    await run('restore.mjs', folder)
    const restored = await crowd.settle()
    const ids = new Set(restored.flatMap(({ stored }) => stored.map(({ id }) => id)))
    expect(
      [...before].filter((id) => !ids.has(id)),
      'all that was acknowledged before the backup is there',
    ).toEqual([])
    const all = after.flatMap(({ stored }) => stored)
    expect(ids.size, 'and nothing that came after it').toBeLessThan(all.length)
    expect(during.size).toBeGreaterThan(before.size)
    const seqs = new Map(all.map(({ id, seq }) => [id, seq]))
    for (const { stored, head } of restored) {
      for (const { id, seq } of stored) expect(seq).toBe(seqs.get(id))
      expect(Math.max(...stored.map(({ seq }) => seq))).toBeLessThanOrEqual(head)
    }
    const others = violationsOf(restored).filter(({ what }) => what === 'behind' || what === 'another state')
    expect(others, 'everybody has what is there now').toEqual([])
    expect(Math.max(...(await crowd.probe(15_000)))).toBeLessThan(15_000)
  })

  it('forgets the old keys when they are not needed any more', async () => {
    const ada = await signUp(world.origin)
    await run('rotate-key.mjs', '--forget')
    const { api } = await signUp(world.origin, 'Grace')
    expect(await api.listConversations()).toMatchObject({ conversations: [] })
    await ada.api.listConversations() // who has a token of the key that stays goes on
  })
})
