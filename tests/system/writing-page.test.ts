import { ifChromium } from '@parley/testing'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { inviteLink, message, openWindow, say, scroll, signUpOnPage } from '../support/browser.ts'
import { withPage } from '../support/page-suite.ts'

const field = (page: Page) => page.getByLabel('Message', { exact: true })
const hasFocus = (page: Page) =>
  expect.poll(() => field(page).evaluate((each) => each === document.activeElement)).toBe(true)
const suggestions = (page: Page) => page.getByRole('listbox', { name: 'Suggestions' })

ifChromium('whoever writes', () => {
  const suite = withPage()

  /** A window in which Ada has a conversation of her own. */
  async function ada() {
    const window = await openWindow(suite.browser, suite.url)
    await window.page.goto('/')
    await signUpOnPage(window.page, 'Ada Lovelace')
    await window.page.getByRole('button', { name: 'New conversation' }).last().click()
    await window.page.getByText('Say something').waitFor()
    return window
  }

  it('finds what was begun in each conversation again, after a reload too', async () => {
    const { page, context, errors } = await ada()
    const first = page.url()
    await field(page).fill('half a thought')
    await page.keyboard.press('ControlOrMeta+Shift+O')
    await page.waitForURL((url) => url.href !== first)
    await field(page).and(page.locator(':text-is("")')).waitFor()
    await field(page).fill('another one')
    await page.reload()
    await expect.poll(() => field(page).inputValue()).toBe('another one')
    await page.goto(first)
    await expect.poll(() => field(page).inputValue()).toBe('half a thought')
    await page.keyboard.press('Escape')
    await field(page).press('Enter')
    await message(page, 'half a thought').waitFor()
    await page.reload()
    await message(page, 'half a thought').waitFor()
    expect(await field(page).inputValue()).toBe('')
    await field(page).fill('nobody else’s business')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Your name').waitFor()
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain('business')
    expect(errors).toEqual([])
    await context.close()
  })

  it('edits the last message with ↑, and goes on writing', async () => {
    const { page, context, errors } = await ada()
    await page.getByRole('button', { name: /^Members/ }).click()
    await page.keyboard.press('Escape')
    await say(page, 'see you on Tusday')
    await message(page, 'see you on Tusday').waitFor()
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' })
    await field(page).press('ArrowUp')
    const edit = page.getByLabel('Edit the message')
    await expect.poll(() => edit.inputValue()).toBe('see you on Tusday')
    await edit.fill('see you on Tuesday')
    await page.getByRole('button', { name: 'Only correct it' }).click()
    await message(page, 'see you on Tuesday').waitFor()
    await hasFocus(page)
    await page.keyboard.type('bye')
    expect(await field(page).inputValue()).toBe('bye')
    await field(page).press('ArrowUp') // there is a text to move in
    expect(await edit.count()).toBe(0)
    expect(errors).toEqual([])
    await context.close()
  })

  it('is offered assistants and people at @, commands at / and emoji at :', async () => {
    const { page, context, errors } = await ada()
    await field(page).pressSequentially('thanks @as')
    await suggestions(page).getByRole('option', { name: '@assistant' }).waitFor()
    await page.keyboard.press('Enter')
    expect(await field(page).inputValue()).toBe('thanks @assistant ')
    await field(page).pressSequentially('and @lov')
    await suggestions(page).getByRole('option', { name: '@Ada Lovelace' }).click()
    expect(await field(page).inputValue()).toBe('thanks @assistant and @Ada Lovelace ')
    await field(page).pressSequentially(':tad')
    await suggestions(page).getByRole('option', { name: ':tada:' }).waitFor()
    await page.keyboard.press('Tab')
    expect(await field(page).inputValue()).toBe('thanks @assistant and @Ada Lovelace 🎉 ')
    await field(page).fill('')
    await field(page).pressSequentially('/mem')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Members' }).waitFor()
    await page.keyboard.press('Escape')
    expect(await field(page).inputValue()).toBe('')
    await field(page).pressSequentially('/nothing like that')
    await page.keyboard.press('Enter')
    await message(page, '/nothing like that').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('puts a text file that is dropped into the message as code, and is told of one that is no text', async () => {
    const { page, context, errors } = await ada()
    const drop = async (name: string, bytes: number[]) => {
      const data = await page.evaluateHandle(
        ([name, bytes]) => {
          const transfer = new DataTransfer()
          transfer.items.add(new File([new Uint8Array(bytes)], name))
          return transfer
        },
        [name, bytes] as const,
      )
      await field(page).dispatchEvent('drop', { dataTransfer: data })
    }
    await drop('fence.md', [...Buffer.from('a ```` fence\n')])
    await expect.poll(() => field(page).inputValue()).toBe('`````md\na ```` fence\n`````\n')
    await drop('picture.png', [0x89, 0x50, 0x4e, 0x47, 0])
    await page.getByText('Only text files that are not too long can be put into a message, not picture.png.').waitFor()
    expect(errors).toEqual([])
    await context.close()
  })

  it('sees code in the colours of its language and of the theme, and as it is where nobody knows the language', async () => {
    const { page, context, errors } = await ada()
    const colours = (text: string) =>
      page
        .locator('.prose pre span', { hasText: text })
        .evaluateAll((spans) => [...new Set(spans.map((each) => getComputedStyle(each).color))])
    await say(page, "```ts\nconst answer: string = 'yes' // no\n```\n\n```klingon\nQapla nuqneH\n```")
    const words = ['const', "'yes'", '// no']
    const all = async () => (await Promise.all(words.map(async (each) => (await colours(each)).at(-1)))) as string[]
    await expect.poll(async () => new Set(await all()).size).toBe(words.length)
    const light = await all()
    expect(await colours('Qapla')).toHaveLength(1)
    await page.emulateMedia({ colorScheme: 'dark' })
    const dark = await all()
    expect(new Set(dark).size).toBe(words.length)
    for (const [at, colour] of dark.entries()) expect(colour).not.toBe(light[at])
    expect(errors).toEqual([])
    await context.close()
  })

  it('sees who has read, where the new messages begin and how many have come, and in the title where there are some', async () => {
    const { page, context, errors } = await ada()
    const grace = await openWindow(suite.browser, suite.url)
    await grace.page.goto(await inviteLink(page))
    await signUpOnPage(grace.page, 'Grace')
    await grace.page.getByRole('button', { name: 'Join the conversation' }).click()
    for (let n = 1; n <= 20; n += 1) await say(grace.page, `line ${n}\n\nand more`)
    await message(page, 'line 20').waitFor()
    await grace.page.getByText('Seen by Ada Lovelace').waitFor()
    expect(await page.getByText('New', { exact: true }).count(), 'what comes while one looks').toBe(0)

    await scroll(page, -10_000)
    await page.getByRole('button', { name: 'Newest' }).waitFor()
    await say(grace.page, 'one more')
    await page.getByRole('button', { name: '1 new message' }).click()
    await message(page, 'one more').waitFor()
    await page.getByRole('button', { name: /new message|Newest/ }).waitFor({ state: 'detached' })

    await page.getByRole('link', { name: 'Parley' }).click()
    await say(grace.page, 'where are you?')
    await expect.poll(() => page.title()).toBe('(1) Parley')
    await page.goBack()
    await page.getByText('New', { exact: true }).waitFor()
    await expect.poll(() => page.title()).not.toContain('(1)')
    expect(errors).toEqual([])
    await context.close()
    await grace.context.close()
  })

  it('does the whole job by keyboard alone', async () => {
    const { page, context, errors } = await openWindow(suite.browser, suite.url)
    await page.goto('/')
    await page.getByLabel('Your name').waitFor()
    const type = async (text: string) => {
      await page.keyboard.press('Tab')
      await page.keyboard.type(text)
    }
    await page.getByLabel('Your name').focus()
    await page.keyboard.type('Ada')
    await type(`keys-${Date.now()}@example.org`)
    await type('correct horse battery')
    await page.keyboard.press('Enter')
    await page.getByText('Hello, Ada').waitFor()
    await page.keyboard.press('ControlOrMeta+Shift+O')
    await page.getByText('Say something').waitFor()
    await hasFocus(page)
    await page.keyboard.type('What can you do?')
    await page.keyboard.press('Enter')
    await message(page, 'What can you do?').first().waitFor()
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached' })
    await page.keyboard.type('/rename')
    await page.keyboard.press('Enter')
    await page.getByLabel('Title').waitFor()
    await page.keyboard.press('ControlOrMeta+A')
    await page.keyboard.type('By keyboard')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'By keyboard' }).waitFor()
    await page.keyboard.press('ControlOrMeta+Shift+O')
    await page.getByText('Say something').waitFor()
    await page.keyboard.press('ControlOrMeta+K')
    await page.keyboard.type('keyb')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'By keyboard' }).waitFor()
    await page.keyboard.press('Alt+ArrowDown')
    await page.keyboard.press('Escape')
    expect(errors).toEqual([])
    await context.close()
  })
})
