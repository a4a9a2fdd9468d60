import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { endChild, startChild, told } from './child.ts'
import type { Order } from './generator.ts'
import type { Connected } from './sitters.ts'
import type { Seat, StartTarget, Target } from './target.ts'

/** Something measured: how it is written, and whether more of it is better. */
export type Figure = { label: string; digits: number; better: 'more' | 'less' }

export type Workload<F extends string = string> = {
  name: string
  /** What happens, in a sentence. */
  about: string
  figures: Record<F, Figure>
  /** The figure that targets are compared by. */
  main: F
  targets: TargetName[]
  run(bench: Bench): Promise<Record<F, number>>
}

/** What is measured of deliveries. */
export const deliveryFigures = {
  deliveriesPerCpuSecond: { label: 'deliveries per CPU-second', digits: 0, better: 'more' },
  p50Ms: { label: 'p50 ms', digits: 1, better: 'less' },
  p99Ms: { label: 'p99 ms', digits: 1, better: 'less' },
  deliveredPercent: { label: 'delivered %', digits: 1, better: 'more' },
} as const
export type DeliveryFigure = keyof typeof deliveryFigures

export type TargetName = 'Parley' | 'bare relay' | 'Socket.IO' | 'Centrifugo'

/** What a workload measures with. */
export type Bench = {
  start: StartTarget
  redisUrl: string
  /** Smaller and shorter: a look, not a measurement. */
  quick: boolean
  /** A file for a flame graph of the node, where a workload draws one. */
  flames: string | undefined
}

/** A load generator of its own, which carries out one order after the other. */
export type LoadGenerator = {
  connect(target: Target, seats: Seat[], atOnce?: number): Promise<Connected>
  order<T>(what: Order): Promise<T>
}

export async function startGenerator(): Promise<LoadGenerator & { close(): Promise<void> }> {
  const child = startChild(join(import.meta.dirname, 'generator.ts'))
  return {
    connect: (target, seats, atOnce = 100) =>
      ask(child, { do: 'connect', dialect: target.dialect, seats, atOnce } satisfies Order),
    order: (what) => ask(child, what),
    close: () => endChild(child),
  }
}

/** Sends a child something, and resolves with what it answers. */
export async function ask<T>(child: ChildProcess, what: object): Promise<T> {
  const answer = told<T | { error: string }>(child)
  child.send(what)
  const value = await answer
  if (typeof value === 'object' && value !== null && 'error' in value) throw new Error(value.error)
  return value as T
}

/** Runs `work` with a target and a generator, which are gone afterwards. */
export async function withTarget<T>(
  { start, redisUrl }: Bench,
  scene: Parameters<StartTarget>[0],
  work: (target: Target, generator: LoadGenerator) => Promise<T>,
): Promise<T> {
  const target = await start(scene, redisUrl)
  const generator = await startGenerator()
  try {
    return await work(target, generator)
  } finally {
    await generator.close()
    await target.close()
  }
}
