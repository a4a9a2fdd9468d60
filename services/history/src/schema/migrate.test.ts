import { createDatabase, createTestLogger } from '@parley/testing'
import { describe, expect, it } from 'vitest'
import { connectDatabase } from './database.ts'
import { migrateDown, migrateUp } from './migrate.ts'

describe('migrations', () => {
  it('run once, however many replicas start together, and go down and up again', async () => {
    const { url, drop } = await createDatabase()
    const replicas = [1, 2, 3].map(() => connectDatabase(url, 2, createTestLogger()))
    const ran = await Promise.all(replicas.map(({ db }) => migrateUp(db)))
    expect(ran.flat()).toEqual([
      '0001-start',
      '0002-retries',
      '0003-craft',
      '0004-lists',
      '0005-places',
      '0006-search',
      '0007-sharing',
      '0008-accounts',
      '0009-invites',
      '0010-identity',
      '0011-moderation',
      '0012-retention',
      '0013-assistant',
      '0014-invite-ids',
    ])
    const { db } = replicas[0]!
    const tables = async () => (await db.introspection.getTables()).filter(({ name }) => !name.startsWith('kysely_'))
    expect((await tables()).map(({ name }) => name)).toContain('messages')
    await migrateDown(db)
    expect(await tables()).toEqual([])
    expect(await migrateUp(db)).toHaveLength(14)
    for (const { close } of replicas) await close()
    await drop()
  })
})
