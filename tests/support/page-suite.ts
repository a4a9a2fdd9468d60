import { createDemoModel } from '@parley/ai-worker/model'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { startBrowser } from './browser.ts'
import { only, startParley } from './parley.ts'

const wordsPerSecond = 500

/** A Parley with a quick demo model, and a browser, for all the tests of a suite. */
export function withPage(): { readonly url: string; readonly browser: Browser } {
  let parley: Awaited<ReturnType<typeof startParley>>
  let browser: Browser
  beforeAll(async () => {
    parley = await startParley({ models: only(createDemoModel(wordsPerSecond)) })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await parley.stop()
  })
  return {
    get url() {
      return parley.url
    },
    get browser() {
      return browser
    },
  }
}
