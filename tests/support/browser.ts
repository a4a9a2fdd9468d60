import { newId } from '@parley/protocol'
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from 'playwright-core'

const flags = [
  '--no-sandbox', // containers and CI run as root
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts the Chromium that `npm test` has found. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env.PARLEY_TEST_CHROMIUM!, args: flags })
}

/** A browser window of its own, with its own cookies. What goes wrong in the page fails the test that looks at it. */
export async function openWindow(browser: Browser, origin: string, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({ baseURL: origin, ...options })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  return { context, page, errors }
}

const password = 'correct horse battery'

/** Makes an account on the page that is shown, and tells its email address. */
export async function signUpOnPage(page: Page, name: string): Promise<string> {
  const email = `${newId()}@example.org`
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  return email
}

/** Signs in to an account that was made so. */
export async function signInOnPage(page: Page, email: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Writes a message and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel('Message', { exact: true }).fill(text)
  await page.keyboard.press('Enter')
}

/** The message with this text in the conversation that is shown. */
export function message(page: Page, text: string): Locator {
  return page.locator('[data-message]', { hasText: text })
}

/** Points at a message, whose actions show then. A list that was just drawn is measured first, and moves until it is. */
export async function pointAt(message: Locator): Promise<void> {
  await message.evaluate(async (element) => {
    const restFrames = 15
    const box = element.closest('.overflow-y-auto')!
    for (let at = Number.NaN, frames = 0; frames < restFrames; frames = box.scrollTop === at ? frames + 1 : 0) {
      at = box.scrollTop
      await new Promise(requestAnimationFrame)
    }
  })
  await message.hover()
}

/**
 * Turns the wheel over the messages: up by a negative count of pixels. The pointer goes to what scrolls, not to what is
 * in it, which would be scrolled into sight first.
 */
export async function scroll(page: Page, byPx: number): Promise<void> {
  await page.locator('main .overflow-y-auto:has(> div > ol)').hover()
  await page.mouse.wheel(0, byPx)
}

/** Scrolls to the first message that is loaded, on and on: what comes into sight is measured, which moves the list. */
export async function scrollToTop(page: Page): Promise<void> {
  const isAtTop = async () => {
    await page.evaluate(() => new Promise(requestAnimationFrame))
    return page.locator('main ol').evaluate((list) => list.closest('.overflow-y-auto')?.scrollTop === 0)
  }
  while (!(await isAtTop())) await scroll(page, -10_000)
}

/** Makes an invite link in the conversation that is shown. */
export async function inviteLink(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Invite people' }).click()
  await page.getByRole('button', { name: 'Make an invite link' }).click()
  const link = await page.getByLabel('Invite link').inputValue()
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  return link
}
