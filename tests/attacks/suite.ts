import { afterAll, afterEach, beforeAll } from 'vitest'
import { startTarget, type Target } from './target.ts'

/** A target for all attacks of a suite; after each of them it has to serve others still. */
export function withTarget(options: Parameters<typeof startTarget>[0] = {}): () => Target {
  let target: Target
  beforeAll(async () => {
    target = await startTarget(options)
  })
  afterEach(() => target.stillServes())
  afterAll(() => target.stop())
  return () => target
}
