import { timingSafeEqual } from 'node:crypto'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import { type BodyOf, type CallName, contract, type ResponseOf } from '@parley/history-client'
import { createHttp, createMetrics, type Logger, type Service, waitFor } from '@parley/kit'
import { Refusal } from '@parley/protocol'
import type { Queue } from '@parley/queue'
import type { Exchange } from '@parley/relay'
import type { FastifyInstance } from 'fastify'
import { createAdministration } from './administration/accounts.ts'
import { createAuditReads } from './administration/audit.ts'
import { createInstallation } from './administration/installation.ts'
import { createAnnouncements } from './announcements/announce.ts'
import { createAssistants } from './conversations/assistants.ts'
import { createConversations } from './conversations/conversations.ts'
import { createHeads } from './conversations/heads.ts'
import { createInvites } from './conversations/invites.ts'
import { createMembers } from './conversations/members.ts'
import { createPlaces } from './conversations/places.ts'
import { tellFigures } from './figures.ts'
import { createAppend } from './messages/append.ts'
import { createBranches } from './messages/branch.ts'
import { createMessageEdits } from './messages/edit.ts'
import { createMessageReads } from './messages/read.ts'
import { createBlocks } from './moderation/blocks.ts'
import { createHeld } from './moderation/held.ts'
import { createModerate, type ModerationOptions, moderated } from './moderation/hook.ts'
import { createReports } from './moderation/reports.ts'
import { createRepeats } from './replies/again.ts'
import { createOutbox } from './replies/outbox.ts'
import type { Quota } from './replies/quota.ts'
import { createReplies } from './replies/replies.ts'
import { createUsage } from './replies/usage.ts'
import { createRetention, type Retention } from './retention/retention.ts'
import { connectDatabase, isPassing, translateDatabaseError } from './schema/database.ts'
import { migrateUp } from './schema/migrate.ts'
import { followReplica, readPrimary } from './schema/replica.ts'
import { createIndexer } from './search/indexer.ts'
import { createSearch } from './search/search.ts'
import { createAccounts } from './sessions/accounts.ts'
import { createExports } from './sessions/export.ts'
import { createGuests } from './sessions/guests.ts'
import { createIdentities } from './sessions/identities.ts'
import { createLinks } from './sessions/links.ts'
import { createOwnAssistant } from './sessions/own-assistant.ts'
import { createPasskeys } from './sessions/passkeys.ts'
import { createSessions } from './sessions/sessions.ts'
import { createTokens } from './sessions/tokens.ts'
import { createImport } from './sharing/import.ts'
import { createShares } from './sharing/shares.ts'

export type HistoryOptions = {
  databaseUrl: string
  maxConnections?: number
  /** A streaming replica of it, for reads that may be slightly old. */
  replicaUrl?: string | undefined
  exchange: Exchange
  queue: Queue
  quota?: Quota
  moderation?: ModerationOptions | undefined
  retention?: Retention
  /** The services' shared secret, which every call must carry. */
  internalToken: string
  host: string
  port: number
  log: Logger
}

type Handlers = { [N in CallName]: (body: BodyOf<N>) => Promise<ResponseOf<N>> }

const keepAll: Retention = { deletedDays: null, messageDays: null, auditDays: null }
const unlimited: Quota = { requestsPerDay: null, tokensPerDay: null, openReplies: null, repliesAtOnce: 1_000 }
/** A full batch of the longest messages. */
const bodyLimitBytes = 64 * 1024 * 1024

/** Owns the durable state: every read and write of it, its order, and who may do what. */
export async function createHistory(options: HistoryOptions): Promise<Service & { url: string; app: FastifyInstance }> {
  const { exchange, queue, log } = options
  const { pool, db, close } = connectDatabase(options.databaseUrl, options.maxConnections ?? 10, log)
  const ran = await waitFor('postgres', log, () => migrateUp(db), isPassing)
  if (ran.length > 0) log.info({ migrations: ran }, 'the schema is up to date')

  const replica = options.replicaUrl && connectDatabase(options.replicaUrl, options.maxConnections ?? 10, log)
  const reads = replica ? followReplica(db, replica.db, log) : readPrimary(db)

  const indexer = createIndexer({ db, log })
  const announcements = createAnnouncements({ relay: exchange.relay, db, log, indexer })
  const { quota = unlimited } = options
  const { relay, scratch } = exchange
  const outbox = createOutbox({ db, queue, log, quota, announcements, scratch })
  const moderate = options.moderation && createModerate(options.moderation, log)
  const deps = { db, reads, pool, relay, scratch, queue, log, announcements, indexer, outbox, quota, moderate }
  const edits = createMessageEdits(deps)
  const invites = createInvites(deps)
  const append = createAppend(deps)
  const retention = createRetention(deps, options.retention ?? keepAll)
  const { finishDeletions, ...accounts } = createAccounts(deps)
  const handlers: Handlers = {
    ...createSessions(deps),
    ...accounts,
    ...createOwnAssistant(deps),
    ...createLinks(deps),
    ...createPasskeys(deps),
    ...createIdentities(deps),
    ...createGuests(deps, invites.acceptInvite),
    ...createTokens(deps),
    ...createExports(deps),
    ...createBlocks(deps),
    ...createAdministration(deps),
    ...createInstallation(deps),
    ...createAuditReads(deps),
    ...createReports(deps),
    ...createHeld(deps, append),
    ...createConversations(deps),
    ...createMembers(deps),
    ...invites,
    ...createPlaces(deps),
    ...createMessageReads(deps),
    ...createAssistants(deps),
    ...createBranches(deps),
    ...createReplies(deps),
    ...createRepeats(deps),
    ...createUsage(deps),
    ...createSearch(deps),
    ...createShares(deps),
    ...createImport(deps),
    appendMessages: moderate ? moderated(append, moderate, deps) : append,
    editMessage: edits.edit,
    deleteMessage: edits.remove,
    reactToMessage: edits.react,
    checkHeads: createHeads(deps),
  }

  const ready = async () => void (await pool.query('select 1'))
  const metrics = createMetrics()
  tellFigures(metrics, deps)
  const app = createHttp({ log, metrics, ready, server: { bodyLimit: bodyLimitBytes } })
  app.setValidatorCompiler(TypeBoxValidatorCompiler as never)
  app.register(async (internal) => {
    internal.addHook('onRequest', requireToken(options.internalToken))
    for (const name of Object.keys(contract) as CallName[]) serve(internal, name, handlers[name])
  })
  const url = await app.listen({ host: options.host, port: options.port })
  void finishDeletions().catch((error: Error) => log.warn({ reason: error.message }, 'deletions wait for a restart'))
  retention.start()
  log.info({ url }, 'history is ready')

  return {
    url,
    app,
    async close() {
      await app.close()
      await retention.close()
      outbox.close()
      announcements.close()
      await indexer.close()
      reads.close()
      if (replica) await replica.close()
      await close()
    },
  }
}

function serve<N extends CallName>(app: FastifyInstance, name: N, handler: Handlers[N]): void {
  app.post(`/internal/${name}`, { schema: { body: contract[name].body } }, async (request) => {
    try {
      return await handler(request.body as BodyOf<N>)
    } catch (error) {
      throw translateDatabaseError(error)
    }
  })
}

function requireToken(token: string) {
  const expected = Buffer.from(`Bearer ${token}`)
  return async ({ headers }: { headers: { authorization?: string | undefined } }) => {
    const given = Buffer.from(headers.authorization ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new Refusal('auth.required', 'This interface is for the services only.')
    }
  }
}
