import { describe } from 'vitest'

/** A suite that needs a Docker engine: without one it is skipped, and `npm test` says so. */
export const ifDocker = describe.skipIf(process.env.PARLEY_TEST_DOCKER !== '1')

/** A suite that needs Chromium: without one it is skipped, and `npm test` says so. */
export const ifChromium = describe.skipIf(!process.env.PARLEY_TEST_CHROMIUM)
