import { newId } from '@parley/protocol'
import { ifChromium, ifDocker } from '@parley/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { inviteLink, message, openWindow, say, signUpOnPage, startBrowser } from '../support/browser.ts'

ifDocker('Compose', () => {
  ifChromium('with two browsers on different chat nodes', () => {
    const origin = inject('composeOrigin')
    let browser: Browser
    beforeAll(async () => {
      browser = await startBrowser()
    })
    afterAll(() => browser.close())

    /** Opens the page with an affinity of its own, and tells which node its socket is welcomed by. */
    async function openOnNode(path: string, name: string) {
      const { context, page, errors } = await openWindow(browser, origin)
      await context.addCookies([{ name: 'parley_affinity', value: newId(), url: origin }])
      const node = new Promise<string>((resolve) => {
        page.on('websocket', (socket) =>
          socket.on('framereceived', ({ payload }) => {
            const frame = JSON.parse(String(payload))
            if (frame.type === 'welcome') resolve(frame.node)
          }),
        )
      })
      await page.goto(path)
      await signUpOnPage(page, name)
      return { context, page, errors, node: await node }
    }

    /** Tries affinities until one leads to another node; with three nodes that is soon. */
    async function openOnOtherNode(path: string, name: string, than: string) {
      for (let tries = 0; tries < 20; tries += 1) {
        const opened = await openOnNode(path, name)
        if (opened.node !== than) return opened
        await opened.context.close()
      }
      throw new Error('twenty affinities all led to one node')
    }

    it('shows them each other, and the same reply as it is written', async () => {
      const ada = await openOnNode('/', 'Ada')
      await ada.page.getByRole('button', { name: 'New conversation' }).last().click()
      const grace = await openOnOtherNode(await inviteLink(ada.page), 'Grace', ada.node)
      expect(grace.node).not.toBe(ada.node)
      await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
      const both = [ada.page, grace.page]
      for (const page of both) await page.getByText('2 here').waitFor()

      await grace.page.getByLabel('Message', { exact: true }).fill('Hel')
      await ada.page.getByText('Grace is typing').waitFor()
      await say(grace.page, 'Hello from the other node')
      await message(ada.page, 'Hello from the other node').waitFor()
      await say(ada.page, 'Hello back')
      await message(grace.page, 'Hello back').waitFor()

      const seen = await Promise.all([
        Promise.all(both.map(watchReply)),
        say(ada.page, '@assistant how do I invite people?'),
      ])
      const [adas, graces] = seen[0]
      for (const steps of [adas, graces]) expect(steps!.length, 'the reply was seen to grow').toBeGreaterThan(3)
      expect(adas!.at(-1)).toBe(graces!.at(-1))
      expect([...ada.errors, ...grace.errors]).toEqual([])
      await ada.context.close()
      await grace.context.close()
    })
  })
})

/** The lengths a reply's text had while it was written, and last its whole text. */
async function watchReply(page: Page): Promise<(number | string)[]> {
  const reply = page.locator('.writing')
  await reply.waitFor()
  const message = page.locator('[data-message]', { has: reply })
  const id = await message.getAttribute('data-message')
  return page.evaluate(async (id) => {
    const steps: (number | string)[] = []
    const item = document.querySelector(`[data-message="${id}"]`)!
    for (;;) {
      const prose = item.querySelector('.prose')!
      const text = prose.textContent ?? ''
      if (!prose.classList.contains('writing')) return [...steps, text]
      if (steps.at(-1) !== text.length) steps.push(text.length)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }, id)
}
