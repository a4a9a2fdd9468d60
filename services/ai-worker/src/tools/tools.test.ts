import { createTestLogger } from '@parley/testing'
import { describe, expect, it } from 'vitest'
import { createTools } from './tools.ts'

const signal = new AbortController().signal
const start = () => createTools({ servers: '', timeoutMs: 2_000, log: createTestLogger() })

describe('the built-in tools', () => {
  it.each([
    ['6 * 7', '42'],
    ['(2 + 3)^2 / 4', '6.25'],
    ['0.1 + 0.2', '0.3'],
    ['sqrt(2) * sqrt(2)', '2'],
    ['round(2 * pi, 3)', '6.283'],
    ['max(3, 9, 4) mod 4', '1'],
  ])('calculate %s', async (expression, output) => {
    expect(await (await start()).run('calculator', { expression }, signal)).toEqual({ output, failed: false })
  })

  it.each([
    'import("fs")',
    'evaluate("1")',
    'a = 5',
    'f(x) = x',
    '[1, 2, 3]',
    'range(1, 1e9)',
    'zeros(1e5, 1e5)',
    '170!',
    '"text"',
    '1; 2',
    'pi.constructor',
    '2 +',
    '',
    '1+'.repeat(200),
  ])('refuse to calculate %s', async (expression) => {
    expect(await (await start()).run('calculator', { expression }, signal)).toMatchObject({ failed: true })
  })

  it('tell the time where it is asked for, and a zone that there is not', async () => {
    const tools = await start()
    expect(await tools.run('current_time', {}, signal)).toMatchObject({
      failed: false,
      output: expect.stringContaining('UTC'),
    })
    expect((await tools.run('current_time', { timeZone: 'Asia/Tokyo' }, signal)).output).toContain('GMT+9')
    expect(await tools.run('current_time', { timeZone: 'Atlantis' }, signal)).toMatchObject({ failed: true })
    expect(await tools.run('current_time', null, signal)).toMatchObject({ failed: true })
  })

  it('do without a server that is away', async () => {
    const tools = await createTools({ servers: 'gone=http://127.0.0.1:9/mcp', timeoutMs: 100, log: createTestLogger() })
    expect(Object.keys(tools.all)).toEqual(['calculator', 'current_time'])
    expect(await tools.run('gone_lookup', {}, signal)).toMatchObject({ failed: true })
    await expect(createTools({ servers: 'no address', timeoutMs: 1, log: createTestLogger() })).rejects.toThrow(
      'MCP_SERVERS',
    )
  })
})
