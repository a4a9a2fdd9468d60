import { createHistoryClient } from '@parley/history-client'
import { newId } from '@parley/protocol'
import { createDatabase, createRecorder, createTestLogger, eventually } from '@parley/testing'
import { expect, it } from 'vitest'
import { createCutOff } from '../../test/cut-off.ts'
import { startHistory } from '../../test/start.ts'
import { createHistory } from '../service.ts'

it('history waits for a database that is away, answers `unavailable` while it is, and goes on when it is back', async () => {
  const parley = await startHistory() // for its ports and its log
  const database = await createDatabase()
  const url = new URL(database.url)
  const way = await createCutOff({ host: url.hostname, port: Number(url.port) })
  url.port = String(way.port)

  const lines = createRecorder<string>()
  const log = createTestLogger(lines.push)
  const starting = createHistory({ ...parley.options, databaseUrl: url.href, log })
  await lines.until('word that it waits', (line) => line.includes('waiting for postgres'))
  way.mend()
  const service = await starting
  const history = createHistoryClient({ url: service.url, token: parley.options.internalToken })
  const user = { id: newId(), name: 'Ada', email: `${newId()}@example.org`, passwordHash: 'none' }
  await history.createUser(user)

  way.cut()
  await expect(history.findCredentials({ email: user.email })).rejects.toMatchObject({ code: 'unavailable' })
  expect((await fetch(`${service.url}/readyz`)).status).toBe(503)
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200)

  way.mend()
  const found = await eventually('the database', () =>
    history.findCredentials({ email: user.email }).catch(() => undefined),
  )
  expect(found.user?.id).toBe(user.id)
  await history.close()
  await service.close()
  way.close()
  await database.drop()
  await parley.stop()
})
