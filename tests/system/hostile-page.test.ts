import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDemoModel } from '@parley/ai-worker/model'
import { ifChromium } from '@parley/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWindow, say, signUpOnPage, startBrowser } from '../support/browser.ts'
import { only, startParley } from '../support/parley.ts'
import { enormous, hostile } from './hostile-markdown.ts'

/** A model that says what it is asked for by name. */
function createParrot() {
  return {
    ...createDemoModel(500),
    async *write({ messages }: { messages: { content: string }[] }) {
      const wanted = messages.at(-1)?.content ?? ''
      const text = hostile[wanted] ?? enormous[wanted] ?? 'What?'
      for (let at = 0; at < text.length; at += 20_000) yield { text: text.slice(at, at + 20_000) }
      yield { usage: { inputTokens: 1, outputTokens: 1 }, cut: false }
    },
  }
}

/** What no message may bring into the page. */
const forbidden =
  'script, iframe, object, embed, form, base, meta, link, style, video, audio, img:not([data-diagram]), [style*="url("]'

ifChromium('whoever reads hostile Markdown', () => {
  let parley: Awaited<ReturnType<typeof startParley>>
  let browser: Browser
  beforeAll(async () => {
    parley = await startParley({ models: only(createParrot()) })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await parley.stop()
  })

  async function ada() {
    const window = await openWindow(browser, parley.url)
    const { page, context } = window
    const fetched: string[] = []
    page.on('request', (request) => fetched.push(request.url()))
    page.on('dialog', (dialog) => dialog.dismiss())
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ blockedURI, sourceFile, lineNumber, columnNumber }) =>
        console.error(`blocked ${blockedURI} of ${sourceFile}:${lineNumber}:${columnNumber}`),
      )
    })
    const blocked: string[] = []
    page.on('console', (message) => message.text().startsWith('blocked') && blocked.push(message.text()))
    await page.goto('/')
    await signUpOnPage(page, 'Ada')
    await page.getByText('Hello, Ada').waitFor()
    await page.getByRole('button', { name: 'New conversation' }).last().click()
    await page.getByText('Say something').waitFor()
    await page.getByRole('heading', { name: 'New conversation' }).waitFor()
    blocked.length = 0 // a validator looks once whether it may make code, and may not
    return { ...window, unharmed: (name: string) => unharmed(page, { name, fetched, blocked }) }
  }

  /** Has the model say it. */
  async function hear(page: Page, name: string): Promise<void> {
    const replies = page.locator('[data-reply="complete"]')
    const before = Number(
      (await replies
        .last()
        .getAttribute('data-seq', { timeout: 1 })
        .catch(() => null)) ?? 0,
    )
    await say(page, name)
    await expect
      .poll(async () => Number(await replies.last().getAttribute('data-seq')), { timeout: 20_000 })
      .toBeGreaterThan(before)
  }

  /** Nothing of it has run, and nothing was fetched, nor tried to be, but from Parley itself. */
  async function unharmed(
    page: Page,
    { name, fetched, blocked }: { name: string; fetched: string[]; blocked: string[] },
  ) {
    const host = new URL(parley.url).host
    expect(
      fetched.filter((url) => new URL(url).host !== host),
      name,
    ).toEqual([])
    expect(blocked, name).toEqual([])
    const found = await page.evaluate((forbidden) => {
      const all = [...document.querySelectorAll('[data-message] *')]
      return {
        ran: 'ran' in window,
        forbidden: all.filter((each) => each.matches(forbidden)).map(({ outerHTML }) => outerHTML),
        handlers: all.flatMap((each) => each.getAttributeNames().filter((attribute) => attribute.startsWith('on'))),
        links: all.flatMap((each) =>
          each instanceof HTMLAnchorElement && each.hasAttribute('href') ? [each.href] : [],
        ),
        withoutNoopener: all.filter((each) => each instanceof HTMLAnchorElement && !each.rel.includes('noopener'))
          .length,
      }
    }, forbidden)
    const { links, ...rest } = found
    expect(rest, name).toEqual({ ran: false, forbidden: [], handlers: [], withoutNoopener: 0 })
    for (const link of links) expect(link, name).toMatch(/^(https?|mailto):/)
  }

  it('has nothing run and nothing fetched from elsewhere, whatever it tries', async () => {
    expect(Object.keys(hostile).length).toBeGreaterThanOrEqual(60)
    const { page, context, errors, unharmed } = await ada()
    for (const name of Object.keys(hostile)) {
      await hear(page, name)
      await unharmed(name)
    }
    expect(errors).toEqual([])
    await context.close()
  })

  it('sees formulas and diagrams all the same, as pictures', async () => {
    const { page, context, errors, unharmed } = await ada()
    const markdown = 'If $$a^2$$, or \\(b_1\\):\n\n```mermaid\ngraph TD\nWish-->Deed\n```'
    await page.getByLabel('Message', { exact: true }).fill(markdown)
    await page.keyboard.press('Enter')
    const diagram = page.locator('[data-message] img[data-diagram]').first()
    await diagram.waitFor()
    expect(await diagram.evaluate((picture: HTMLImageElement) => picture.naturalWidth)).toBeGreaterThan(20)
    expect(await diagram.getAttribute('src')).toContain('Wish')
    await expect.poll(() => page.locator('[data-message] .katex').count()).toBeGreaterThanOrEqual(2)
    await unharmed('formulas and diagrams')
    expect(errors).toEqual([])
    await context.close()
  })

  it('can go on writing, whatever a model says and however much of it', async () => {
    const { page, context, errors, unharmed } = await ada()
    for (const name of Object.keys(enormous)) {
      await hear(page, name)
      await page.getByLabel('Message', { exact: true }).fill('still here', { timeout: 5_000 })
      await unharmed(name)
    }
    expect(errors).toEqual([])
    await context.close()
  })

  it('is protected by the same headers behind nginx and on the standalone', async () => {
    const nginx = await readFile(join(import.meta.dirname, '../../deploy/nginx/headers.conf'), 'utf8')
    const { headers } = await fetch(parley.url)
    const all = [...nginx.matchAll(/^add_header (\S+) (?:"(.*)"|(\S+));$/gm)]
    expect(all.length).toBeGreaterThan(5)
    for (const [, name, quoted, bare] of all) {
      if (bare !== '$transport_security') expect(headers.get(name!), name).toBe(quoted ?? bare) // that is nginx's, by its TLS
    }
    expect(headers.get('content-security-policy')).toMatch(/default-src 'self'/)
    expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe-inline/)
  })
})
