import { createServer } from 'node:net'

/** The standalone cannot start. The message is a sentence that says what to do. */
export class StartError extends Error {
  override name = 'StartError'
}

/** @throws StartError where nothing can listen on the port */
export function requireFreePort(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.on('error', (error: NodeJS.ErrnoException) => reject(new StartError(explain(error, host, port))))
    probe.listen(port, host, () => probe.close(() => resolve()))
  })
}

function explain({ code }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken. Stop the program that uses it, or choose another: PORT=${port + 1} npm start`
  }
  if (code === 'EACCES') return `Port ${port} is for the system only. Choose another: PORT=8080 npm start`
  return `Nothing can listen on ${host}, port ${port} (${code}). Set HOST and PORT to others.`
}
