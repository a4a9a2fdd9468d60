import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDemoModel } from '@parley/ai-worker/model'
import { createRecorder, ifChromium } from '@parley/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  inviteLink,
  message,
  openWindow,
  pointAt,
  say,
  signInOnPage,
  signUpOnPage,
  startBrowser,
} from '../support/browser.ts'
import { only, startParley } from '../support/parley.ts'

/** Holds what has a word in it. */
async function startModeration() {
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const piece of request) text += piece
    const { content } = JSON.parse(text) as { content: string }
    response.end(JSON.stringify(content.includes('forbidden') ? { hold: true, reason: 'a word' } : { hold: false }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => server.close() }
}

ifChromium('whoever administers the installation', () => {
  let parley: Awaited<ReturnType<typeof startParley>>
  let moderation: Awaited<ReturnType<typeof startModeration>>
  let browser: Browser
  let root: Awaited<ReturnType<typeof person>>
  const codes = createRecorder<string>()

  beforeAll(async () => {
    moderation = await startModeration()
    parley = await startParley({
      models: only(createDemoModel(500)),
      moderation: { url: moderation.url, failsOpen: false, privateHosts: [] },
      tellSetupCode: codes.push,
    })
    browser = await startBrowser()
    root = await person('Root')
    await root.page.goto('/setup')
    await root.page.getByLabel('Setup code').fill('00000-00000-00000-00000')
    await root.page.getByRole('button', { name: 'Become administrator' }).click()
    await root.page.getByText('This is not the setup code').waitFor()
    await root.page.getByLabel('Setup code').fill(await codes.until('the setup code', () => true))
    await root.page.getByRole('button', { name: 'Become administrator' }).click()
    await root.page.getByText('Hello, Root').waitFor()
  })
  afterAll(async () => {
    await browser.close()
    await parley.stop()
    moderation.stop()
  })

  async function person(name: string) {
    const window = await openWindow(browser, parley.url)
    await window.page.goto('/')
    const email = await signUpOnPage(window.page, name)
    await window.page.getByText(`Hello, ${name}`).waitFor()
    return { ...window, email }
  }

  /** Somebody else in a conversation of hers. */
  async function together(name: string, other: string) {
    const [ada, grace] = [await person(name), await person(other)]
    await ada.page.getByRole('button', { name: 'New conversation' }).last().click()
    await ada.page.getByText('Say something').waitFor()
    const link = await inviteLink(ada.page)
    await grace.page.goto(link)
    await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
    await grace.page.getByText('Say something').waitFor()
    return { ada, grace, link }
  }

  async function administer(tab: string): Promise<Page> {
    const { page } = root
    await page.goto('/')
    await page.getByText('Hello, Root').waitFor()
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('combobox').fill('Administration')
    await page.keyboard.press('Enter')
    await page.getByRole('tab', { name: tab }).click()
    return page
  }

  async function act(page: Page, said: string, what: string): Promise<void> {
    await pointAt(message(page, said))
    await message(page, said).getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: what }).click()
  }

  it('suspends somebody, who is out at once and back when let', async () => {
    const sam = await person('Sam')
    const page = await administer('Accounts')
    await page.getByLabel('Find by name or address').fill(sam.email)
    const entry = page.getByRole('list', { name: 'Accounts' }).getByRole('listitem').filter({ hasText: sam.email })
    await entry.getByText('Sam', { exact: true }).click()
    await entry.getByRole('button', { name: 'Suspend' }).click()
    await sam.page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
    await signInOnPage(sam.page, sam.email)
    await sam.page.getByText('This account is suspended.').waitFor()
    await entry.getByRole('button', { name: 'Let back in' }).click()
    await entry.getByRole('button', { name: 'Suspend' }).waitFor()
    await sam.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await sam.page.getByText('Hello, Sam').waitFor()
    expect([...sam.errors, ...root.errors]).toEqual([])
    await sam.context.close()
  })

  it('sees what is reported, and deletes it for everybody', async () => {
    const { ada, grace } = await together('Ada', 'Grace')
    await say(grace.page, 'Buy my pills')
    await act(ada.page, 'Buy my pills', 'Report')
    await ada.page.getByLabel('What is wrong with it?').fill('Advertising')
    await ada.page.getByRole('button', { name: 'Report', exact: true }).click()
    await ada.page.getByText('Reported. Thank you.').waitFor()
    const page = await administer('Reports')
    const report = page.getByRole('article').filter({ hasText: 'Buy my pills' })
    await report.getByText('Advertising').waitFor()
    await report.getByRole('button', { name: 'Delete for everybody' }).click()
    await page.getByText('Nothing is reported').waitFor()
    await ada.page.getByText('Buy my pills').waitFor({ state: 'detached' })
    expect([...ada.errors, ...grace.errors, ...root.errors]).toEqual([])
    await ada.context.close()
    await grace.context.close()
  })

  it('looks at what moderation holds before anybody else sees it', async () => {
    const { ada, grace } = await together('Ada', 'Grace')
    await say(grace.page, 'Something forbidden')
    await grace.page.getByText('This message waits until somebody has looked at it.').waitFor()
    await say(grace.page, 'Something else')
    await message(ada.page, 'Something else').waitFor()
    expect(await ada.page.getByText('Something forbidden').count()).toBe(0)
    const page = await administer('Reports')
    const held = page.getByRole('article').filter({ hasText: 'Something forbidden' })
    await held.getByText('a word').waitFor()
    await held.getByRole('button', { name: 'Send it' }).click()
    await message(ada.page, 'Something forbidden').waitFor()
    await ada.context.close()
    await grace.context.close()
  })

  it('decides who may make an account', async () => {
    const page = await administer('Installation')
    await page.getByText('Nobody', { exact: true }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    const visitor = await openWindow(browser, parley.url)
    await visitor.page.goto('/')
    await visitor.page.getByRole('heading', { name: 'Welcome back' }).waitFor()
    expect(await visitor.page.getByRole('button', { name: 'Create an account' }).count()).toBe(0)
    await page.getByText('Everybody', { exact: true }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved.').waitFor()
    await visitor.page.goto('/')
    await visitor.page.getByRole('button', { name: 'Create account' }).waitFor()
    await visitor.context.close()
  })

  it('reads in the log what was done, and by whom', async () => {
    const page = await administer('Audit log')
    const entry = page.getByRole('listitem').filter({ hasText: 'administrator.first' })
    await entry.getByText('Root').waitFor()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download all' }).click(),
    ])
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line).action)).toContain('administrator.first')
  })

  it('is none who was not made one', async () => {
    const eve = await person('Eve')
    await eve.page.keyboard.press('ControlOrMeta+k')
    await eve.page.getByRole('combobox').fill('Administration')
    expect(await eve.page.getByRole('option', { name: 'Administration', exact: true }).count()).toBe(0)
    await eve.page.goto('/setup')
    await eve.page.getByLabel('Setup code').fill(codes.items[0]!)
    await eve.page.getByRole('button', { name: 'Become administrator' }).click()
    await eve.page.getByText('there is an administrator already').waitFor()
    await eve.context.close()
  })

  it('is not needed by who does not want to read somebody: what they write is hidden, on all devices', async () => {
    const { ada, grace } = await together('Ada', 'Grace')
    const phone = await openWindow(browser, parley.url)
    await phone.page.goto('/')
    await signInOnPage(phone.page, ada.email)
    await phone.page.getByText('Hello, Ada').waitFor()
    await phone.page.goto(ada.page.url())
    await say(grace.page, 'La la la')
    await message(phone.page, 'La la la').waitFor()
    await act(ada.page, 'La la la', 'Block')
    for (const { page } of [ada, phone]) {
      await page.getByText('By somebody you have blocked.').waitFor()
      expect(await page.getByRole('main').getByText('La la la').count()).toBe(0)
    }
    await ada.page.getByRole('button', { name: 'Show', exact: true }).click()
    await ada.page.getByRole('main').getByText('La la la').waitFor()
    await ada.page.getByRole('button', { name: 'Undo' }).click()
    await message(phone.page, 'La la la').waitFor()
    expect([...ada.errors, ...grace.errors, ...phone.errors]).toEqual([])
    for (const { context } of [ada, grace, phone]) await context.close()
  })
})

