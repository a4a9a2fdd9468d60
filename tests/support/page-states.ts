import type { Page } from 'playwright-core'
import en from '../../web/src/texts/en.json' with { type: 'json' }
import { message, pointAt, scrollToTop } from './browser.ts'

export type Texts = typeof en

/** The dialogs that open from anywhere, by the action that opens them. */
const dialogs = ['invite', 'members', 'share', 'search', 'import', 'usage', 'keys'] as const
const tabs = ['profile', 'security', 'assistant', 'appearance', 'notifications', 'data'] as const

/** Signs up on the page in whichever language it is. */
export async function signUpIn(page: Page, { session, welcome }: Texts): Promise<void> {
  await page.getByLabel(session.yourName).fill('Ada Lovelace')
  await page.getByLabel(session.email).fill(`${crypto.randomUUID()}@example.org`)
  await page.getByLabel(session.password).fill('correct horse battery')
  await page.getByRole('button', { name: session.do['sign-up'] }).click()
  await page.getByText(welcome.text).waitFor()
}

/**
 * Signs up and goes through the states of the page in whichever language it is, by its own texts; `look` is called in
 * each of them, with its name.
 */
export async function throughStates(page: Page, texts: Texts, look: (state: string) => Promise<void>): Promise<void> {
  const { session, actions, conversation, composer, settings, message: of } = texts
  await page.goto('/')
  await page.getByLabel(session.yourName).waitFor()
  await look('sign up')
  await signUpIn(page, texts)
  await look('welcome')
  await page.getByRole('button', { name: actions.new, exact: true }).last().click()
  await page.getByText(conversation.empty).waitFor()
  await look('empty conversation')
  await page.getByLabel(composer.message, { exact: true }).fill(texts.welcome.suggestions.markdown)
  await page.keyboard.press('Enter')
  await page.locator('[data-reply=complete] table').waitFor()
  await look('a reply')
  const said = message(page, texts.welcome.suggestions.markdown).first()
  await scrollToTop(page)
  await pointAt(said)
  await said.getByRole('button', { name: of.more }).waitFor()
  await look('actions')
  await said.getByRole('button', { name: of.more }).click()
  await page.getByRole('menu').waitFor()
  await look('menu of a message')
  await page.keyboard.press('Escape')
  await pointAt(said)
  await said.getByRole('button', { name: of.edit, exact: true }).click()
  await look('editing')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ControlOrMeta+K')
  await page.getByRole('dialog').waitFor()
  await look('palette')
  await page.keyboard.press('Escape')
  const open = async (action: keyof Texts['actions']) => {
    await page.keyboard.press('ControlOrMeta+K')
    await page.keyboard.type(actions[action])
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: texts.ui.close }).waitFor()
  }
  for (const action of dialogs) {
    await open(action)
    if (action === 'members') {
      await page.getByRole('button', { name: texts.assistants.setUp, exact: true }).click()
      await page.getByLabel(texts.assistants.instructions).waitFor()
    }
    if (action === 'share') {
      await page.getByRole('button', { name: texts.shares.make }).click()
      await page.getByRole('button', { name: texts.shares.takeBack }).waitFor()
    }
    if (action === 'usage') await page.getByRole('dialog').locator('th, p').first().waitFor()
    await look(action)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
  await open('settings')
  for (const tab of tabs) {
    await page.getByRole('tab', { name: settings.tabs[tab] }).click()
    await look(`settings: ${tab}`)
  }
  await page.keyboard.press('Escape')
  if (await page.getByRole('button', { name: texts.conversations.show }).isVisible()) {
    await page.getByRole('button', { name: texts.conversations.show }).click()
    await page.getByRole('button', { name: texts.conversations.hide }).waitFor()
    await look('list')
  }
}
