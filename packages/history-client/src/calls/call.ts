import { limits } from '@parley/protocol'
import * as Type from 'typebox'

export const closed = { additionalProperties: false } as const
export const Nothing = Type.Object({})
export const Limit = Type.Integer({ minimum: 1, maximum: limits.pageMessages })
export const Cursor = Type.Optional(Type.String({ maxLength: 100 }))
/** Where a request comes from, for the audit log. Services of the release before do not tell. */
export const Address = Type.Optional(Type.String({ maxLength: 64 }))

/** One entry of the contract: what a call is given, and what it answers. */
export function call<B extends Record<string, Type.TSchema>, R extends Type.TSchema>(body: B, response: R) {
  return { body: Type.Object(body, closed), response }
}