ifChromium('whoever is invited without an account', () => {
  let parley: Awaited<ReturnType<typeof startParley>>
  let browser: Browser
  beforeAll(async () => {
    parley = await startParley({ models: only(createDemoModel(500)) })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await parley.stop()
  })

  it('comes in as a guest, takes part, and makes an account of it', async () => {
    const ada = await openWindow(browser, parley.url)
    await ada.page.goto('/')
    await signUpOnPage(ada.page, 'Ada')
    await ada.page.getByRole('button', { name: 'New conversation' }).last().click()
    await ada.page.getByText('Say something').waitFor()
    await ada.page.getByRole('button', { name: 'Invite people' }).click()
    await ada.page.getByText('Also for people without an account').click()
    await ada.page.getByRole('button', { name: 'Make an invite link' }).click()
    const link = await ada.page.getByLabel('Invite link').inputValue()
    await ada.page.getByRole('button', { name: 'Close', exact: true }).click()

    const guest = await openWindow(browser, parley.url)
    await guest.page.goto(link)
    await guest.page.getByRole('button', { name: 'Come in as a guest' }).click()
    await guest.page.getByLabel('Your name').fill('Gus')
    await guest.page.getByRole('button', { name: 'Come in', exact: true }).click()
    await guest.page.getByText('Say something').waitFor()
    await say(guest.page, 'Hello from outside')
    await message(ada.page, 'Hello from outside').getByText('Gus').waitFor()
    expect(await guest.page.getByRole('button', { name: 'Invite people' }).count()).toBe(0)

    const email = `${crypto.randomUUID()}@example.org`
    await guest.page.getByRole('button', { name: 'Settings' }).click()
    await guest.page.getByLabel('Email address').fill(email)
    await guest.page.getByLabel('Password').fill('correct horse battery')
    await guest.page.getByRole('button', { name: 'Create account' }).click()
    await guest.page.getByRole('dialog').waitFor({ state: 'detached' })
    await guest.page.getByRole('button', { name: 'Settings' }).click()
    await guest.page.getByText(`You sign in as ${email}`).waitFor()
    const elsewhere = await openWindow(browser, parley.url)
    await elsewhere.page.goto('/')
    await signInOnPage(elsewhere.page, email)
    await elsewhere.page.getByText('Hello, Gus').waitFor()
    await elsewhere.page
      .getByRole('link', { name: /New conversation/ })
      .first()
      .click()
    await message(elsewhere.page, 'Hello from outside').waitFor()
    expect([...ada.errors, ...guest.errors, ...elsewhere.errors]).toEqual([])
  })
})
