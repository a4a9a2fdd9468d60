import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const root = join(import.meta.dirname, '../..')

/** Suites that load all of Parley for minutes: npm run test:endurance. */
export default defineConfig({
  test: {
    root,
    name: 'endurance',
    include: ['tests/endurance/**/*.test.ts'],
    globalSetup: ['tests/endurance/setup.ts'],
    testTimeout: 600_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  },
})
