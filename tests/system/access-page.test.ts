import { createRequire } from 'node:module'
import { ifChromium } from '@parley/testing'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import ar from '../../web/src/texts/ar.json' with { type: 'json' }
import de from '../../web/src/texts/de.json' with { type: 'json' }
import { message, openWindow, pointAt, say, scrollToTop, signUpOnPage } from '../support/browser.ts'
import { throughStates } from '../support/page-states.ts'
import { withPage } from '../support/page-suite.ts'

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** What axe-core finds wrong on the page that is shown, with where. */
async function faults(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe })
  const { violations } = await page.evaluate(() =>
    (globalThis as never as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  )
}

ifChromium('axe-core finds nothing wrong', () => {
  const suite = withPage()

  describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
    it('on any page and dialog', async () => {
      // The page's policy lets in no script of others, so none of the test either.
      const { page, context, errors } = await openWindow(suite.browser, suite.url, {
        colorScheme,
        bypassCSP: true,
        reducedMotion: 'reduce',
      })
      const found: Record<string, string[]> = {}
      const look = async (name: string) => {
        found[name] = await faults(page)
      }
      const dialog = async (name: string) => {
        await page.getByRole('dialog', { name }).waitFor()
        await look(name)
        await page.keyboard.press('Escape')
        await page.getByRole('dialog', { name }).waitFor({ state: 'detached' })
      }

      await page.goto('/')
      await page.getByLabel('Your name').waitFor()
      await look('sign up')
      await signUpOnPage(page, 'Ada Lovelace')
      await page.getByText('Hello, Ada').waitFor()
      await look('welcome')
      await page.getByRole('button', { name: 'New conversation' }).last().click()
      await page.getByText('Say something').waitFor()
      await look('empty conversation')
      await say(page, 'Show me Markdown')
      await page.getByRole('heading', { name: 'What the page can show' }).waitFor()
      await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' })
      await look('a reply')
      await scrollToTop(page)
      await pointAt(message(page, 'Show me Markdown').first())
      await look('actions')
      await page.getByRole('button', { name: 'Edit' }).click()
      await page.getByLabel('Edit the message').waitFor()
      await look('editing')
      await page.keyboard.press('Escape')
      await page.getByLabel('Message', { exact: true }).pressSequentially('/')
      await page.getByRole('listbox', { name: 'Suggestions' }).waitFor()
      await look('suggestions')
      await page.keyboard.press('Escape')
      await page.getByLabel('Message', { exact: true }).fill('')
      await page.getByRole('button', { name: 'Rename' }).or(page.getByTitle('Rename')).first().click()
      await page.getByLabel('Title').waitFor()
      await look('renaming')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /^Members/ }).click()
      await dialog('Members')
      await page.getByRole('button', { name: 'Invite people' }).click()
      await page.getByRole('button', { name: 'Make an invite link' }).click()
      await page.getByRole('region', { name: 'Links that work' }).waitFor()
      const link = await page.getByLabel('Invite link').inputValue()
      await dialog('Invite people')
      await page.getByRole('button', { name: 'Your use of the models' }).click()
      await dialog('Your use of the models')
      await page.getByRole('button', { name: 'Find and do' }).click()
      await dialog('Find and do')
      await page.getByLabel('Message', { exact: true }).blur()
      await page.keyboard.press('?')
      await dialog('Keyboard shortcuts')
      await page.keyboard.press('ControlOrMeta+K')
      await page.keyboard.type('appearance')
      await page.keyboard.press('Enter')
      await page.getByLabel('High').check()
      await dialog('Settings')
      await page.getByRole('button', { name: 'Settings' }).click()
      for (const tab of ['Profile', 'Password and sessions', 'Notifications', 'Your data']) {
        await page.getByRole('tab', { name: tab }).click()
        await page.getByRole('tabpanel', { name: tab }).waitFor()
        await look(tab)
      }
      await page.getByRole('button', { name: 'Import from ChatGPT' }).click()
      await dialog('Import from ChatGPT')
      await page.keyboard.press('ControlOrMeta+Shift+F')
      await page.getByLabel('Words in a message').fill('Markdown')
      await page.getByRole('option').first().waitFor()
      await dialog('Search')
      await page.keyboard.press('ControlOrMeta+K')
      await page.keyboard.type('Share publicly')
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Make a public link' }).click()
      await page.getByRole('region', { name: 'Links that work' }).waitFor()
      const shared = await page.getByLabel('Public link').inputValue()
      await dialog('Share publicly')
      await look('high contrast')
      await page
        .getByRole('navigation')
        .getByRole('button', { name: /^More for/ })
        .click()
      await page.getByRole('menu').waitFor()
      await look('menu')
      await page.keyboard.press('Escape')
      await pointAt(message(page, 'Show me Markdown').first())
      await page.getByRole('button', { name: 'More for this message' }).first().click()
      await page.getByRole('menu').waitFor()
      await look('menu of a message')
      await page.keyboard.press('Escape')
      await page.goto(shared)
      await page.getByRole('heading', { name: 'What the page can show' }).waitFor()
      await look('what is shared')
      await page.goto(link)
      await page.getByRole('button', { name: 'Join the conversation' }).waitFor()
      await look('an invite')
      await page.goto(link.slice(0, -3))
      await page.getByText('This link does not work').waitFor()
      await look('an invite that does not work')
      await page.goto(`/c/${'0'.repeat(8)}-0000-7000-8000-${'0'.repeat(12)}`)
      await page.getByText('This conversation is not here').waitFor()
      await look('no conversation')

      const wrong = Object.fromEntries(Object.entries(found).filter(([, faults]) => faults.length > 0))
      expect(wrong).toEqual({})
      expect(errors).toEqual([])
      await context.close()
    })
  })

  it.each([
    ['de', de],
    ['ar', ar as never],
  ])('on any page and dialog in %s', async (locale, texts) => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url, {
      locale,
      bypassCSP: true,
      reducedMotion: 'reduce',
    })
    const found: Record<string, string[]> = {}
    await throughStates(page, texts, async (state) => {
      found[state] = await faults(page)
    })
    expect(Object.values(found).flat()).toEqual([])
    expect(Object.keys(found)).toContain('settings: data')
    expect(errors).toEqual([])
    await context.close()
  })
})
