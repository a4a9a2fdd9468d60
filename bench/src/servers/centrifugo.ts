import { spawn } from 'node:child_process'
import { createServer } from 'node:net'

// Centrifugo with its Redis engine, open to all, without history: fan-out only, as the other peers.

const port = await freePort()
const server = spawn(process.env.CENTRIFUGO ?? 'centrifugo', [], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    CENTRIFUGO_HTTP_SERVER_ADDRESS: '127.0.0.1',
    CENTRIFUGO_HTTP_SERVER_PORT: String(port),
    CENTRIFUGO_ENGINE_TYPE: 'redis',
    CENTRIFUGO_ENGINE_REDIS_ADDRESS: process.env.REDIS_URL,
    CENTRIFUGO_CLIENT_INSECURE: 'true',
    CENTRIFUGO_HTTP_API_INSECURE: 'true',
    CENTRIFUGO_LOG_LEVEL: 'error',
  },
})
process.on('disconnect', () => server.kill('SIGKILL'))
process.on('SIGTERM', () => server.kill('SIGKILL'))
server.on('exit', () => process.exit())
for (let up = false; !up; ) {
  up = await fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  )
}
process.send!({ port, pid: server.pid })

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
