import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import {
  Account,
  AccountList,
  AccountPatch,
  AuditPage,
  HeldEnd,
  HeldList,
  Id,
  Installation,
  limits,
  Refusal,
  ReportEnd,
  ReportList,
  SetupCode,
  User,
} from '@parley/protocol'
import * as Type from 'typebox'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { actorOf, requireAdministrator } from '../sessions/require-session.ts'
import { isSetupCode } from './setup-code.ts'

const tag = 'administration'
const pageAccounts = 50
const pageAudit = 100
const auditAtOnce = 1_000

/** Becoming the first administrator. */
export function setupRoutes({ history, keyring, rateLimits, sessionChecks }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/setup',
      {
        schema: documented(tag, 'Become the administrator of a new installation, by the code that its log tells', {
          body: SetupCode,
          200: User,
        }),
      },
      async (request) => {
        const { user, session } = actorOf(request)
        await rateLimits.signIn(request.ip)
        if (!isSetupCode(keyring, request.body.code)) throw new Refusal('setup.refused', 'This is not the setup code.')
        const administrator = await history.becomeAdministrator({ actor: user.id, address: request.ip })
        sessionChecks.forget(session)
        return administrator
      },
    )
  }
}

/** What administrators see and do. */
export function administrationRoutes({ history, sessionChecks }: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.addHook('preHandler', requireAdministrator)

    app.get(
      '/accounts',
      {
        schema: documented(tag, 'The accounts of the installation, newest first', {
          querystring: Type.Object({
            q: Type.Optional(Type.String({ maxLength: limits.searchChars, pattern: '^[^\\u0000]*$' })),
            before: Type.Optional(Type.String({ maxLength: 100 })),
          }),
          200: AccountList,
        }),
      },
      async (request) => {
        const { q, before } = request.query
        const actor = actorOf(request).user.id
        return history.listAccounts({ actor, ...(q && { query: q }), ...(before && { before }), limit: pageAccounts })
      },
    )

    app.patch(
      '/accounts/:user',
      {
        schema: documented(tag, 'Suspend an account, make it an administrator, set its quota', {
          params: Type.Object({ user: Id }),
          body: AccountPatch,
          200: Account,
        }),
      },
      async (request) => {
        const { user, session } = actorOf(request)
        const account = await history.changeAccount({
          actor: user.id,
          address: request.ip,
          user: request.params.user,
          patch: request.body,
        })
        if (account.id === user.id) sessionChecks.forget(session)
        return account
      },
    )

    app.get(
      '/installation',
      { schema: documented(tag, 'What holds for the installation', { 200: Installation }) },
      async (request) => history.readInstallation({ actor: actorOf(request).user.id }),
    )

    app.put(
      '/installation',
      { schema: documented(tag, 'Set what holds for the installation', { body: Installation, 204: Type.Null() }) },
      async (request, reply) => {
        const actor = actorOf(request).user.id
        await history.changeInstallation({ actor, address: request.ip, installation: request.body })
        return reply.status(204).send()
      },
    )

    app.get(
      '/audit',
      {
        schema: documented(tag, 'The audit log, newest first', {
          querystring: Type.Object({
            before: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
          }),
          200: AuditPage,
        }),
      },
      async (request) => {
        const { before } = request.query
        return history.readAudit({ actor: actorOf(request).user.id, ...(before && { before }), limit: pageAudit })
      },
    )

    app.get(
      '/audit.ndjson',
      { schema: documented(tag, 'All of the audit log, an entry a line, newest first', {}) },
      async (request, reply) => {
        const actor = actorOf(request).user.id
        const read = (before?: number) => history.readAudit({ actor, ...(before && { before }), limit: auditAtOnce })
        const first = await read() // a refusal is an answer, not the end of one
        async function* lines() {
          for (let page = first; ; page = await read(page.next)) {
            for (const entry of page.entries) yield `${JSON.stringify(entry)}\n`
            if (page.next === undefined) return
          }
        }
        return reply.type('application/x-ndjson').send(Readable.from(lines()))
      },
    )

    app.get('/reports', { schema: documented(tag, 'What was reported', { 200: ReportList }) }, async (request) =>
      history.listReports({ actor: actorOf(request).user.id }),
    )

    app.put(
      '/reports/:report',
      {
        schema: documented(tag, 'Close a report, with or without deleting the message for all', {
          params: Type.Object({ report: Id }),
          body: ReportEnd,
          204: Type.Null(),
        }),
      },
      async (request, reply) => {
        const actor = actorOf(request).user.id
        await history.closeReport({ actor, address: request.ip, ...request.params, ...request.body })
        return reply.status(204).send()
      },
    )

    app.get(
      '/held',
      { schema: documented(tag, 'Messages that moderation holds', { 200: HeldList }) },
      async (request) => history.listHeld({ actor: actorOf(request).user.id }),
    )

    app.put(
      '/held/:message',
      {
        schema: documented(tag, 'Send a held message, or forget it', {
          params: Type.Object({ message: Id }),
          body: HeldEnd,
          204: Type.Null(),
        }),
      },
      async (request, reply) => {
        const actor = actorOf(request).user.id
        await history.closeHeld({ actor, address: request.ip, ...request.params, ...request.body })
        return reply.status(204).send()
      },
    )
  }
}
