export { createInProcessExchange } from './in-process.ts'
export type { Exchange, Relay, Roster, RosterState, Scratch } from './port.ts'
export { connectRedis } from './redis.ts'
