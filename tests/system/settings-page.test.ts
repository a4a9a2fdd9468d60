import { readFile } from 'node:fs/promises'
import { ifChromium } from '@parley/testing'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { inviteLink, message, openWindow, say, signInOnPage, signUpOnPage } from '../support/browser.ts'
import { withPage } from '../support/page-suite.ts'

const password = 'correct horse battery'

ifChromium('whoever has an account', () => {
  const suite = withPage()

  async function ada() {
    const window = await openWindow(suite.browser, suite.url)
    await window.page.goto('/')
    const email = await signUpOnPage(window.page, 'Ada')
    await window.page.getByText('Hello, Ada').waitFor()
    return { ...window, email }
  }

  async function settings(page: Page, tab: string): Promise<void> {
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('tab', { name: tab }).click()
  }

  async function start(page: Page, text: string): Promise<void> {
    await page.getByRole('button', { name: 'New conversation' }).last().click()
    await page.getByText('Say something').waitFor()
    await say(page, text)
    await message(page, text).waitFor()
  }

  it('changes the name that others see', async () => {
    const { page, context, errors } = await ada()
    await settings(page, 'Profile')
    await page.getByLabel('Your name').fill('Ada Lovelace')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('navigation').getByText('Ada Lovelace').waitFor()
    await start(page, 'It is me')
    const grace = await openWindow(suite.browser, suite.url)
    await grace.page.goto(await inviteLink(page))
    await signUpOnPage(grace.page, 'Grace')
    await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
    await message(grace.page, 'It is me').getByText('Ada Lovelace').waitFor()
    await settings(page, 'Profile')
    await page.getByLabel('Your name').fill('Countess Lovelace')
    await page.getByRole('button', { name: 'Save' }).click()
    await message(grace.page, 'It is me').getByText('Countess Lovelace').waitFor()
    expect([...errors, ...grace.errors]).toEqual([])
    await context.close()
    await grace.context.close()
  })

  it('sets up the assistant that new conversations begin with', async () => {
    const { page, context, errors } = await ada()
    await settings(page, 'Assistant')
    await page.getByLabel('Name', { exact: true }).fill('Pirate')
    await page.getByLabel('Instructions').fill('Talk like a pirate')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await page.keyboard.press('Escape')
    await start(page, 'Ahoy')
    await page.locator('[data-reply]').getByText('Pirate').waitFor()
    await settings(page, 'Assistant')
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('Saved.').waitFor()
    await page.keyboard.press('Escape')
    await start(page, 'No more of the sea')
    await page.locator('[data-reply]').getByText('Assistant', { exact: true }).waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('signs another device out, and all others with a new password', async () => {
    const { page, context, email, errors } = await ada()
    const devices = [await openWindow(suite.browser, suite.url), await openWindow(suite.browser, suite.url)]
    for (const device of devices) {
      await device.page.goto('/')
      await signInOnPage(device.page, email)
      await device.page.getByText('Hello, Ada').waitFor()
    }
    const welcome = (at: number) => devices[at]!.page.getByRole('heading', { name: /Welcome/ })
    await settings(page, 'Password and sessions')
    const places = page.getByRole('region', { name: 'Where you are signed in' })
    await places.getByText('this one').waitFor()
    await places.getByRole('button', { name: 'Sign out there' }).first().click()
    await expect.poll(async () => (await welcome(0).count()) + (await welcome(1).count())).toBe(1)
    await expect.poll(() => places.getByRole('button', { name: 'Sign out there' }).count()).toBe(1)

    await page.getByLabel('Your password now').fill('not my password')
    await page.getByLabel('The new one').fill('another horse battery')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('This is not your password.').waitFor()
    await page.getByLabel('Your password now').fill(password)
    await page.getByLabel('The new one').fill('another horse battery')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('You are signed out everywhere else.').waitFor()
    for (const at of [0, 1]) await welcome(at).waitFor()
    const { page: back } = devices[0]!
    await signInOnPage(back, email)
    await back.getByText('do not belong together').waitFor()
    await back.getByLabel('Password').fill('another horse battery')
    await back.getByRole('button', { name: 'Sign in', exact: true }).click()
    await back.getByText('Hello, Ada').waitFor()
    expect(errors).toEqual([])
    await context.close()
    for (const device of devices) await device.context.close()
  })

  it('is told of a message while the page is out of sight, and comes to it by a click', async () => {
    const { page, context, errors } = await ada()
    await context.grantPermissions(['notifications'])
    await context.addInitScript(() => {
      const shown: { title: string; body: string; click(): void }[] = []
      class Recorded {
        static permission = 'granted'
        static requestPermission = async () => 'granted'
        onclick: () => void = () => {}
        constructor(title: string, { body }: { body: string }) {
          shown.push({ title, body, click: () => this.onclick() })
        }
        close() {}
      }
      Object.assign(window, { Notification: Recorded, shown })
    })
    await page.reload()
    await settings(page, 'Notifications')
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByText('You are told of new messages').waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await start(page, 'First words')
    const grace = await openWindow(suite.browser, suite.url)
    await grace.page.goto(await inviteLink(page))
    await signUpOnPage(grace.page, 'Grace')
    await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
    await message(grace.page, 'First words').waitFor()
    await page.getByRole('link', { name: 'Parley', exact: true }).click()
    await page.getByRole('heading', { name: 'Hello, Ada' }).waitFor()
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await say(grace.page, 'Are **you** there?')
    const notified = () =>
      page.evaluate(() => (window as unknown as { shown: { body: string }[] }).shown.map(({ body }) => body))
    await expect.poll(notified, { timeout: 10_000 }).toEqual(['Are you there?'])
    await page.evaluate(() => (window as unknown as { shown: { click(): void }[] }).shown[0]!.click())
    await message(page, 'Are you there?').waitFor()
    expect([...errors, ...grace.errors]).toEqual([])
    await context.close()
    await grace.context.close()
  })

  it('takes everything along, and deletes the account', async () => {
    const { page, context, email, errors } = await ada()
    await start(page, 'This is kept')
    await settings(page, 'Your data')
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download everything' }).click(),
    ])
    const kept = JSON.parse(await readFile(await file.path(), 'utf8'))
    expect(kept).toMatchObject({ format: 'parley-account', user: { name: 'Ada', email } })
    expect(kept.conversations[0].messages[0]).toMatchObject({ authorName: 'Ada', content: 'This is kept' })

    await page.getByLabel('Your password', { exact: true }).fill('not my password')
    await page.getByRole('button', { name: 'Delete my account' }).click()
    await page.getByText('This is not your password.').waitFor()
    await page.getByLabel('Your password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Delete my account' }).click()
    await page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
    await signInOnPage(page, email)
    await page.getByText('do not belong together').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })
})
