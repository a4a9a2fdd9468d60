import { EventEmitter, on, once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import type { Model } from '@parley/ai-worker/model'
import { ifChromium } from '@parley/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { openWindow, say, scroll, signUpOnPage, startBrowser } from '../support/browser.ts'
import { only, startParley } from '../support/parley.ts'

ifChromium('a reply on the page, while it is written,', () => {
  let browser: Browser
  let parley: Awaited<ReturnType<typeof startParley>>
  beforeAll(async () => {
    browser = await startBrowser()
  })
  afterEach(() => parley.stop())
  afterAll(() => browser.close())

  async function open(model: Model) {
    parley = await startParley({ models: only(model) })
    const window = await openWindow(browser, parley.url)
    await window.page.goto('/')
    await signUpOnPage(window.page, 'Ada')
    await window.page.getByRole('button', { name: 'New conversation' }).last().click()
    return window
  }

  it('has one caret, after its last word', async () => {
    const { model, write } = createDictatedModel()
    const { page, context, errors } = await open(model)
    const begun = once(write, 'begun')
    await say(page, 'Take a letter')
    await begun
    await expect.poll(() => caretsIn(page)).toEqual(['div ""'])
    for (const [text, caret] of [
      ['Dear Grace,', 'p "Dear Grace,"'],
      ['\n\n## What we need', 'h2 "What we need"'],
      ['\n\n- bread\n- **wine**', 'li "wine"'],
      ['\n  - red', 'li "red"'],
      ['\n\n> and what _we_', 'p "and what we"'],
      ['\n\n```ts\nconst bottles = 2', 'div "const bottles = 2"'],
      ['\n```\n\nYours', 'p "Yours"'],
    ] as const) {
      write.emit('words', text)
      await expect.poll(() => caretsIn(page)).toEqual([caret])
    }
    write.emit('end')
    await page.locator('[data-reply=complete]').waitFor()
    expect(await caretsIn(page)).toEqual([])
    expect(errors).toEqual([])
    await context.close()
  })

  it('is drawn once a frame, so not while nobody sees it, and all else at once', async () => {
    const { model, write } = createDictatedModel()
    const { page, context, errors } = await open(model)
    const told: string[] = []
    let onlyWords = false // all else would be drawn, and what was told before it
    await page.routeWebSocket(/\/ws\?/, (socket) => {
      socket.connectToServer().onMessage((frame) => {
        const isWords = JSON.parse(frame.toString()).type === 'delta'
        if (isWords || !onlyWords) socket.send(frame)
        if (isWords) told.push(frame.toString())
      })
    })
    await page.getByText('Say something').waitFor()
    await page.reload() // for a socket that goes this way
    const begun = once(write, 'begun')
    await say(page, 'Take a letter')
    await begun
    const tell = async (words: string) => {
      write.emit('words', words)
      await expect.poll(() => told.join()).toContain(words)
    }
    await tell('Dear')
    const reply = page.locator('.writing')
    await reply.getByText('Dear', { exact: true }).waitFor()

    onlyWords = true
    const frames = await page.evaluateHandle(holdFrames)
    for (const words of [' Grace', ', all', ' is well']) await tell(words)
    expect(await reply.textContent()).toBe('Dear')
    await frames.evaluate(({ release }) => release())
    await reply.getByText('Dear Grace, all is well').waitFor()
    expect(await frames.evaluate(({ drawn }) => drawn)).toEqual(['Dear Grace, all is well'])

    onlyWords = false
    await page.evaluate(holdFrames)
    await tell('. Yours, Ada')
    write.emit('end')
    await page.locator('[data-reply=complete]').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('is stopped in the middle of its words, however quickly they come', async () => {
    const { page, context, errors } = await open(createEndlessModel())
    await say(page, 'Tell me all')
    await page.getByText('word 400 ').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('Stopped by Ada').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('is stopped by Escape, wherever one reads and writes on', async () => {
    const { page, context, errors } = await open(createEndlessModel())
    await say(page, 'Tell me all')
    await page.getByText('word 400 ').waitFor()
    await scroll(page, -3_000)
    await page.getByRole('button', { name: 'Newest' }).waitFor()
    const field = page.getByLabel('Message', { exact: true })
    await field.click()
    await page.keyboard.type('Enough, @a')
    await page.getByRole('option').first().waitFor()
    await page.keyboard.press('Escape') // closes the suggestions
    await expect.poll(() => page.getByRole('option').count()).toBe(0)
    expect(await page.locator('[data-reply=streaming]').count()).toBe(1)
    await page.keyboard.press('Escape')
    await page.locator('[data-reply=stopped]').waitFor()
    expect(await field.inputValue()).toBe('Enough, @a')
    expect(errors).toEqual([])
    await context.close()
  })
})

/** In the page: no frame comes until it is released, as where the page is out of sight. Notes what is drawn of a reply. */
function holdFrames() {
  const { requestAnimationFrame } = window
  const waiting: FrameRequestCallback[] = []
  const drawn: (string | null)[] = []
  window.requestAnimationFrame = (callback) => waiting.push(callback)
  const reply = document.querySelector('.writing')!
  new MutationObserver(() => drawn.push(reply.textContent)).observe(reply, {
    subtree: true,
    childList: true,
    characterData: true,
  })
  return {
    drawn,
    release() {
      window.requestAnimationFrame = requestAnimationFrame
      for (const callback of waiting) requestAnimationFrame(callback)
    },
  }
}

/** What the carets on a page stand after: the element, and its last line. */
function caretsIn(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('[data-reply] *')]
      .filter((element) => getComputedStyle(element, '::after').animationName === 'blink')
      // biome-ignore lint/performance/useDomNodeTextContent: lines as they are seen
      .map((element) => `${element.tagName.toLowerCase()} "${element.innerText.trim().split('\n').at(-1)}"`),
  )
}

/** Says what `write` is told to, from when that says that it has begun. */
function createDictatedModel() {
  const write = new EventEmitter()
  const model: Model = {
    name: 'dictated',
    takesPrefix: false,
    contextTokens: 8_000,
    async *write(_prompt, signal) {
      const words = on(write, 'words', { signal, close: ['end'] })
      write.emit('begun')
      for await (const [text] of words) yield { text }
    },
    title: async () => 'A letter',
    summarise: async () => 'A letter was dictated.',
  }
  return { model, write }
}

/** Says 200 words a second until it is stopped. */
function createEndlessModel(): Model {
  return {
    name: 'endless',
    takesPrefix: false,
    contextTokens: 8_000,
    async *write(_prompt, signal) {
      for (let n = 1; ; n += 1) {
        await setTimeout(5, undefined, { signal })
        yield { text: n % 20 === 0 ? `word ${n} \n\n` : `word ${n} ` }
      }
    },
    title: async () => 'Endless',
    summarise: async () => 'Much was said.',
  }
}
