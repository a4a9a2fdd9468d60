import { createHistoryClient } from '@parley/history-client'
import { type Frame, newId, parseFrame, topics } from '@parley/protocol'
import { createInProcessQueue } from '@parley/queue'
import { createInProcessExchange } from '@parley/relay'
import { createDatabase, createRecorder, createTestLogger } from '@parley/testing'
import { createHistory, type HistoryOptions } from '../src/service.ts'

const internalToken = 'a secret of thirty-two characters'

/** Starts history on a database of its own, and a client of it. */
export async function startHistory(more: Partial<HistoryOptions> = {}) {
  const log = createTestLogger()
  const database = await createDatabase()
  const exchange = createInProcessExchange()
  const queue = createInProcessQueue(log)
  const options = {
    databaseUrl: database.url,
    exchange,
    queue,
    internalToken,
    host: '127.0.0.1',
    port: 0,
    log,
    ...more,
  }
  const service = await createHistory(options)
  const history = createHistoryClient({ url: service.url, token: internalToken })

  async function person(name = 'Ada'): Promise<string> {
    const id = newId()
    await history.createUser({ id, name, email: `${id}@example.org`, passwordHash: 'none' })
    return id
  }

  return {
    ...service,
    history,
    exchange,
    queue,
    options,
    person,
    /** A conversation with its owner, and further members where wanted. */
    async conversation({ assistant = 'off' as 'off' | 'always' | 'auto' | 'mention', members = 0 } = {}) {
      const owner = await person()
      const id = newId()
      await history.createConversation({ actor: owner, id, assistant })
      const others = await Promise.all(Array.from({ length: members }, (_, at) => person(`Member ${at + 1}`)))
      for (const other of others) await join(owner, id, other)
      return { id, owner, members: others }
    },
    join,
    /** Records the frames that a topic carries. */
    async listen(topic: string) {
      const recorder = createRecorder<Frame>()
      await exchange.relay.subscribe(topic, (bytes) => recorder.push(parseFrame(bytes.toString())!))
      return recorder
    },
    topics,
    async stop() {
      await history.close()
      await service.close()
      await queue.close()
      await exchange.close()
      await database.drop()
    },
  }

  async function join(owner: string, conversation: string, user: string, role: 'member' | 'viewer' = 'member') {
    const tokenHash = newId()
    const expiresAt = new Date(Date.now() + 60_000).toISOString()
    await history.createInvite({ actor: owner, conversation, role, tokenHash, expiresAt })
    await history.acceptInvite({ actor: user, tokenHash })
  }
}

export type Started = Awaited<ReturnType<typeof startHistory>>
