import { ifChromium } from '@parley/testing'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { message, openWindow, say, signInOnPage, signUpOnPage } from '../support/browser.ts'
import { withPage } from '../support/page-suite.ts'

/** All that the browser keeps of the page, by its keys. */
function keptIn(page: Page): Promise<string> {
  return page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const opening = indexedDB.open('keyval-store')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const database = opening.result
          if (!database.objectStoreNames.contains('keyval')) return resolve(JSON.stringify({ ...localStorage }))
          const store = database.transaction('keyval').objectStore('keyval')
          const [keys, values] = [store.getAllKeys(), store.getAll()]
          values.onsuccess = () => {
            database.close()
            resolve(JSON.stringify([keys.result.map((key, at) => [key, values.result[at]]), { ...localStorage }]))
          }
        }
      }),
  )
}

const conversations = (page: Page) => page.getByRole('navigation', { name: 'Conversations' })

ifChromium('whoever has no network', () => {
  const suite = withPage()

  /** A page that can do without a network from now on, with a new conversation. */
  async function begin() {
    const window = await openWindow(suite.browser, suite.url)
    await window.page.goto('/')
    await signUpOnPage(window.page, 'Ada')
    await window.page.getByText('Hello, Ada').waitFor()
    await window.page.evaluate(() => navigator.serviceWorker.ready)
    await window.page.getByRole('button', { name: 'New conversation' }).last().click()
    return window
  }

  it('opens the page with the conversations that were read, writes, and has it sent once there is one', async () => {
    const { page, context, errors } = await begin()
    await page.getByText('Say something').waitFor()
    await say(page, 'Show me Markdown')
    await page.getByRole('heading', { name: 'What the page can show' }).waitFor()
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' })
    const list = page.getByRole('navigation', { name: 'Conversations' })
    await list.getByRole('link', { name: 'Show me Markdown' }).waitFor()
    await page.reload() // by now through the service worker
    await page.getByRole('heading', { name: 'What the page can show' }).waitFor()
    await page.getByRole('link', { name: 'Parley', exact: true }).click() // what was open is kept at once
    await page.getByText('Hello, Ada').waitFor()
    await expect.poll(() => keptIn(page)).toMatch(/"conversation:.*What the page can show.*"list".*Show me Markdown/)

    await context.setOffline(true)
    await page.reload()
    await list.getByRole('link', { name: 'Show me Markdown' }).click()
    await page.getByRole('heading', { name: 'What the page can show' }).waitFor()
    await page
      .getByRole('status')
      .filter({ hasText: /connect|offline/i })
      .first()
      .waitFor()
    await say(page, 'Written on a train')
    await page.locator('[data-outgoing]', { hasText: 'Written on a train' }).waitFor()
    await context.setOffline(false)
    await message(page, 'Written on a train').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('writes, closes the page, and has it sent once it opens it again, from wherever it does', async () => {
    const { page, context, errors } = await begin()
    await say(page, 'Before the tunnel')
    await conversations(page).getByRole('link', { name: 'Before the tunnel' }).waitFor()

    await context.setOffline(true)
    for (const text of ['In the tunnel', 'Still in it']) {
      await say(page, text)
      await page.locator('[data-outgoing]', { hasText: text }).waitFor()
    }
    // Another conversation, and back: it is still on its way.
    await page.getByRole('link', { name: 'Parley', exact: true }).click()
    await page.getByText('Hello, Ada').waitFor()
    await conversations(page).getByRole('link', { name: 'Before the tunnel' }).click()
    await page.locator('[data-outgoing]', { hasText: 'Still in it' }).waitFor()
    await expect.poll(() => keptIn(page)).toMatch(/"outgoing:.*In the tunnel.*"outgoing:.*Still in it/)
    await page.close()

    await context.setOffline(false)
    const again = await context.newPage()
    await again.goto('/')
    await again.getByText('Hello, Ada').waitFor()
    await expect.poll(() => keptIn(again)).not.toMatch('outgoing:')
    await conversations(again).getByRole('link', { name: 'Before the tunnel' }).click()
    await message(again, 'Still in it').waitFor()
    expect(await again.locator('[data-outgoing]').count()).toBe(0)
    // What the log has is kept: both, in their order, once.
    const said = async () => (await keptIn(again)).match(/"content":"(In the tunnel|Still in it)"/g)
    await expect.poll(said).toEqual(['"content":"In the tunnel"', '"content":"Still in it"'])
    expect(errors).toEqual([])
    await context.close()
  })

  it('leaves nothing behind in the browser when it signs out, nor when it is signed out from elsewhere', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url)
    await page.goto('/')
    const email = await signUpOnPage(page, 'Ada')
    const device = await openWindow(suite.browser, suite.url)
    await device.page.goto('/')
    await signInOnPage(device.page, email)
    await page.getByText('Hello, Ada').waitFor()
    await page.getByRole('button', { name: 'New conversation' }).last().click()
    await page.getByText('Say something').waitFor()
    await say(page, 'A secret')
    for (const each of [page, device.page]) {
      await each.getByRole('link', { name: /A secret/ }).click()
      await message(each, 'A secret').first().waitFor()
      await expect.poll(() => keptIn(each), { timeout: 10_000 }).toMatch(/"conversation:.*A secret/)
    }
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('tab', { name: 'Password and sessions' }).click()
    await page.getByRole('button', { name: 'Sign out there' }).click()
    await device.page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
    expect(await keptIn(device.page)).not.toMatch(/A secret|Ada/)
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
    expect(await keptIn(page)).not.toMatch(/A secret|Ada/)
    expect([...errors, ...device.errors]).toEqual([])
    await context.close()
    await device.context.close()
  })

  it('is told when a part of the page does not come, and loads it again', async () => {
    const { page, context } = await openWindow(suite.browser, suite.url)
    await page.route('**/assets/page-*.js', (route) => route.abort('connectionreset'))
    await page.goto('/')
    await page.getByText('Parley is not here yet.').waitFor()
    await page.unroute('**/assets/page-*.js')
    await page.getByRole('link', { name: 'Load it again' }).click()
    await page.getByLabel('Your name').waitFor()
    expect(await page.getByText('Parley is not here yet.').count()).toBe(0)
    await context.close()
  })

  it('can install the page', async () => {
    const manifest = await (await fetch(`${suite.url}/manifest.json`)).json()
    expect(manifest).toMatchObject({ name: 'Parley', display: 'standalone', start_url: '/' })
    for (const { src } of manifest.icons) expect((await fetch(`${suite.url}${src}`)).status).toBe(200)
    const { page, context } = await openWindow(suite.browser, suite.url)
    await page.goto('/')
    const devtools = await context.newCDPSession(page)
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors')
    expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([])
    await context.close()
  })

  it('reads a conversation before its live connection is there, and is live as soon as it is', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url)
    await page.goto('/')
    await signUpOnPage(page, 'Ada')
    await page.getByRole('button', { name: 'New conversation' }).last().click()
    await say(page, 'Written before')
    await message(page, 'Written before').waitFor()
    const second = await context.newPage()
    let goOn = () => {}
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve
    })
    await second.routeWebSocket(/\/ws/, async (socket) => {
      await mayGoOn
      socket.connectToServer()
    })
    await second.goto(page.url())
    await second.evaluate(() => indexedDB.deleteDatabase('keyval-store'))
    await second.reload()
    await message(second, 'Written before').waitFor()
    await second.getByText('Connecting …').waitFor()
    await say(page, 'Written meanwhile')
    await message(page, 'Written meanwhile').waitFor()
    expect(await message(second, 'Written meanwhile').count()).toBe(0)
    goOn()
    await message(second, 'Written meanwhile').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('goes on with the page where a part of it cannot be loaded, and gets it by loading anew', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url, { serviceWorkers: 'block' })
    const part = '**/assets/settings-dialog-*.js'
    await page.route(part, (route) => route.abort())
    await page.goto('/')
    await signUpOnPage(page, 'Ada')
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('alert').getByText('Parley cannot be reached at the moment.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'New conversation' }).last().click()
    await say(page, 'It goes on')
    await message(page, 'It goes on').waitFor()
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('alert').getByText('Parley cannot be reached at the moment.').waitFor()
    await page.unroute(part)
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('alert').waitFor({ state: 'detached' })
    await message(page, 'It goes on').waitFor()
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('dialog', { name: 'Settings' }).waitFor()
    expect(errors).toEqual([])
    await context.close()
  })
})
