import type { AddressInfo } from 'node:net'
import { createRecorder } from '@parley/testing'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** A mail server that keeps what it is given. */
export async function startMailServer() {
  const letters = createRecorder<ParsedMail>(({ subject }) => subject ?? '')
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    async onData(stream, _session, done) {
      letters.push(await simpleParser(stream))
      done()
    },
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  const isTo = (letter: ParsedMail, email: string) => [letter.to].flat().some((to) => to?.text.includes(email))
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    /** The link in the next letter to somebody of that kind. */
    async linkTo(email: string, subject: RegExp): Promise<string> {
      const letter = await letters.until(
        `a letter to ${email}`,
        (each) => isTo(each, email) && subject.test(each.subject ?? ''),
      )
      return /https?:\/\/\S+/.exec(letter.text ?? '')![0]
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
