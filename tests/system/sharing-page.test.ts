import { readFile } from 'node:fs/promises'
import { ifChromium } from '@parley/testing'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { message, openWindow, say, scrollToTop, signUpOnPage } from '../support/browser.ts'
import { withPage } from '../support/page-suite.ts'

ifChromium('whoever shares', () => {
  const suite = withPage()

  async function ada() {
    const window = await openWindow(suite.browser, suite.url)
    await window.page.goto('/')
    await signUpOnPage(window.page, 'Ada')
    await window.page.getByText('Hello, Ada').waitFor()
    return window
  }

  async function run(page: Page, command: string): Promise<void> {
    await page.keyboard.press('ControlOrMeta+K')
    await page.getByLabel('Find a conversation or a command').fill(command)
    await page.keyboard.press('Enter')
  }

  async function talk(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'New conversation' }).last().click()
    await page.getByText('Say something').waitFor()
    await say(page, 'Show me Markdown')
    await page.getByRole('heading', { name: 'What the page can show' }).waitFor()
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' })
  }

  it('gives a link to a conversation to somebody without an account, and takes it back', async () => {
    const { page, context, errors } = await ada()
    await talk(page)
    await run(page, 'Share publicly')
    await page.getByRole('button', { name: 'Make a public link' }).click()
    const link = await page.getByLabel('Public link').inputValue()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await say(page, 'This is not for everybody')
    await message(page, 'This is not for everybody').waitFor()

    const stranger = await openWindow(suite.browser, suite.url)
    await stranger.page.goto(link)
    await stranger.page.getByRole('heading', { name: 'What the page can show' }).waitFor()
    await stranger.page.getByText('Show me Markdown').first().waitFor()
    expect(await stranger.page.getByText('This is not for everybody').count()).toBe(0)

    await run(page, 'Share publicly')
    await page.getByRole('region', { name: 'Links that work' }).getByRole('button', { name: 'Take back' }).click()
    await page.getByRole('region', { name: 'Links that work' }).waitFor({ state: 'detached' })
    await stranger.page.reload()
    await stranger.page.getByRole('heading', { name: 'This link does not work' }).waitFor()
    expect([...errors, ...stranger.errors]).toEqual([])
    await context.close()
    await stranger.context.close()
  })

  it('shares up to a message, found on a phone by holding a finger on it', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url, {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    })
    await page.goto('/')
    await signUpOnPage(page, 'Ada')
    await page.getByText('Hello, Ada').waitFor()
    await talk(page)
    await say(page, 'This is not for everybody')
    const wanted = message(page, 'Show me Markdown').first()
    const more = wanted.getByRole('button', { name: 'More for this message' })
    await scrollToTop(page)
    await wanted.waitFor()
    const { x, y } = (await wanted.getByText('Show me Markdown').boundingBox())!
    const devtools = await context.newCDPSession(page)
    const touchPoints = [{ x: x + 5, y: y + 5 }]
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
    await more.waitFor()
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
    const { width } = page.viewportSize()!
    const box = (await more.boundingBox())!
    expect(box.x + box.width).toBeLessThanOrEqual(width)
    await more.tap()
    await page.getByRole('menuitem', { name: 'Share up to here' }).tap()
    await page.getByRole('button', { name: 'Make a public link' }).tap()
    const link = await page.getByLabel('Public link').inputValue()
    const stranger = await openWindow(suite.browser, suite.url)
    await stranger.page.goto(link)
    await stranger.page.getByText('Show me Markdown').first().waitFor()
    expect(await stranger.page.getByRole('listitem').count()).toBe(1)
    expect([...errors, ...stranger.errors]).toEqual([])
    await context.close()
    await stranger.context.close()
  })

  it('takes an invite link back, which lets nobody in any more', async () => {
    const { page, context, errors } = await ada()
    await talk(page)
    await page.getByRole('button', { name: 'Invite people' }).click()
    await page.getByLabel('one person').check()
    const links: string[] = []
    for (const name of ['take part', 'read along']) {
      await page.getByLabel(name).check()
      await page.getByRole('button', { name: 'Make an invite link' }).click()
      links.push(await page.getByLabel('Invite link').inputValue())
    }
    const working = page.getByRole('region', { name: 'Links that work' }).getByRole('listitem')
    await page.waitForFunction(() => document.querySelectorAll('dialog li').length === 2)
    expect(await working.allTextContents()).toEqual([
      expect.stringMatching(/^Ada · read along.*until .* · one person/),
      expect.stringMatching(/^Ada · take part.*until .* · one person/),
    ])
    await working.last().getByRole('button', { name: 'Take back' }).click()
    await page.waitForFunction(() => document.querySelectorAll('dialog li').length === 1)
    expect(await working.textContent()).toContain('read along')
    expect(await page.getByLabel('Invite link').count(), 'of the one that may be gone').toBe(0)

    const guest = await openWindow(suite.browser, suite.url)
    await guest.page.goto(links[0]!)
    await signUpOnPage(guest.page, 'Grace')
    await guest.page.getByText('This invite link is not valid').waitFor()
    await guest.page.goto(links[1]!)
    await guest.page.getByRole('button', { name: 'Join the conversation' }).click()
    await guest.page.getByRole('heading', { name: 'What the page can show' }).waitFor()
    expect([...errors, ...guest.errors]).toEqual([])
    await context.close()
    await guest.context.close()
  })

  it('invites somebody to read along, for a day', async () => {
    const { page, context, errors } = await ada()
    await talk(page)
    await page.getByRole('button', { name: 'Invite people' }).click()
    await page.getByLabel('read along').check()
    await page.getByLabel('a day').check()
    await page.getByRole('button', { name: 'Make an invite link' }).click()
    const reader = await openWindow(suite.browser, suite.url)
    await reader.page.goto(await page.getByLabel('Invite link').inputValue())
    await signUpOnPage(reader.page, 'Grace')
    await reader.page.getByText('You are invited to read along').waitFor()
    await reader.page.getByRole('button', { name: 'Join the conversation' }).click()
    await reader.page.getByRole('heading', { name: 'What the page can show' }).waitFor()
    expect(await reader.page.getByLabel('Message', { exact: true }).count()).toBe(0)
    expect([...errors, ...reader.errors]).toEqual([])
    await context.close()
    await reader.context.close()
  })

  it('keeps a conversation as Markdown, and as JSON', async () => {
    const { page, context, errors } = await ada()
    await talk(page)
    const [asMarkdown] = await Promise.all([page.waitForEvent('download'), run(page, 'Export as Markdown')])
    expect(asMarkdown.suggestedFilename()).toBe('Show-me-Markdown.md')
    const markdown = await readFile(await asMarkdown.path(), 'utf8')
    expect(markdown).toMatch(
      /^# Show me Markdown\n\n### Ada, \d{4}-\d\d-\d\d \d\d:\d\d UTC\n\nShow me Markdown\n\n### Assistant, /,
    )
    const [asJson] = await Promise.all([page.waitForEvent('download'), run(page, 'Export as JSON')])
    expect(JSON.parse(await readFile(await asJson.path(), 'utf8'))).toMatchObject({
      format: 'parley-conversation',
      messages: [
        { authorName: 'Ada', content: 'Show me Markdown' },
        { authorName: 'Assistant', role: 'assistant' },
      ],
    })
    expect(errors).toEqual([])
    await context.close()
  })

  it('brings in what was said in ChatGPT, once, and goes on with it', async () => {
    const { page, context, errors } = await ada()
    const exported = Array.from({ length: 12 }, (_, n) => ({
      title: `Recipe ${n}`,
      conversation_id: `recipe-${n}`,
      create_time: 1_714_557_600 + n * 60,
      current_node: 'b',
      mapping: {
        a: {
          id: 'a',
          parent: null,
          message: { author: { role: 'user' }, content: { parts: [`How do I bake ${n} pies?`] } },
        },
        b: { id: 'b', parent: 'a', message: { author: { role: 'assistant' }, content: { parts: ['**Like this.**'] } } },
      },
    }))
    const file = {
      name: 'conversations.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(exported)),
    }
    const choose = page.getByLabel('The file conversations.json')
    await run(page, 'Import from ChatGPT')
    await choose.setInputFiles({ ...file, buffer: Buffer.from('{}') })
    await page.getByText('This is not the conversations.json').waitFor()
    for (const _time of [1, 2]) {
      await choose.setInputFiles(file)
      await page.getByText('All 12 conversations are here').waitFor()
    }
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    const list = page.getByRole('navigation', { name: 'Conversations' })
    await list.getByRole('link', { name: 'Recipe 11' }).click()
    await message(page, 'Like this.').waitFor()
    await message(page, 'How do I bake 11 pies?').waitFor()
    expect(await page.locator('[data-message]').count()).toBe(2)
    expect(await list.getByRole('link', { name: /^Recipe/ }).count()).toBe(12)
    await say(page, 'And invite my team?')
    await page.getByRole('heading', { name: 'Talk with other people' }).waitFor()
    expect(errors).toEqual([])
    await context.close()
  })
})
