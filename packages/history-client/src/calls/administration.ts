import { Account, AccountPatch, AuditPage, HeldMessage, Id, Installation, limits, Report, User } from '@parley/protocol'
import * as Type from 'typebox'
import { Address, Cursor, call, Limit, Nothing } from './call.ts'

const By = { actor: Id, address: Address }

/** What administrators do; refused for all others. */
export const administrationCalls = {
  /** The first one, who has shown the setup code; refused when there is one. */
  becomeAdministrator: call(By, User),
  listAccounts: call(
    { actor: Id, query: Type.Optional(Type.String({ maxLength: limits.searchChars })), before: Cursor, limit: Limit },
    Type.Object({ accounts: Type.Array(Account), next: Type.Optional(Type.String()) }),
  ),
  changeAccount: call({ ...By, user: Id, patch: AccountPatch }, Account),
  readInstallation: call({ actor: Id }, Installation),
  changeInstallation: call({ ...By, installation: Installation }, Nothing),
  /** Which models people may have replies of, for everybody. */
  readModels: call({}, Type.Object({ models: Installation.properties.models })),
  readAudit: call(
    {
      actor: Id,
      before: Type.Optional(Type.Integer({ minimum: 1 })),
      limit: Type.Integer({ minimum: 1, maximum: 1_000 }),
    },
    AuditPage,
  ),

  /** By any member who reads the message. */
  reportMessage: call(
    { actor: Id, conversation: Id, message: Id, id: Id, reason: Type.String({ maxLength: limits.reasonChars }) },
    Nothing,
  ),
  listReports: call({ actor: Id }, Type.Object({ reports: Type.Array(Report) })),
  /** With or without deleting the message for all. */
  closeReport: call({ ...By, report: Id, remove: Type.Boolean() }, Nothing),
  listHeld: call({ actor: Id }, Type.Object({ messages: Type.Array(HeldMessage) })),
  /** Sends a held message in its author's name, or forgets it. */
  closeHeld: call({ ...By, message: Id, send: Type.Boolean() }, Nothing),
}
