import { join } from 'node:path'
import { chooseModels, createPace, createTools } from '@parley/ai-worker/model'
import { readIdentity } from '@parley/gateway/settings'
import { readModeration, readQuota, readRetention } from '@parley/history/settings'
import { readList, runService } from '@parley/kit'
import { PostgresError, startPostgres } from '@parley/local-postgres'
import * as Type from 'typebox'
import { requireFreePort, StartError } from './free-port.ts'
import { keepSigningKey } from './keys.ts'
import { createStandalone } from './service.ts'
import { settings } from './settings.ts'

process.env.LOG_LEVEL ||= 'warn'
const say = (line: string) => process.stdout.write(`${line}\n`)
const webFolder = join(import.meta.dirname, '../../../web/dist')

await runService('parley', Type.Object(settings), async (env, log) => {
  try {
    await requireFreePort(env.HOST, env.PORT)
    say('Starting Postgres …')
    const postgres = await startPostgres(env.DATA_DIR)
    say('Starting Parley …')
    const tools = await createTools({
      servers: env.MCP_SERVERS,
      privateHosts: readList(env.PRIVATE_HOSTS),
      timeoutMs: env.TOOL_TIMEOUT_MS,
      log,
    })
    const parley = await createStandalone({
      databaseUrl: postgres.url,
      signingKey: await keepSigningKey(postgres.folder),
      host: env.HOST,
      port: env.PORT,
      models: await chooseModels(env, tools, createPace()),
      quota: readQuota(env),
      retention: readRetention(env),
      moderation: readModeration(env),
      identity: readIdentity(env),
      tellSetupCode: (code) => say(`To administer it: sign up, open /setup, and enter ${code}`),
      webFolder,
      log,
    })
    say(`\nParley is ready: http://localhost:${env.PORT}\nPress Ctrl-C to stop; everything is kept.`)
    return {
      async close() {
        say('\nStopping …')
        await parley.close()
        await tools.close()
        await postgres.close()
        say('Stopped.')
      },
    }
  } catch (error) {
    if (!(error instanceof PostgresError || error instanceof StartError)) throw error
    process.stderr.write(`\n${error.message}\n`)
    process.exit(1)
  }
})
