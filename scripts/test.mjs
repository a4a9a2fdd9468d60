// npm test: sets up what is missing and runs every suite that can run here. Without a Docker engine, or without
// Chromium, it says which suites it leaves out; with REQUIRE_DOCKER=1 it fails instead. Arguments go to Vitest.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDependencies, ensureNode, ensurePage, fail, root, run, say, withNode } from './setup.mjs'

const required = process.env.REQUIRE_DOCKER === '1'
const docker = spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 20_000 }).status === 0
const chromium = findChromium()
if (!docker) {
  const what = 'the suites of Redis, NATS and Docker Compose'
  if (required) fail(`No Docker engine answers, and REQUIRE_DOCKER=1 asks for ${what}.`)
  say(`no Docker engine answers: ${what} are skipped`)
}
if (!chromium) {
  if (required) fail('There is no Chromium, and REQUIRE_DOCKER=1 asks for the suites of the page.')
  say('there is no Chromium (set CHROMIUM to its path): the suites of the page are skipped')
}

const node = await ensureNode()
await ensureDependencies(node)
await ensurePage(node)

const folder = mkdtempSync(join(tmpdir(), 'parley-results-'))
const results = join(folder, 'results.json')
const code = await run(
  node,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}`,
    ...process.argv.slice(2),
  ],
  {
    env: {
      ...withNode(node),
      TESTCONTAINERS_RYUK_DISABLED: process.env.TESTCONTAINERS_RYUK_DISABLED ?? 'true', // suites stop what they start
      ...(docker && { PARLEY_TEST_DOCKER: '1' }),
      ...(chromium && { PARLEY_TEST_CHROMIUM: chromium }),
    },
  },
)
const {
  numPassedTests = 0,
  numFailedTests = 0,
  numPendingTests = 0,
  numFailedTestSuites = 0,
} = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')) : {}
rmSync(folder, { recursive: true, force: true })
const failed = numFailedTests || (code === 0 ? 0 : Math.max(1, numFailedTestSuites))
if (required && numPendingTests > 0) say('with REQUIRE_DOCKER=1 nothing may be skipped')
process.stdout.write(`${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped\n`)
process.exit(code || (required && numPendingTests > 0 ? 1 : 0))

function findChromium() {
  for (const name of [process.env.CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome']) {
    if (!name) continue
    if (name.includes('/')) {
      if (existsSync(name)) return name
      continue
    }
    try {
      return execFileSync('which', [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    } catch {
      // the next one
    }
  }
}
