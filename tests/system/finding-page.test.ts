import { createRecorder, ifChromium } from '@parley/testing'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { inviteLink, message, openWindow, say, signInOnPage, signUpOnPage } from '../support/browser.ts'
import { withPage } from '../support/page-suite.ts'

const list = (page: Page) => page.getByRole('navigation', { name: 'Conversations' })
const entry = (page: Page, title: string) => list(page).getByRole('link', { name: title })

ifChromium('whoever has many conversations', () => {
  const suite = withPage()

  async function start(page: Page, title: string): Promise<void> {
    await page.keyboard.press('ControlOrMeta+Shift+O')
    await page.getByRole('heading', { name: 'New conversation' }).getByRole('button').click()
    await page.getByLabel('Title').fill(title)
    await page.keyboard.press('Enter')
    await entry(page, title).waitFor()
  }

  async function choose(page: Page, title: string, item: string): Promise<void> {
    await entry(page, title).hover()
    await page.getByRole('button', { name: `More for ${title}` }).click()
    await page.getByRole('menuitem', { name: item, exact: true }).click()
  }

  it('makes one while the list is on its way, and keeps it', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url)
    await page.goto('/')
    await signUpOnPage(page, 'Ada')
    await page.getByText('Hello, Ada').waitFor()
    await start(page, 'Old one')
    const asked = createRecorder<string>()
    let letGo = () => {}
    const released = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route(/\/api\/v1\/conversations\?/, async (route) => {
      const response = await route.fetch()
      asked.push(route.request().url())
      await released
      await route.fulfill({ response })
    })
    await page.goto('/')
    await page.getByText('Hello, Ada').waitFor()
    await asked.until('the list', (url) => url.endsWith('?'))
    await page.keyboard.press('ControlOrMeta+Shift+O')
    await page.getByText('Say something').waitFor()
    const { pathname } = new URL(page.url())
    await list(page).locator(`a[href="${pathname}"]`).waitFor()
    await page.evaluate((path) => {
      new MutationObserver(() => {
        if (!document.querySelector(`nav a[href="${path}"]`)) document.body.dataset.gone = 'yes'
      }).observe(document.body, { subtree: true, childList: true })
    }, pathname)
    const answers = [page.waitForResponse(/conversations\?$/), page.waitForResponse(/conversations\?place=pinned/)]
    letGo()
    for (const answer of await Promise.all(answers)) await answer.finished()
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
    await entry(page, 'Old one').waitFor()
    expect(await page.locator('body[data-gone]').count()).toBe(0)
    expect(errors).toEqual([])
    await context.close()
  })

  it('goes on in an archived conversation, whose title stands in the window and which the palette knows', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url)
    await page.goto('/')
    await signUpOnPage(page, 'Ada')
    await page.getByText('Hello, Ada').waitFor()
    await start(page, 'Garden')
    await choose(page, 'Garden', 'Archive')
    await page.reload()
    await page.getByRole('heading', { name: 'Garden' }).waitFor()
    await page.waitForFunction(() => document.title === 'Garden · Parley')
    expect(await entry(page, 'Garden').count(), 'the archive is not loaded').toBe(0)
    await page.keyboard.press('ControlOrMeta+K')
    await page.keyboard.type('Rename')
    await page.getByRole('option', { name: 'Rename this conversation' }).waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('pins, archives and deletes, sees the same on another device, and takes it back', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url)
    await page.goto('/')
    const email = await signUpOnPage(page, 'Ada')
    await page.getByText('Hello, Ada').waitFor()
    for (const title of ['Kitchen', 'Garden', 'Taxes']) await start(page, title)
    const device = await openWindow(suite.browser, suite.url)
    const other = device.page
    await other.goto('/')
    await signInOnPage(other, email)
    await entry(other, 'Taxes').waitFor()
    const pinned = list(other).getByRole('region', { name: 'Pinned' })

    await choose(page, 'Kitchen', 'Pin')
    await pinned.getByRole('link', { name: 'Kitchen' }).waitFor()
    await choose(page, 'Garden', 'Archive')
    await entry(other, 'Garden').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    await entry(other, 'Garden').waitFor()
    await choose(page, 'Garden', 'Archive')
    await list(page).getByText('Archive').click()
    await list(page).locator('details').getByRole('link', { name: 'Garden' }).waitFor()
    await page.reload()
    await list(page).getByRole('region', { name: 'Pinned' }).getByRole('link', { name: 'Kitchen' }).waitFor()
    await entry(page, 'Garden').waitFor({ state: 'detached' })

    await entry(page, 'Taxes').click()
    await choose(page, 'Taxes', 'Delete')
    await page.getByText('Hello, Ada').waitFor()
    for (const each of [page, other]) await entry(each, 'Taxes').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo' }).click()
    for (const each of [page, other]) await entry(each, 'Taxes').waitFor()
    for (const title of ['Kitchen', 'Taxes']) expect(await entry(page, title).count()).toBe(1)
    expect([...errors, ...device.errors]).toEqual([])
    await context.close()
    await device.context.close()
  })

  it('reads in a theme and a size of one’s own, also the next time', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url, {
      colorScheme: 'light',
      serviceWorkers: 'block',
    })
    await page.goto('/')
    await signUpOnPage(page, 'Ada')
    await page.getByText('Hello, Ada').waitFor()
    const looks = () =>
      page.evaluate(() => {
        const { backgroundColor, fontSize } = getComputedStyle(document.body)
        return [backgroundColor, fontSize]
      })
    expect(await looks()).toEqual(['rgb(251, 251, 250)', '16px'])
    await page.keyboard.press('ControlOrMeta+K')
    await page.keyboard.type('appearance')
    await page.keyboard.press('Enter')
    await page.getByLabel('Dark').check()
    await page.getByLabel('Larger').check()
    const chosen = ['rgb(23, 23, 22)', '20.8px']
    expect(await looks()).toEqual(chosen)
    await page.reload()
    await page.getByText('Hello, Ada').waitFor()
    expect(await looks()).toEqual(chosen)
    await page.route('**/assets/*.js', (route) => route.abort())
    await page.reload()
    expect(await looks(), 'before the page’s own code is there').toEqual(chosen)
    expect(errors).toEqual([])
    await context.close()
  })

  it('has read on all devices what it read on one', async () => {
    const ada = await openWindow(suite.browser, suite.url)
    const grace = await openWindow(suite.browser, suite.url)
    await ada.page.goto('/')
    const email = await signUpOnPage(ada.page, 'Ada')
    await ada.page.getByText('Hello, Ada').waitFor()
    await start(ada.page, 'Choir')
    await grace.page.goto(await inviteLink(ada.page))
    await signUpOnPage(grace.page, 'Grace')
    await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
    await entry(grace.page, 'Choir').waitFor()
    const device = await openWindow(suite.browser, suite.url)
    await device.page.goto('/')
    await signInOnPage(device.page, email)
    await entry(device.page, 'Choir').waitFor()
    await ada.page.getByRole('link', { name: 'Parley', exact: true }).click()
    await say(grace.page, 'Do we sing tonight?')
    for (const { page } of [ada, device]) await expect.poll(() => page.title()).toContain('(1)')
    await entry(ada.page, 'Choir').click()
    await message(ada.page, 'Do we sing tonight?').waitFor()
    for (const { page } of [ada, device]) await expect.poll(() => page.title()).not.toContain('(1)')
    const windows = [ada, grace, device]
    expect(windows.flatMap(({ errors }) => errors)).toEqual([])
    for (const { context } of windows) await context.close()
  })

  it('may leave what others own, but not delete it', async () => {
    const ada = await openWindow(suite.browser, suite.url)
    const grace = await openWindow(suite.browser, suite.url)
    await ada.page.goto('/')
    await signUpOnPage(ada.page, 'Ada')
    await ada.page.getByText('Hello, Ada').waitFor()
    await start(ada.page, 'Choir')
    await grace.page.goto(await inviteLink(ada.page))
    await signUpOnPage(grace.page, 'Grace')
    await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
    await entry(grace.page, 'Choir').waitFor()
    await grace.page.getByRole('button', { name: 'More for Choir' }).click()
    expect(await grace.page.getByRole('menuitem').allTextContents()).toEqual(
      ['Pin', 'Rename', 'Share publicly', 'Archive', 'Export as Markdown', 'Export as JSON', 'Leave'].map((each) =>
        expect.stringContaining(each),
      ),
    )
    await grace.page.getByRole('menuitem', { name: 'Leave' }).click()
    await entry(grace.page, 'Choir').waitFor({ state: 'detached' })
    await ada.page.getByText('1 here').waitFor()
    expect([...ada.errors, ...grace.errors]).toEqual([])
    await ada.context.close()
    await grace.context.close()
  })
})
