import { createDemoModel } from '@parley/ai-worker/model'
import { newId } from '@parley/protocol'
import { ifChromium } from '@parley/testing'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openWindow, signInOnPage, signUpOnPage, startBrowser } from '../support/browser.ts'
import { startIdentityProvider } from '../support/identity-provider.ts'
import { startMailServer } from '../support/letters.ts'
import { only, startParley } from '../support/parley.ts'

const password = 'correct horse battery'

ifChromium('whoever shows who they are', () => {
  let parley: Awaited<ReturnType<typeof startParley>>
  let mail: Awaited<ReturnType<typeof startMailServer>>
  let provider: Awaited<ReturnType<typeof startIdentityProvider>>
  let browser: Browser
  let origin: string
  /** What the provider says of whom it lets in. */
  const known = new Map<string, { email: string; email_verified: boolean; name: string }>()

  beforeAll(async () => {
    mail = await startMailServer()
    provider = await startIdentityProvider((login) => known.get(login)!)
    const { issuer, clientId, clientSecret } = provider
    parley = await startParley({
      models: only(createDemoModel(500)),
      identity: {
        publicUrl: undefined,
        mail: { url: mail.url, from: 'Parley <parley@example.org>' },
        requireVerifiedEmail: false,
        leakedPasswordsUrl: undefined,
        privateHosts: [],
        provider: { name: 'Example', issuer, clientId, clientSecret },
      },
    })
    origin = parley.url.replace('127.0.0.1', 'localhost') // passkeys belong to names, not to addresses
    provider.setUp(`${origin}/api/v1/sessions/provider`)
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await parley.stop()
    await provider.stop()
    await mail.stop()
  })

  async function ada() {
    const window = await openWindow(browser, origin)
    await window.page.goto('/')
    const email = await signUpOnPage(window.page, 'Ada')
    await window.page.getByText('Hello, Ada').waitFor()
    return { ...window, email }
  }

  async function settings(page: Page, tab: string): Promise<void> {
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('tab', { name: tab }).click()
  }

  async function signOut(page: Page): Promise<void> {
    await page.keyboard.press('Escape')
    await page.keyboard.press('ControlOrMeta+k')
    await page.getByRole('combobox').fill('Sign out')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
  }

  /** A passkey's home: what a fingerprint reader is to a laptop. */
  async function plugIn(page: Page) {
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    return { devtools, authenticatorId }
  }

  it('signs in by a passkey, without saying who they are, until it is removed', async () => {
    const { page, context, errors } = await ada()
    const { devtools, authenticatorId } = await plugIn(page)
    await settings(page, 'Password and sessions')
    await page.getByLabel('Your password, to confirm').fill(password)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    const passkeys = page.getByRole('region', { name: 'Passkeys' })
    await passkeys.getByRole('button', { name: 'Remove' }).waitFor()
    const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
    expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }])
    await signOut(page)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByText('Hello, Ada').waitFor()
    await settings(page, 'Password and sessions')
    await passkeys.getByText('last used').waitFor()
    await passkeys.getByRole('button', { name: 'Remove' }).click()
    await passkeys.getByRole('button', { name: 'Remove' }).waitFor({ state: 'detached' })
    await signOut(page)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByText('This passkey was not accepted.').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('is not let in by a passkey whose owner does not show that it is them', async () => {
    const { page, context } = await ada()
    const { devtools, authenticatorId } = await plugIn(page)
    await settings(page, 'Password and sessions')
    await page.getByLabel('Your password, to confirm').fill(password)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByRole('region', { name: 'Passkeys' }).getByRole('button', { name: 'Remove' }).waitFor()
    await signOut(page)
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByText('This passkey was not accepted.').waitFor()
    await context.close()
  })

  async function atProvider(page: Page, login: string): Promise<void> {
    await page.getByPlaceholder('Enter any login').fill(login)
    await page.getByPlaceholder('and password').fill('any')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
  }

  it('signs in at the provider, with a name from there, and again', async () => {
    const login = newId()
    known.set(login, { email: `${login}@example.org`, email_verified: true, name: 'Grace Hopper' })
    for (let visit = 0; visit < 2; visit += 1) {
      const { page, context, errors } = await openWindow(browser, origin)
      await page.goto('/')
      await page.getByRole('button', { name: 'Continue with Example' }).click()
      await atProvider(page, login)
      await page.getByText('Hello, Grace').waitFor()
      expect(new URL(page.url()).pathname).toBe('/')
      expect(errors).toEqual([])
      await context.close()
    }
  })

  it('is told why the provider’s word is not enough for an account that is there', async () => {
    const { email, context: adas } = await ada()
    const login = newId()
    known.set(login, { email, email_verified: true, name: 'Not Ada' })
    const { page, context } = await openWindow(browser, origin)
    await page.goto('/')
    await page.getByRole('button', { name: 'Continue with Example' }).click()
    await atProvider(page, login)
    await page.getByText('There is an account with this email address already').waitFor()
    await context.close()
    await adas.close()
  })

  it('adds the provider to an account, and then signs in by it', async () => {
    const { page, context, errors } = await ada()
    const login = newId()
    known.set(login, { email: `${login}@elsewhere.example`, email_verified: false, name: 'Countess' })
    await settings(page, 'Password and sessions')
    await page.getByLabel('Your password, to confirm').fill(password)
    await page.getByRole('button', { name: 'Connect Example' }).click()
    await atProvider(page, login)
    await page.getByText('Hello, Ada').waitFor()
    await signOut(page)
    await page.getByRole('button', { name: 'Continue with Example' }).click()
    await page.getByText('Hello, Ada').waitFor() // the provider knows this browser by now
    expect(errors).toEqual([])
    await context.close()
  })

  it('chooses another password by the link in a letter, and is signed out everywhere', async () => {
    const { page, context, email, errors } = await ada()
    const other = await openWindow(browser, origin)
    await other.page.goto('/')
    await other.page.getByRole('button', { name: 'Sign in' }).click()
    await other.page.getByRole('button', { name: 'Forgot your password?' }).click()
    await other.page.getByLabel('Email address').fill(email)
    await other.page.getByRole('button', { name: 'Send me a link' }).click()
    await other.page.getByText(`If there is an account of ${email}`).waitFor()
    await other.page.goto(await mail.linkTo(email, /new password/))
    await other.page.getByLabel('Password').fill('another horse battery')
    await other.page.getByRole('button', { name: 'Save' }).click()
    await other.page.getByText('The password is changed').waitFor()
    await page.getByRole('heading', { name: 'Welcome to Parley' }).waitFor()
    await other.page.getByRole('button', { name: 'Sign in' }).click()
    await signInOnPage(other.page, email)
    await other.page.getByText('do not belong together').waitFor()
    await other.page.getByLabel('Password').fill('another horse battery')
    await other.page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await other.page.getByText('Hello, Ada').waitFor()
    expect([...errors, ...other.errors]).toEqual([])
    await context.close()
    await other.context.close()
  })

  it('shows by the link in a letter that the address is theirs', async () => {
    const { page, context, email, errors } = await ada()
    await settings(page, 'Profile')
    await page.getByText('Nobody has shown yet').waitFor()
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await page.getByText('A letter with a link is on its way.').waitFor()
    const link = await mail.linkTo(email, /your email address/)
    await page.goto(link)
    await page.getByText('This address is yours.').waitFor()
    await page.goto(link)
    await page.getByText('This link does not work').waitFor()
    await page.goto('/')
    await settings(page, 'Profile')
    await page.getByText(`You sign in as ${email}`).waitFor()
    expect(await page.getByText('Nobody has shown yet').count()).toBe(0)
    expect(errors).toEqual([])
    await context.close()
  })

  it('makes a token for a script, which acts in their name until it is ended', async () => {
    const { page, context, errors } = await ada()
    await settings(page, 'Your data')
    await page.getByLabel('What it is for').fill('A bot')
    await page.getByText('Read and write', { exact: true }).click()
    await page.getByLabel('Your password, to confirm').fill(password)
    await page.getByRole('button', { name: 'Make a token' }).click()
    const token = await page.getByLabel('The token').inputValue()
    const ask = (path: string, init: RequestInit = {}) =>
      fetch(`${parley.url}/api/v1${path}`, { ...init, headers: { authorization: `Bearer ${token}` } })
    expect(await (await ask('/me')).json()).toMatchObject({ name: 'Ada' })
    expect((await ask('/tickets', { method: 'POST' })).status).toBe(201)
    expect((await ask('/tokens')).status).toBe(403)
    await page.getByRole('region', { name: 'Tokens for scripts' }).getByRole('button', { name: 'End' }).click()
    await page.getByText('A bot').waitFor({ state: 'detached' })
    await expect.poll(async () => (await ask('/me')).status).toBe(401)
    expect(errors).toEqual([])
    await context.close()
  })
})

