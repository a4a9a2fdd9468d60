import { offeredModelsKey } from '@parley/protocol'
import type { Scratch } from '@parley/relay'
import type { Models } from './model.ts'

const ttlMs = 60_000
const everyMs = 20_000

/** Lets it be known which models people may choose from, as long as there is a worker that has them. */
export function offerModels(scratch: Scratch, { offered }: Models): { close(): void } {
  const names = JSON.stringify(offered.map(({ name }) => name))
  const tell = () => void scratch.put(offeredModelsKey, names, ttlMs).catch(() => {})
  tell()
  const timer = setInterval(tell, everyMs)
  return { close: () => clearInterval(timer) }
}
