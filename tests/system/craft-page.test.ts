import { ifChromium } from '@parley/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { inviteLink, message, openWindow, pointAt, say, signUpOnPage, startBrowser } from '../support/browser.ts'
import { startMcpServer } from '../support/mcp-server.ts'
import { modelsOf, startParley } from '../support/parley.ts'
import { openAi, providerSettings, type Step, startProvider } from '../support/provider.ts'

const answer = (...words: string[]): Step[] => [...words.map((word) => ({ say: word })), { finish: 'stop' }]

const scripts: Record<string, Step[][]> = {
  'Sum up this conversation': [answer('They spoke of the sea.')],
  'use what hangs': [
    [{ think: 'The library may know.' }, { call: 'library_hang', input: { title: 'Emma' } }, { finish: 'tool_calls' }],
    answer('The library is silent, so I guess: shelf 7.'),
  ],
  'who are you': [answer('The first version.'), answer('The second version.')],
  'what is blue': [answer('Violets are.')],
  'what is red': [answer('Roses are.')],
  'write a poem': [[{ say: 'First half, ' }, { finish: 'length' }], answer('second half.')],
  'tell me of the sea': [answer(`The sea is wide. ${'It is deep. '.repeat(60)}`)],
  'and then': [answer('Then there was land.')],
  'what do you think': [answer('I would cut a word.')],
}

