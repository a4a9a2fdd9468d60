export { createInProcessQueue } from './in-process.ts'
export { connectJetStream } from './jetstream.ts'
export type { Consumer, Lease, Outcome, Queue } from './port.ts'