ifChromium('whoever comes to an installation that wants to know whose addresses are', () => {
  let parley: Awaited<ReturnType<typeof startParley>>
  let mail: Awaited<ReturnType<typeof startMailServer>>
  let browser: Browser
  beforeAll(async () => {
    mail = await startMailServer()
    parley = await startParley({
      models: only(createDemoModel(500)),
      identity: {
        publicUrl: undefined,
        mail: { url: mail.url, from: 'Parley <parley@example.org>' },
        requireVerifiedEmail: true,
        leakedPasswordsUrl: undefined,
        privateHosts: [],
        provider: undefined,
      },
    })
    browser = await startBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await parley.stop()
    await mail.stop()
  })

  it('is in after following the link in the letter, and not before', async () => {
    const { page, context, errors } = await openWindow(browser, parley.url)
    await page.goto('/')
    const email = await signUpOnPage(page, 'Ada')
    await page.getByText('Follow the link in the letter').waitFor()
    await page.reload()
    await page.getByText('Follow the link in the letter').waitFor()
    await page.goto(await mail.linkTo(email, /your email address/))
    await page.getByRole('button', { name: 'To Parley' }).click()
    await page.getByText('Hello, Ada').waitFor()
    await page.getByRole('button', { name: 'New conversation' }).last().click()
    await page.getByText('Say something').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })
})