ifChromium('the page', () => {
  let provider: Awaited<ReturnType<typeof startProvider>>
  let library: Awaited<ReturnType<typeof startMcpServer>>
  let browser: Browser
  let parley: Awaited<ReturnType<typeof startParley>>
  beforeAll(async () => {
    provider = await startProvider(openAi, scripts)
    library = await startMcpServer()
    browser = await startBrowser()
  })
  afterEach(() => parley.stop())
  afterAll(async () => {
    await browser.close()
    await provider.close()
    await library.close()
  })

  async function open(settings: Partial<typeof providerSettings> = {}, more: Parameters<typeof startParley>[0] = {}) {
    const models = await modelsOf({
      ...providerSettings,
      OPENAI_BASE_URL: provider.url,
      MCP_SERVERS: `library=${library.url}`,
      ...settings,
    })
    parley = await startParley({ models, ...more })
    const window = await openWindow(browser, parley.url)
    await window.page.goto('/')
    await signUpOnPage(window.page, 'Ada')
    await window.page.getByRole('button', { name: 'New conversation' }).last().click()
    return window
  }

  const act = async (page: Page, text: string, action: string) => {
    await pointAt(message(page, text).last())
    await message(page, text).last().getByRole('button', { name: action, exact: true }).click()
  }

  it('says when a quota is used up, and when it starts again', async () => {
    const quota = { requestsPerDay: 1, tokensPerDay: null, openReplies: null, repliesAtOnce: 4 }
    const { page, context } = await open({}, { quota })
    await say(page, 'what is red')
    await message(page, 'Roses are.').waitFor()
    await say(page, 'what is blue')
    await page.getByText(/All that one person may ask in a day is used up\. It starts again at \d/).waitFor()
    await act(page, 'Roses are.', 'Write again')
    await page.getByText('It starts again at midnight UTC').waitFor()
    await page.getByRole('button', { name: 'Your use of the models' }).click()
    await page.getByText('Today 1 of 1 replies').waitFor()
    await context.close()
  })

  it('says what did not fit into what the model reads, and when nothing does', async () => {
    const { page, context } = await open({ MODEL_CONTEXT_TOKENS: 300 })
    await say(page, 'tell me of the sea')
    await message(page, 'The sea is wide.').waitFor()
    await say(page, `and then? ${'please '.repeat(60)}`)
    await message(page, 'Then there was land.').getByText('did not fit into what the model reads.').waitFor()
    await expect.poll(() => provider.asked.some(({ question }) => question === 'Sum up this conversation')).toBe(true)
    await say(page, 'and then?')
    await message(page, 'Then there was land.').last().getByText('it read a summary').waitFor()
    expect(provider.asked.some(({ body }) => JSON.stringify(body).includes('They spoke of the sea.'))).toBe(true)
    await say(page, 'what is red? '.repeat(120))
    await page.getByText('This is more than the model can read at once.').waitFor()
    await context.close()
  })

  it('shows what the model thinks, and a tool that hangs, and goes on', async () => {
    const { page, context, errors } = await open()
    await say(page, 'use what hangs')
    const reply = message(page, 'The library is silent')
    await page.getByText('Using library_hang').waitFor()
    await reply.waitFor()
    await reply.getByText('library_hang did not work').click()
    await reply.getByText('It did not answer within 0.5 s.').waitFor()
    await reply.getByText('Thoughts').click()
    await reply.getByText('The library may know.').waitFor()
    await page.reload()
    await message(page, 'The library is silent').getByText('library_hang did not work').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('steps between versions, for everybody, and goes on with a reply that was cut', async () => {
    const ada = await open()
    const { page } = ada
    await say(page, 'who are you')
    await message(page, 'The first version.').waitFor()
    const grace = await openWindow(browser, parley.url)
    await grace.page.goto(await inviteLink(page))
    await signUpOnPage(grace.page, 'Grace')
    await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
    await act(page, 'The first version.', 'Write again')
    for (const { page } of [ada, grace]) {
      await message(page, 'The second version.').getByText('2 / 2').waitFor()
      expect(await message(page, 'The first version.').count()).toBe(0)
    }
    await grace.page.getByRole('button', { name: 'Previous version' }).click()
    for (const { page } of [ada, grace]) await message(page, 'The first version.').getByText('1 / 2').waitFor()

    await say(page, '@assistant what is red')
    await message(page, 'Roses are.').waitFor()
    await act(page, 'what is red', 'Edit')
    await page.getByLabel('Edit the message').fill('@assistant what is blue')
    await page.getByRole('button', { name: 'Ask again' }).click()
    for (const { page } of [ada, grace]) await message(page, 'Violets are.').waitFor()
    expect(await message(page, 'Roses are.').count()).toBe(0)

    await say(page, '@assistant write a poem')
    await page.getByText('Reached the length limit.').waitFor()
    await grace.page.getByRole('button', { name: 'Continue' }).click()
    await message(page, 'First half, second half.').waitFor()
    expect([...ada.errors, ...grace.errors]).toEqual([])
    await grace.context.close()
    await ada.context.close()
  })

  it('adds an assistant with a name and instructions, who answers when it is mentioned', async () => {
    const { page, context } = await open({ MODELS: 'other' })
    await page.getByRole('button', { name: /^Members/ }).click()
    await page.getByRole('button', { name: 'Add an assistant' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Strict Editor')
    await page.getByLabel('Model', { exact: true }).selectOption('other')
    await page.getByLabel('Instructions').fill('Cut what can be cut.')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('@strict_editor').waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await say(page, '@strict_editor what do you think?')
    const reply = message(page, 'I would cut a word.')
    await reply.getByText('Strict Editor').waitFor()
    await reply.locator('span', { hasText: /^other$/ }).waitFor()
    expect(provider.asked.some(({ body }) => JSON.stringify(body).includes('Cut what can be cut.'))).toBe(true)
    await context.close()
  })

  it('picks the model beside the field, for everybody, and the assistant who is asked', async () => {
    const ada = await open({ MODELS: 'other' })
    const { page } = ada
    const picker = (each: Page) => each.getByLabel('Model for the reply')
    await picker(page).selectOption({ label: 'other' })
    await say(page, 'what is red')
    await message(page, 'Roses are.')
      .locator('span', { hasText: /^other$/ })
      .waitFor()
    const grace = await openWindow(browser, parley.url)
    await grace.page.goto(await inviteLink(page))
    await signUpOnPage(grace.page, 'Grace')
    await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
    const chosen = (each: Page) => picker(each).evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text)
    await expect.poll(() => chosen(grace.page)).toBe('other')
    await picker(grace.page).selectOption({ label: 'Usual model' })
    await expect.poll(() => chosen(page)).toBe('Usual model')

    await page.getByRole('button', { name: /^Members/ }).click()
    await page.getByRole('button', { name: 'Add an assistant' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Editor')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('@editor').waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    const field = page.getByLabel('Message', { exact: true })
    await field.fill('what do you think?')
    const editors = picker(page).locator('optgroup[label^="Editor"] option')
    await picker(page).selectOption((await editors.first().getAttribute('value'))!)
    await expect.poll(() => field.inputValue()).toBe('@editor what do you think?')
    await page.keyboard.press('Enter')
    await message(page, 'I would cut a word.').getByText('Editor').first().waitFor()
    expect([...ada.errors, ...grace.errors]).toEqual([])
    await grace.context.close()
    await ada.context.close()
  })
})
