import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as Type from 'typebox'
import { describe, expect, it } from 'vitest'
import { readSettings, setting } from './config.ts'

const schema = Type.Object({
  PORT: setting.port(7000),
  REDIS_URL: setting.redisUrl(),
  INTERNAL_TOKEN: setting.internalToken(),
  SECURE: Type.Boolean({ default: false }),
})
const good = { REDIS_URL: 'redis://redis:6379', INTERNAL_TOKEN: 'x'.repeat(32) }

describe('settings', () => {
  it('are converted to their types, with their defaults', () => {
    expect(readSettings(schema, { ...good, PORT: '8080', SECURE: 'true' })).toEqual({
      ...good,
      PORT: 8080,
      SECURE: true,
    })
    expect(readSettings(schema, { ...good, PORT: '' })).toEqual({ ...good, PORT: 7000, SECURE: false })
  })

  it('that are missing or wrong are named in one line', () => {
    const cases: [NodeJS.ProcessEnv, RegExp][] = [
      [{ INTERNAL_TOKEN: good.INTERNAL_TOKEN }, /^REDIS_URL is not set/],
      [{ ...good, REDIS_URL: 'http://redis' }, /^REDIS_URL /],
      [{ ...good, INTERNAL_TOKEN: 'short' }, /^INTERNAL_TOKEN /],
      [{ ...good, PORT: 'eighty' }, /^PORT /],
      [{ ...good, PORT: '70000' }, /^PORT /],
      [{ ...good, INTERNAL_TOKEN: '', INTERNAL_TOKEN_FILE: '/nowhere' }, /^INTERNAL_TOKEN_FILE: cannot read \/nowhere/],
    ]
    for (const [env, line] of cases) {
      expect(() => readSettings(schema, env)).toThrow(line)
    }
  })

  it('may come from files, as container secrets do', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'parley-test-')), 'token')
    await writeFile(path, `${good.INTERNAL_TOKEN}\n`)
    expect(readSettings(schema, { REDIS_URL: good.REDIS_URL, INTERNAL_TOKEN_FILE: path })).toMatchObject(good)
  })
})
