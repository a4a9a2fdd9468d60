// npm run bench:page: how the page keeps up with a reply at 100 tokens a second in a conversation of 10,000 messages, all
// of them loaded, and how soon it can be used. By Chromium's own tracing. `--minutes N` (else 2) is how long it watches, a
// reply a minute: read at the end in odd minutes, scrolled up and down in even ones. What readers do not have on their
// machine, the services and the database, yields to the browser where both want a processor.
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { setPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Model } from '@parley/ai-worker/model'
import { startPostgres } from '@parley/local-postgres'
import { newId } from '@parley/protocol'
import { createStandalone } from '@parley/standalone'
import { pino } from 'pino'
import { openWindow, say, startBrowser } from './support/browser.ts'
import { only } from './support/parley.ts'
import { signUp } from './support/people.ts'
import { tracePage } from './support/trace.ts'

const [messages, tokensPerSecond, replySeconds, watchedSeconds] = [10_000, 100, 60, 40]
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '2' } } })
process.env.PARLEY_TEST_CHROMIUM ??= process.env.CHROMIUM ?? '/usr/bin/chromium'

const browser = await startBrowser()
const folder = await mkdtemp(join(tmpdir(), 'parley-page-'))
const postgres = await startPostgres(folder)
const parley = await createStandalone({
  databaseUrl: postgres.url,
  signingKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  host: '127.0.0.1',
  port: 0,
  models: only(createEndlessModel()),
  webFolder: join(import.meta.dirname, '../web/dist'),
  log: pino({ level: 'warn' }, pino.destination(2)),
  commandsPerSecond: 100_000,
  sendsPerMinute: 1_000_000,
})
const { page, context } = await openWindow(browser, parley.url, { viewport: { width: 1120, height: 760 } })
const devtools = await context.newCDPSession(page)
try {
  console.log(`usable when signed out: ${await untilUsable(() => page.getByLabel('Your name').fill('Ada'))}`)
  const { email, password, conversation } = await fill()
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Email address').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByText('Hello, Ada').waitFor()
  const writes = () => page.getByLabel('Message', { exact: true }).fill('Hello')
  console.log(`usable when signed in: ${await untilUsable(writes, `/c/${conversation}`)}`)
  await page.getByLabel('Message', { exact: true }).fill('')
  await loadAll()
  await yieldToBrowser()
  for (let minute = 1; minute <= Number(values.minutes); minute += 1) {
    await say(page, `Write, for minute ${minute}`)
    await page.locator('.writing').waitFor()
    const isReading = minute % 2 === 1
    const traced = await tracePage(browser, page, isReading ? () => sleep(watchedSeconds * 1_000) : scrollAbout)
    await page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached', timeout: 120_000 })
    console.log(
      `minute ${minute}, ${isReading ? 'at the end' : 'scrolling'}: ${JSON.stringify({ ...traced, heapMib: await heapMib() })}`,
    )
  }
} finally {
  await browser.close()
  await parley.close()
  await postgres.close()
  await rm(folder, { recursive: true, force: true })
}

/** Also Linux' weight of the whole session, which counts before that of a process: the browser has a session of its own. */
async function yieldToBrowser(): Promise<void> {
  setPriority(10)
  await writeFile('/proc/self/autogroup', '10').catch(() => {})
}

/** Writes Markdown of all kinds, at its pace. */
function createEndlessModel(): Model {
  const block =
    'Some **bold** words, `code`, and [a link](https://example.org) in a paragraph that goes on for a while.'
  const piece = `## A heading\n\n${`${block} `.repeat(4)}\n\n- one\n- two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n\`\`\`ts\nconst answer: number = 42\n\`\`\`\n\n`
  const words = piece.split(/(?<=\s)/)
  return {
    name: 'endless',
    takesPrefix: false,
    contextTokens: 8_000,
    async *write(_prompt, signal) {
      const startedAt = performance.now()
      for (let at = 0; at < replySeconds * tokensPerSecond; at += 1) {
        const waitMs = startedAt + (at * 1_000) / tokensPerSecond - performance.now()
        if (waitMs > 1) await sleep(waitMs, undefined, { signal })
        yield { text: words[at % words.length]! }
      }
      yield { usage: { inputTokens: 1, outputTokens: replySeconds * tokensPerSecond }, cut: false }
    },
    title: async () => 'Endless',
    summarise: async () => 'Much was said.',
  }
}

/** Until one can write into a field of the page, with a CPU four times slower and nothing cached: the median of 5 loads. */
async function untilUsable(write: () => Promise<void>, path = '/'): Promise<string> {
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const allMs: number[] = []
  for (let n = 0; n < 5; n += 1) {
    await devtools.send('Network.clearBrowserCache')
    await devtools.send('Storage.clearDataForOrigin', {
      origin: parley.url,
      storageTypes: 'cache_storage,service_workers,indexeddb',
    })
    await page.goto(path)
    await write()
    allMs.push(await page.evaluate(() => performance.now()))
  }
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  return `${allMs.sort((a, b) => a - b)[2]!.toFixed(0)} ms`
}

async function fill() {
  const { api, email, password, connect } = await signUp(parley.url, 'Ada')
  const conversation = newId()
  await api.createConversation({ id: conversation, title: 'The long one', assistant: 'off' })
  const { connection, opened, close } = connect({ onFrame: () => {} })
  await opened()
  const text = 'Some words that somebody wrote, with **a few** of them bold, and `some code`.\n\n'
  for (let n = 0; n < messages; n += 100) {
    const sends = Array.from({ length: 100 }, (_, at) => {
      const content = `${n + at + 1}. ${text.repeat(1 + (at % 4))}`
      return connection.request({ type: 'send', id: newId(), conversation, content })
    })
    await Promise.all(sends)
  }
  const [assistant] = (await api.getConversation(conversation)).conversation.assistants
  const { name, handle, instructions } = assistant!
  await api.putAssistant(conversation, assistant!.id, { name, handle, instructions, mode: 'always' })
  close()
  return { email, password, conversation }
}

/** Scrolls up until the first message is here, and back to the end. */
async function loadAll(): Promise<void> {
  const list = page.getByRole('list', { name: 'Messages' })
  await list.hover()
  const first = page.locator('[data-seq="2"], [data-seq="1"]')
  while ((await first.count()) === 0) {
    await page.mouse.wheel(0, -100_000)
    await page.evaluate(() => new Promise(requestAnimationFrame))
  }
  await page.getByRole('button', { name: /Newest|new message/ }).click()
  await list.locator(`ol[start="${messages}"]`).first().waitFor()
}

/** Up and down, as by a finger on a trackpad. */
async function scrollAbout(): Promise<void> {
  const { width, height } = page.viewportSize()!
  const gesture = { x: width / 2, y: height / 2, speed: 1_500, gestureSourceType: 'mouse' } as const
  for (let n = 0; n < 8; n += 1) {
    await devtools.send('Input.synthesizeScrollGesture', { ...gesture, yDistance: n % 2 === 0 ? 7_500 : -6_000 })
  }
}

async function heapMib(): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage')
  const { usedSize } = (await devtools.send('Runtime.getHeapUsage')) as { usedSize: number }
  return Math.round(usedSize / 1024 ** 2)
}
