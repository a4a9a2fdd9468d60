import { createDemoModel } from '@parley/ai-worker/model'
import { ifChromium } from '@parley/testing'
import type { Browser, WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { inviteLink, message, openWindow, pointAt, say, signUpOnPage, startBrowser } from '../support/browser.ts'
import { modelsOf, only, startParley } from '../support/parley.ts'
import { openAi, providerSettings, startProvider } from '../support/provider.ts'

ifChromium('the page', () => {
  let parley: Awaited<ReturnType<typeof startParley>>
  let browser: Browser
  beforeAll(async () => {
    parley = await startParley({ models: only(createDemoModel(60)) })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await parley.stop()
  })

  it('takes a newcomer from signing up to a streamed reply, and keeps it over a reload', async () => {
    const { page, context, errors } = await openWindow(browser, parley.url)
    page.on('console', (said) => said.type() === 'error' && errors.push(said.text()))
    await page.goto('/')
    await signUpOnPage(page, 'Ada Lovelace')
    await page.getByRole('button', { name: 'Show me Markdown' }).click()
    await page.locator('.writing').waitFor()
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'What the page can show' }).waitFor()
    await page.getByRole('table').waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'What the page can show' }).waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('shows two people each other’s messages, typing and presence, and the same reply as it is written', async () => {
    const ada = await openWindow(browser, parley.url)
    const grace = await openWindow(browser, parley.url)
    await ada.page.goto('/')
    await signUpOnPage(ada.page, 'Ada')
    await ada.page.getByRole('button', { name: 'New conversation' }).last().click()
    await grace.page.goto(await inviteLink(ada.page))
    await signUpOnPage(grace.page, 'Grace')
    await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
    for (const { page } of [ada, grace]) await page.getByText('2 here').waitFor()
    await grace.page.getByLabel('Message', { exact: true }).fill('Hel')
    await ada.page.getByText('Grace is typing').waitFor()
    await say(grace.page, 'Hello Ada')
    await message(ada.page, 'Hello Ada').waitFor()
    await ada.page.getByText('Grace is typing').waitFor({ state: 'detached' })
    await say(ada.page, '@assistant how do I invite people?')
    for (const { page } of [ada, grace]) await page.locator('.writing').waitFor()
    for (const { page } of [ada, grace]) await page.getByRole('heading', { name: 'Talk with other people' }).waitFor()
    await pointAt(message(grace.page, 'Hello Ada'))
    await grace.page.getByRole('button', { name: 'React with 🎉' }).first().click()
    await ada.page.getByRole('button', { name: '🎉 1' }).waitFor()
    await grace.context.close()
    await ada.page.getByText('1 here').waitFor()
    expect([...ada.errors, ...grace.errors]).toEqual([])
    await ada.context.close()
  })

  it('talks with a model behind a provider, tells its fault in words, and tries again', async () => {
    const provider = await startProvider(openAi, {
      'what can you do': [
        [{ status: 401 }],
        [{ say: 'I can **help**' }, { waitMs: 300 }, { say: ' you.' }, { finish: 'stop' }],
      ],
    })
    const other = await startParley({
      models: await modelsOf({ ...providerSettings, OPENAI_BASE_URL: provider.url }),
    })
    const { page, context } = await openWindow(browser, other.url)
    await page.goto('/')
    await signUpOnPage(page, 'Ada')
    await page.getByRole('button', { name: 'New conversation' }).last().click()
    await say(page, 'what can you do?')
    await page.getByText('refused this installation’s key').waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await message(page, 'I can help you.').waitFor()
    await page.getByText('scripted').waitFor()
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    await context.close()
    await other.stop()
    await provider.close()
  })

  it('sends what was written while it was offline, once it is back', async () => {
    const { page, context } = await openWindow(browser, parley.url)
    const sockets: WebSocketRoute[] = []
    await page.routeWebSocket(/\/ws\?/, (socket) => {
      socket.connectToServer()
      sockets.push(socket)
    })
    await page.goto('/')
    await signUpOnPage(page, 'Ada')
    await page.getByRole('button', { name: 'New conversation' }).last().click()
    await say(page, 'before')
    await message(page, 'before').waitFor()
    await context.setOffline(true)
    await sockets.at(-1)!.close({ code: 4000 }) // Chromium's offline mode leaves open sockets alone
    await page.getByText('Reconnecting').waitFor()
    await say(page, 'while away')
    await page.locator('[data-outgoing]', { hasText: 'while away' }).waitFor()
    await context.setOffline(false)
    await message(page, 'while away').waitFor()
    await page.locator('[data-outgoing]').waitFor({ state: 'detached' })
    await context.close()
  })
})
