import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import {
  chooseModels,
  createDemoModel,
  createPace,
  createTools,
  type Model,
  type Models,
} from '@parley/ai-worker/model'
import { createStandalone, type StandaloneOptions } from '@parley/standalone'
import { createDatabase, createTestLogger } from '@parley/testing'

const webFolder = join(import.meta.dirname, '../../web/dist')

/** Starts all of Parley in this process, on a database of its own. */
export async function startParley(options: Partial<StandaloneOptions> = {}) {
  const database = await createDatabase()
  const parley = await createStandalone({
    databaseUrl: database.url,
    signingKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    host: '127.0.0.1',
    port: 0,
    models: only(createDemoModel(500)),
    ...(existsSync(webFolder) && { webFolder }),
    log: createTestLogger(),
    commandsPerSecond: 100_000,
    sendsPerMinute: 1_000_000,
    ...options,
  })
  return {
    ...parley,
    databaseUrl: database.url,
    async stop() {
      await parley.close()
      await database.drop()
    },
  }
}

/** An installation that has one model. */
export function only(model: Model): Models {
  return { offered: [model], small: model }
}

type ModelSettings = Parameters<typeof chooseModels>[0]

/** The models and tools that a worker's settings name. */
export async function modelsOf(settings: ModelSettings): Promise<Models> {
  const { MCP_SERVERS: servers, TOOL_TIMEOUT_MS: timeoutMs } = settings
  const tools = await createTools({ servers, timeoutMs, log: createTestLogger() })
  return chooseModels(settings, tools, createPace())
}
