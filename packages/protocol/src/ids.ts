import Type from 'typebox'
import { v7, validate } from 'uuid'

/** A UUID in lower case. Clients make the ids of what they create (UUIDv7, RFC 9562), so a repeat is recognised. */
export const Id = Type.String({
  format: 'uuid',
  pattern: '^[0-9a-f-]{36}$',
  description: 'A UUID; new ones are UUIDv7.',
})
export type Id = string

/** A new time-ordered id. */
export function newId(): Id {
  return v7()
}

/** Whether a value is an id as `Id` defines it. */
export function isId(value: unknown): value is Id {
  return typeof value === 'string' && validate(value) && value === value.toLowerCase()
}
