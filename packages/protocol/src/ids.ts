import * as Type from 'typebox'
import { v5, v7, validate } from 'uuid'

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

/** The id of something that has a name, within a namespace: always the same (UUIDv5, RFC 9562). */
export function idFrom(namespace: Id, name: string): Id {
  return v5(name, namespace)
}

/** Whether a value is an id as `Id` defines it. */
export function isId(value: unknown): value is Id {
  return typeof value === 'string' && validate(value) && value === value.toLowerCase()
}
