import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'

let program: ChildProcess | undefined
afterEach(() => program?.kill('SIGKILL'))

/** Starts a program with two processes; `next` resolves with what the next one says that has started. */
function start() {
  const path = join(import.meta.dirname, '../test/worker.ts')
  const child = spawn(process.execPath, [path], { env: { ...process.env, WORKERS: '2', LOG_LEVEL: 'silent' } })
  program = child
  const heard: string[] = []
  const waiting: ((line: string) => void)[] = []
  child.stdout.on('data', (text: Buffer) => {
    for (const line of text.toString().split('\n').filter(Boolean)) {
      const resolve = waiting.shift()
      if (resolve) resolve(line)
      else heard.push(line)
    }
  })
  const next = async () => {
    const line = heard.shift() ?? (await new Promise<string>((resolve) => waiting.push(resolve)))
    const [, name, pid] = line.split(' ')
    return { name, pid: Number(pid) }
  }
  return { child, next }
}

it('runs a program several times under names of their own, replaces what ends, and ends all of it together', async () => {
  const { child, next } = start()
  const first = [await next(), await next()]
  expect(new Set(first.map(({ name }) => name))).toEqual(new Set(['node-1', 'node-2']))
  process.kill(first[0]!.pid, 'SIGKILL')
  const third = await next()
  expect(third.name).toBe('node-3')
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  for (const { pid } of [first[1]!, third]) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})
