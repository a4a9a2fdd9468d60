import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdapter } from '@socket.io/redis-adapter'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'

// The peer: Socket.IO with its Redis adapter, as its documentation sets it up.

const publisher = new Redis(process.env.REDIS_URL!)
const server = createServer()
const io = new Server(server, { transports: ['websocket'], adapter: createAdapter(publisher, publisher.duplicate()) })
io.on('connection', (socket) => {
  socket.on('enter', async (room: string) => {
    await socket.join(room)
    socket.emit('entered')
  })
  socket.on('say', (room: string, text: string) => io.to(room).emit('said', text))
})
server.listen(0, '127.0.0.1', () => {
  process.send!({ port: (server.address() as AddressInfo).port })
})
