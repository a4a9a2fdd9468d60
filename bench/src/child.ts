import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** Linux counts a process's time in ticks of a hundredth of a second (USER_HZ), and memory in pages. */
const ticksPerSecond = 100
const bytesPerPage = 4_096

/** Starts a module as a process of its own. It ends with this one. */
export function startChild(path: string, env: Record<string, string> = {}, execArgv: string[] = []): ChildProcess {
  return fork(path, { execArgv, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
}

/** What the child tells next. Rejects when it ends instead. */
export async function told<T>(child: ChildProcess): Promise<T> {
  const ended = new AbortController()
  const message = once(child, 'message', { signal: ended.signal })
  child.once('exit', () => ended.abort(new Error(`${child.spawnfile} ended`)))
  const [value] = await message
  return value as T
}

/** Ends a child, and resolves when it is gone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** CPU seconds that a process has used, in user and system mode (proc_pid_stat(5), fields 14 and 15). */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Bytes of memory that a process has resident (proc_pid_statm(5)). */
export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * bytesPerPage
}
