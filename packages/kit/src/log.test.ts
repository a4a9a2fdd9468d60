import { expect, it } from 'vitest'
import { createLogger } from './log.ts'

it('a log tells no secret, however deep it lies', () => {
  let written = ''
  const log = createLogger('test', {
    write(line) {
      written += line
    },
  })
  const secret = 'heliotrope'
  const names = ['password', 'passwordHash', 'token', 'accessToken', 'ticket', 'secret', 'apiKey', 'signingKey']
  for (const name of names) {
    log.info({ [name]: secret }, 'top')
    log.info({ body: { [name]: secret } }, 'in an object')
    log.info({ request: { body: { [name]: secret } } }, 'in two')
    log.info({ err: { request: { body: { [name]: secret } } } }, 'in three')
  }
  const headers = { authorization: `Bearer ${secret}`, cookie: `parley_session=${secret}`, 'set-cookie': [secret] }
  log.info({ headers })
  log.info({ req: { headers } })
  log.info({ err: { req: { headers } } })
  expect(written.split('\n').filter(Boolean)).toHaveLength(names.length * 4 + 3)
  expect(written).not.toContain(secret)
  expect(written).toContain('[Redacted]')
})
