import { fail } from 'k6'
import http from 'k6/http'

/** Where Parley is. */
const base = __ENV.PARLEY_URL ?? 'http://localhost:8080'

/** Somebody with an account, as `setup` hands it to the virtual users. */
export type Person = { id: string; email: string; token: string }

const password = 'correct horse battery staple'

/** A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then random ones. */
export function newId(): string {
  const bytes = new Uint8Array(16)
  crypto.getRandomValues(bytes)
  let ms = Date.now()
  for (let at = 5; at >= 0; at -= 1, ms = Math.floor(ms / 256)) bytes[at] = ms % 256
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** Calls the REST interface. What is refused ends the iteration, with the problem in its message. */
function call<T>(method: 'GET' | 'POST', path: string, body?: object, token?: string): T {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  const response = http.request(method, `${base}/api/v1${path}`, body ? JSON.stringify(body) : null, { headers })
  if (response.status >= 400 || response.status === 0) fail(`${method} ${path}: ${response.status} ${response.body}`)
  return (response.body ? response.json() : undefined) as T
}

export function signUp(name: string): Person {
  const email = `${newId()}@example.org`
  const { user, accessToken } = call<SignedIn>('POST', '/accounts', { email, name, password })
  return { id: user.id, email, token: accessToken }
}

/** A token lives for minutes only. */
export function signIn(person: Person): Person {
  const { accessToken } = call<SignedIn>('POST', '/sessions', { email: person.email, password })
  return { ...person, token: accessToken }
}

type SignedIn = { user: { id: string }; accessToken: string }

/** Makes a conversation with all of the people in it. */
export function gather(people: Person[], assistant: 'off' | 'always'): string {
  const [owner, ...guests] = people as [Person, ...Person[]]
  const { id } = call<{ id: string }>('POST', '/conversations', { id: newId(), assistant }, owner.token)
  if (guests.length === 0) return id
  const invite = call<{ token: string }>('POST', `/conversations/${id}/invites`, { role: 'member' }, owner.token)
  for (const guest of guests) call('POST', `/invites/${invite.token}/accept`, {}, guest.token)
  return id
}

/** The address of a socket for the person, good for one connection within 30 seconds. */
export function socketAddress(person: Person): string {
  const { ticket } = call<{ ticket: string }>('POST', '/tickets', {}, person.token)
  return `${base.replace(/^http/, 'ws')}/ws?ticket=${ticket}`
}
