import { createRecorder, eventually } from '@parley/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Exchange } from '../src/index.ts'

/** What every exchange promises, whatever it is made of. `connect` gives one more node on the same exchange. */
export function describeExchange(name: string, connect: () => Promise<Exchange>): void {
  describe(`the exchange ${name}`, () => {
    let exchange: Exchange
    beforeAll(async () => {
      exchange = await connect()
      await eventually('the exchange', () =>
        exchange.ping().then(
          () => true,
          () => false,
        ),
      )
    })
    afterAll(() => exchange.close())
    const key = () => `test:${Math.random()}`

    describe('relay', () => {
      it('brings frames to all who subscribed, in order, byte for byte', async () => {
        const topic = key()
        const [one, two] = [createRecorder<string>(), createRecorder<string>()]
        await exchange.relay.subscribe(topic, (frame) => one.push(frame.toString()))
        await exchange.relay.subscribe(topic, (frame) => two.push(frame.toString()))
        const frames = Array.from({ length: 200 }, (_, n) => `{"n":${n},"text":"grüße \u{1F600}"}`)
        for (const frame of frames) exchange.relay.publish(topic, frame)
        for (const recorder of [one, two]) {
          await recorder.until('the last', (frame) => frame === frames.at(-1))
          expect(recorder.items).toEqual(frames)
        }
      })

      it('keeps topics apart, and ends one subscription without ending its neighbour', async () => {
        const topic = key()
        const [stays, goes, other] = [createRecorder<string>(), createRecorder<string>(), createRecorder<string>()]
        await exchange.relay.subscribe(topic, (frame) => stays.push(frame.toString()))
        const end = await exchange.relay.subscribe(topic, (frame) => goes.push(frame.toString()))
        await exchange.relay.subscribe(key(), (frame) => other.push(frame.toString()))
        end()
        end()
        exchange.relay.publish(topic, 'hello')
        await stays.until('hello', (frame) => frame === 'hello')
        expect([goes.items, other.items]).toEqual([[], []])
      })

      it('subscribes again at once after the last one let go', async () => {
        const topic = key()
        const end = await exchange.relay.subscribe(topic, () => {})
        end()
        const back = createRecorder<string>()
        await exchange.relay.subscribe(topic, (frame) => back.push(frame.toString()))
        exchange.relay.publish(topic, 'here')
        await back.until('here', (frame) => frame === 'here')
      })
    })

    describe('scratch', () => {
      it('gives a value to one taker only', async () => {
        const at = key()
        await exchange.scratch.put(at, 'ticket', 10_000)
        const taken = await Promise.all(Array.from({ length: 10 }, () => exchange.scratch.take(at)))
        expect(taken.filter((value) => value === 'ticket')).toHaveLength(1)
      })

      it('forgets after the time given', async () => {
        const at = key()
        await exchange.scratch.put(at, 'short', 60)
        expect(await exchange.scratch.read(at)).toBe('short')
        await eventually('it to be forgotten', async () => (await exchange.scratch.read(at)) === undefined)
        expect(await exchange.scratch.take(at)).toBeUndefined()
      })

      it('appends, reads and drops', async () => {
        const at = key()
        expect(await exchange.scratch.append(at, 'Grü', 10_000)).toBe(4)
        expect(await exchange.scratch.append(at, 'ße', 10_000)).toBe(7)
        expect(await exchange.scratch.read(at)).toBe('Grüße')
        await exchange.scratch.drop(at)
        expect(await exchange.scratch.read(at)).toBeUndefined()
      })

      it('counts within a window', async () => {
        const at = key()
        const counts = await Promise.all(Array.from({ length: 5 }, () => exchange.scratch.count(at, 3_600_000)))
        expect(counts.map(({ count }) => count).sort()).toEqual([1, 2, 3, 4, 5])
        expect(counts[0]!.resetsInMs).toBeGreaterThan(0)
        expect(counts[0]!.resetsInMs).toBeLessThanOrEqual(3_600_000)
      })
    })

    describe('roster', () => {
      it('keeps what each member says, under a version that rises', async () => {
        const at = key()
        const first = await exchange.roster.say(at, 'a', 'one')
        const second = await exchange.roster.say(at, 'b', 'two')
        const third = await exchange.roster.say(at, 'a', undefined)
        expect(second.says).toEqual({ a: 'one', b: 'two' })
        expect(third.says).toEqual({ b: 'two' })
        expect([second.version - first.version, third.version - second.version]).toEqual([1, 1])
        expect(await exchange.roster.read(at)).toEqual(third)
      })

      it('knows who lives', async () => {
        const [stays, dies] = [key(), key()]
        await exchange.roster.beat(dies, 80)
        expect(await exchange.roster.beat(stays, 60_000)).toEqual(expect.arrayContaining([stays, dies]))
        await eventually(
          'the other to be gone',
          async () => !(await exchange.roster.beat(stays, 60_000)).includes(dies),
        )
      })
    })
  })
}
