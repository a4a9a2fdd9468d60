import { ifChromium } from '@parley/testing'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import ar from '../../web/src/texts/ar.json' with { type: 'json' }
import de from '../../web/src/texts/de.json' with { type: 'json' }
import en from '../../web/src/texts/en.json' with { type: 'json' }
import { message, openWindow } from '../support/browser.ts'
import { signUpIn, type Texts, throughStates } from '../support/page-states.ts'
import { withPage } from '../support/page-suite.ts'

const languages: [string, Texts][] = [
  ['en', en],
  ['de', de],
  ['ar', ar as never],
]
/** What is written in Latin letters in every language: names, formats and keys. */
const latinEverywhere =
  /Parley|Ada|Lovelace|English|Deutsch|@?assistant\b|Markdown|ChatGPT|JSON|UTC|conversations\.json|Ctrl|Shift|Alt|Enter|Escape|Chrome|Linux|demo|https?:\S+|[\w-]+@example\.org/gi

/** What reaches over an edge of the window, or has to be scrolled sideways to be read; what people wrote may. */
function overEdges(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const overflow = (element: Element) => getComputedStyle(element).overflowX
    const isClipped = (element: Element): boolean =>
      element !== document.body && (overflow(element) !== 'visible' || isClipped(element.parentElement!))
    const isSeen = (element: Element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    const all = [...document.body.querySelectorAll('*')].filter(
      (element) => isSeen(element) && !element.closest('.prose'),
    )
    return all.flatMap((element) => {
      const { left, right, width } = element.getBoundingClientRect()
      const isOver = width > 1 && (left < -1 || right > innerWidth + 1) && !isClipped(element.parentElement!)
      const isSideways = overflow(element) === 'auto' && element.scrollWidth > element.clientWidth + 1
      return isOver || isSideways
        ? [`${Math.round(left)} to ${Math.round(right)}: ${element.outerHTML.slice(0, 160)}`]
        : []
    })
  })
}

/** All that is read or heard on the page outside of messages. */
function textsOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.querySelector('dialog[open]') ?? document.body
    const all = [...root.querySelectorAll('*')].filter((element) => !element.closest('.prose, nav a, script, style'))
    return all.flatMap((element) => {
      const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
      const named = ['aria-label', 'title', 'placeholder', 'alt'].map((name) => element.getAttribute(name))
      return [...own.map(({ textContent }) => textContent), ...named].filter((text): text is string => !!text?.trim())
    })
  })
}

ifChromium('whoever reads another language', () => {
  const suite = withPage()

  it('gets the page in the browser’s language, and in the one they choose from then on', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url, { locale: 'de-AT' })
    await page.goto('/')
    await page.getByRole('heading', { name: 'Willkommen bei Parley' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await page.getByLabel('Sprache').selectOption('English')
    await page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
    await page.getByLabel('Language').selectOption('Deutsch')
    await signUpIn(page, de)
    await page.getByText('Hallo, Ada').waitFor()
    await page.getByRole('button', { name: 'Einstellungen' }).click()
    await page.getByRole('tab', { name: 'Aussehen' }).click()
    await page.getByLabel('العربية').click()
    const chosen = page.getByRole('dialog', { name: 'الإعدادات' }).getByLabel('العربية')
    await expect.poll(() => chosen.evaluate((radio) => radio === document.activeElement)).toBe(true)
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl')
    await page.reload()
    await page.getByText('مرحبًا، ').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('is told in it what went wrong', async () => {
    const { page, context } = await openWindow(suite.browser, suite.url, { locale: 'de' })
    await page.goto('/')
    await page.getByRole('button', { name: 'Anmelden' }).click()
    await page.getByLabel('E-Mail-Adresse').fill('nobody@example.org')
    await page.getByLabel('Passwort').fill('correct horse battery')
    await page.getByRole('button', { name: 'Anmelden', exact: true }).click()
    await page.getByText('Diese E-Mail-Adresse und dieses Passwort gehören nicht zusammen.').waitFor()
    await context.close()
  })

  it('finds nothing on the page in English', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url, { locale: 'ar' })
    const foreign: Record<string, string[]> = {}
    await throughStates(page, ar as never, async (state) => {
      const texts = await textsOn(page)
      expect(texts.length, state).toBeGreaterThan(3)
      const latin = texts.filter((text) => /[a-z]{2}/i.test(text.replace(latinEverywhere, '')))
      if (latin.length > 0) foreign[state] = latin
    })
    expect(foreign).toEqual({})
    expect(errors).toEqual([])
    await context.close()
  })

  it('reads from right to left, and each message in its own direction', async () => {
    const viewport = { width: 1120, height: 3000 } // so that all messages are on the page
    const { page, context, errors } = await openWindow(suite.browser, suite.url, { locale: 'ar', viewport })
    await page.goto('/')
    await signUpIn(page, ar as never)
    await page.getByRole('button', { name: ar.actions.new, exact: true }).last().click()
    const left = async (of: ReturnType<Page['locator']>) => (await of.boundingBox())!.x
    expect(await left(page.getByRole('navigation'))).toBeGreaterThan(await left(page.getByRole('main')))
    expect(await left(page.getByLabel(ar.composer.message, { exact: true }))).toBeGreaterThan(
      await left(page.getByRole('button', { name: ar.composer.send, exact: true })),
    )
    const said = { ltr: 'Hello, there.', rtl: ar.welcome.suggestions.what }
    for (const text of Object.values(said)) {
      await page.getByLabel(ar.composer.message, { exact: true }).fill(text)
      await page.keyboard.press('Enter')
    }
    const eachInItsOwn = async () => {
      for (const [direction, text] of Object.entries(said)) {
        const words = message(page, text).locator('p').first()
        await words.waitFor()
        await expect.poll(() => words.evaluate((element) => getComputedStyle(element).direction)).toBe(direction)
      }
    }
    await eachInItsOwn()
    await page.evaluate(() => localStorage.setItem('parley:language', 'en'))
    await page.reload()
    await page.getByLabel('Message', { exact: true }).waitFor()
    expect(await page.locator('html').getAttribute('dir')).toBe('ltr')
    await eachInItsOwn()
    expect(errors).toEqual([])
    await context.close()
  })
})

ifChromium('whoever has a small screen', () => {
  const suite = withPage()

  describe.each(languages)('in %s', (locale, texts) => {
    it('finds all of the page within 320 pixels', async () => {
      const viewport = { width: 320, height: 640 }
      const { page, context, errors } = await openWindow(suite.browser, suite.url, { locale, viewport })
      const over: Record<string, string[]> = {}
      await throughStates(page, texts, async (state) => {
        const found = await overEdges(page)
        if (found.length > 0) over[state] = found
      })
      expect(over).toEqual({})
      expect(errors).toEqual([])
      await context.close()
    })
  })
})
