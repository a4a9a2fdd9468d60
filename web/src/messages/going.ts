import type { Message } from '@parley/protocol'

/** Whether a message is a reply that waits or is being written. */
export function isGoing({ reply }: Message): boolean {
  return reply?.status === 'queued' || reply?.status === 'streaming'
}
