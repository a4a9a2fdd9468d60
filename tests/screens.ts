// npm run screens: takes the pictures of docs/screens from a running Parley (PARLEY_URL, else http://localhost:8080).
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { inviteLink, message, openWindow, say, signUpOnPage, startBrowser } from './support/browser.ts'

process.env.PARLEY_TEST_CHROMIUM ??= process.env.CHROMIUM ?? '/usr/bin/chromium'
const origin = process.env.PARLEY_URL ?? 'http://localhost:8080'
const folder = join(import.meta.dirname, '../docs/screens')
const wide = { width: 1120, height: 760 }
const narrow = { width: 360, height: 740 }

async function take(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0)
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
}

await mkdir(folder, { recursive: true })
const browser = await startBrowser()
const ada = await openWindow(browser, origin, { viewport: wide })
const grace = await openWindow(browser, origin, { viewport: narrow, colorScheme: 'dark' })

await ada.page.goto('/')
await ada.page.getByLabel('Your name').waitFor()
await take(ada.page, 'sign-up')
await signUpOnPage(ada.page, 'Ada Lovelace')
await ada.page.getByRole('button', { name: 'Show me Markdown' }).waitFor()
await take(ada.page, 'welcome')
await ada.page.getByRole('button', { name: 'Show me Markdown' }).click()
await ada.page.locator('.writing').waitFor()
await ada.page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached', timeout: 60_000 })
await take(ada.page, 'markdown')

await ada.page.getByRole('button', { name: 'New conversation' }).first().click()
await ada.page.getByText('Say something').waitFor()
await take(ada.page, 'empty')
await ada.page.getByRole('button', { name: 'New conversation' }).last().click()
await ada.page.getByLabel('Title').fill('Release party')
await ada.page.keyboard.press('Enter')
await ada.page.getByRole('button', { name: 'Invite people' }).click()
await ada.page.getByLabel('Invite link').and(ada.page.locator('[value^="http"]')).waitFor()
await take(ada.page, 'invite')
await ada.page.keyboard.press('Escape')

await grace.page.goto(await inviteLink(ada.page))
await signUpOnPage(grace.page, 'Grace Hopper')
await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
await grace.page.getByText('Say something').waitFor()
await say(grace.page, 'Hello! Can we try this on three nodes before Friday?')
await message(ada.page, 'before Friday').waitFor()
await say(ada.page, 'Good idea. Let us ask how.')
await say(ada.page, '@assistant how do we scale it with Docker Compose?')
await ada.page.locator('.writing').filter({ hasText: 'docker compose' }).waitFor()
await grace.page.locator('.writing').filter({ hasText: 'docker compose' }).waitFor()
await take(grace.page, 'streaming-360-dark')
await ada.page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached', timeout: 60_000 })
await message(grace.page, 'More replicas').hover()
await grace.page.getByRole('button', { name: 'React with 🎉' }).last().click()
await ada.page.getByRole('button', { name: '🎉 1' }).waitFor()
await grace.page.getByLabel('Message', { exact: true }).fill('Perfect')
await ada.page.getByText('Grace Hopper is typing').waitFor()
await take(ada.page, 'conversation')
await ada.page.emulateMedia({ colorScheme: 'dark' })
await take(ada.page, 'conversation-dark')
await ada.page.getByRole('button', { name: /^Members/ }).click()
await take(ada.page, 'members-dark')
await ada.page.keyboard.press('Escape')
await grace.page.emulateMedia({ colorScheme: 'light' })
await take(grace.page, 'conversation-360')
await grace.page.getByRole('button', { name: 'Show conversations' }).click()
await take(grace.page, 'list-360')
await browser.close()
