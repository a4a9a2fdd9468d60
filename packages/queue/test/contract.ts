import { createRecorder } from '@parley/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Consumer, Outcome, Queue } from '../src/index.ts'

/** What every queue promises, whatever it is made of. */
export function describeQueue(name: string, connect: () => Promise<Queue>): void {
  describe(`the queue ${name}`, () => {
    let queue: Queue
    const consumers: Consumer[] = []
    beforeAll(async () => {
      queue = await connect()
      await queue.ping()
    })
    afterEach(async () => {
      await Promise.all(consumers.splice(0).map((consumer) => consumer.close()))
    })
    afterAll(() => queue.close())
    const id = () => `job-${Math.random()}`

    async function work(handler: (data: string) => Outcome | Promise<Outcome>, concurrency = 10, leaseMs = 60_000) {
      const jobs = createRecorder<string>()
      const consumer = await queue.consume({ concurrency, leaseMs }, async (data) => {
        jobs.push(data)
        return handler(data)
      })
      consumers.push(consumer)
      return jobs
    }

    it('gives each job to one worker', async () => {
      const [one, two] = [await work(() => 'done'), await work(() => 'done')]
      const wanted = Array.from({ length: 30 }, () => id())
      await Promise.all(wanted.map((job) => queue.enqueue(job, job)))
      await expect.poll(() => [...one.items, ...two.items].sort(), { timeout: 10_000 }).toEqual([...wanted].sort())
    })

    it('drops a job whose id it has just seen', async () => {
      const jobs = await work(() => 'done')
      const [twice, last] = [id(), id()]
      await queue.enqueue(twice, twice)
      await queue.enqueue(twice, twice)
      await queue.enqueue(last, last)
      await jobs.until('the last', (job) => job === last)
      expect(jobs.items.filter((job) => job === twice)).toHaveLength(1)
    })

    it('brings a job again when its worker asks for it, and when it throws', async () => {
      const seen = new Map<string, number>()
      const jobs = await work((job) => {
        const times = (seen.get(job) ?? 0) + 1
        seen.set(job, times)
        if (times > 1) return 'done'
        if (job.startsWith('throws')) throw new Error('on purpose')
        return { againInMs: 50 }
      })
      for (const job of ['throws', 'asks'].map((name) => name + id())) {
        await queue.enqueue(job, job)
        await expect.poll(() => jobs.items.filter((each) => each === job).length, { timeout: 10_000 }).toBe(2)
      }
    })

    it('has no more jobs under way than asked for', async () => {
      let under = 0
      let most = 0
      const release: (() => void)[] = []
      const jobs = await work(async (): Promise<Outcome> => {
        under += 1
        most = Math.max(most, under)
        await new Promise<void>((resolve) => release.push(resolve))
        under -= 1
        return 'done'
      }, 2)
      const wanted = [id(), id(), id(), id()]
      await Promise.all(wanted.map((job) => queue.enqueue(job, job)))
      for (let done = 0; done < wanted.length; done += 1) {
        await expect.poll(() => release.length).toBeGreaterThan(0)
        release.shift()!()
      }
      await expect.poll(() => under).toBe(0)
      expect([most, jobs.items.length]).toEqual([2, 4])
    })

    it('lets a worker that closes finish what it has, and gives it nothing more', async () => {
      let finish: (outcome: Outcome) => void = () => {}
      const started = createRecorder<string>()
      const consumer = await queue.consume({ concurrency: 1, leaseMs: 60_000 }, (data) => {
        started.push(data)
        return new Promise((resolve) => {
          finish = resolve
        })
      })
      const [first, second] = [id(), id()]
      await queue.enqueue(first, first)
      await started.until('the first', (job) => job === first)
      const closed = consumer.close()
      await queue.enqueue(second, second)
      finish('done')
      await closed
      const rest = await work(() => 'done')
      await rest.until('the second', (job) => job === second)
      expect([started.items, rest.items]).toEqual([[first], [second]])
    })
  })
}

/** The lease needs its own queue, because the length of a lease may be fixed by the first consumer. */
export function describeLeases(name: string, connect: () => Promise<Queue>): void {
  describe(`leases of the queue ${name}`, () => {
    it('bring a job to another worker when the first does not extend, and not while it does', async () => {
      const queue = await connect()
      const leaseMs = 1_000
      const jobs = createRecorder<string>()
      const extending: NodeJS.Timeout[] = []
      const release: (() => void)[] = []
      const consumer = await queue.consume({ concurrency: 10, leaseMs }, async (job, lease) => {
        const again = jobs.items.includes(job)
        jobs.push(job)
        if (again) return 'done'
        if (job === 'kept') extending.push(setInterval(() => lease.extend(), leaseMs / 4))
        await new Promise<void>((resolve) => release.push(resolve))
        return 'done'
      })
      await queue.enqueue('kept', 'kept')
      await queue.enqueue('lost', 'lost')
      await expect.poll(() => jobs.items.filter((job) => job === 'lost').length, { timeout: 10_000 }).toBe(2)
      expect(jobs.items.filter((job) => job === 'kept')).toHaveLength(1)
      for (const timer of extending) clearInterval(timer)
      for (const end of release) end()
      await consumer.close()
      await queue.close()
    })
  })
}
