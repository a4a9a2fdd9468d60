import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut and mended, to see what happens while the server is away. */
export async function createCutOff(target: { host: string; port: number }) {
  const open = new Set<Socket>()
  let cut = true
  const server = createServer((socket) => {
    if (cut) {
      socket.destroy()
      return
    }
    const onward = connect(target)
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy())
      one.on('close', () => open.delete(one))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as { port: number }).port,
    mend() {
      cut = false
    },
    cut() {
      cut = true
      for (const socket of open) socket.destroy()
    },
    close() {
      this.cut()
      server.close()
    },
  }
}
