import { newId } from '@parley/protocol'
import { ifChromium } from '@parley/testing'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { message, openWindow, pointAt, say, scroll, signInOnPage } from '../support/browser.ts'
import { withPage } from '../support/page-suite.ts'
import { gather, signUp } from '../support/people.ts'

ifChromium('whoever looks for a message', () => {
  const suite = withPage()

  /** A conversation of two people with a message of long ago, that only a search finds. */
  async function longAgo() {
    const [ada, grace] = [await signUp(suite.url, 'Ada'), await signUp(suite.url, 'Grace')]
    const conversation = await gather([ada, grace])
    const { connection, opened, close } = ada.connect({ onFrame: () => {} })
    await opened()
    for (let n = 1; n <= 300; n += 1) {
      const content = n === 60 ? 'The recipe for **quince marmalade** is in the blue book.' : `line ${n}\n\nand more`
      await connection.request({ type: 'send', id: newId(), conversation, content })
    }
    close()
    return { ada, grace, conversation }
  }

  async function at(path: string, email: string) {
    const window = await openWindow(suite.browser, suite.url)
    await window.page.goto(path)
    await window.page.getByLabel('Password').waitFor()
    await signInOnPage(window.page, email)
    return window
  }

  async function search(page: Page, text: string): Promise<void> {
    const words = page.getByLabel('Words in a message')
    await expect
      .poll(
        async () => {
          await words.fill('')
          await words.fill(text)
          await page
            .getByRole('option')
            .first()
            .waitFor({ timeout: 1_000 })
            .catch(() => {})
          return page.getByRole('option').count()
        },
        { timeout: 15_000 },
      )
      .toBeGreaterThan(0)
  }

  it('finds it by its words, reads on in its context, and comes back to the newest', async () => {
    const { ada, conversation } = await longAgo()
    const { page, context, errors } = await at('/', ada.email)
    await page.getByText('Hello, Ada').waitFor()
    await page.keyboard.press('ControlOrMeta+K')
    await page.keyboard.type('marmalade quin')
    await page.keyboard.press('Enter')
    await search(page, 'marmalade quin')
    expect(await page.getByRole('option').locator('mark').allTextContents()).toEqual(['quince', 'marmalade'])
    await page.keyboard.press('Enter')
    await message(page, 'is in the blue book').waitFor()
    expect(page.url()).toContain(`/c/${conversation}?at=`)
    await message(page, 'line 59').waitFor()
    await message(page, 'line 61').waitFor()
    expect(await message(page, 'line 300').count()).toBe(0)
    const fromMiddlePx = () =>
      message(page, 'is in the blue book').evaluate((element) => {
        const [box, own] = [element.closest('.overflow-y-auto')!, element].map((each) => each.getBoundingClientRect())
        return Math.abs((own!.top + own!.bottom) / 2 - (box!.top + box!.bottom) / 2)
      })
    await expect.poll(fromMiddlePx).toBeLessThan(40)

    await expect
      .poll(
        async () => {
          await scroll(page, 3_000)
          return message(page, 'line 300').count()
        },
        { timeout: 20_000 },
      )
      .toBe(1)
    await scroll(page, -20_000)
    await page.getByRole('button', { name: 'Newest' }).click()
    await message(page, 'line 300').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('sends somebody a link to it, and sees it edited while they look at it', async () => {
    const { ada, grace } = await longAgo()
    const hers = await at('/', ada.email)
    await hers.page.getByText('Hello, Ada').waitFor()
    await hers.page.keyboard.press('ControlOrMeta+Shift+F')
    await search(hers.page, 'blue book')
    await hers.page.getByRole('option').first().click()
    const found = message(hers.page, 'is in the blue book')
    await pointAt(found)
    await found.getByRole('button', { name: 'More for this message' }).click()
    await hers.page.getByRole('menuitem', { name: 'Copy link' }).click()
    const link = await hers.page.evaluate(() => navigator.clipboard.readText())

    const theirs = await at(link, grace.email)
    await message(theirs.page, 'is in the blue book').waitFor()
    await pointAt(found)
    await found.getByRole('button', { name: 'Edit' }).click()
    await hers.page.getByLabel('Edit the message').fill('It is in the green book.')
    await hers.page.keyboard.press('Enter')
    await message(theirs.page, 'It is in the green book.').waitFor()
    await say(theirs.page, 'Thank you!')
    await message(theirs.page, 'Thank you!').waitFor()
    await message(theirs.page, 'line 300').waitFor()
    expect([...hers.errors, ...theirs.errors]).toEqual([])
    await hers.context.close()
    await theirs.context.close()
  })
})
