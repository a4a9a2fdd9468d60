import type { Logger } from '@parley/kit'
import { createTransport } from 'nodemailer'

export type Letter = { to: string; subject: string; text: string; link: string }

export type Mailer = {
  /** Whether letters are sent; else their links are in the log, for whoever runs the installation. */
  sends: boolean
  /** Sends a letter, and tells the log where that fails: nobody waits for it. */
  send(letter: Letter): void
  close(): void
}

const maxWaiting = 200

/** Sends letters by SMTP where the installation has that. More than `maxWaiting` at once are not taken. */
export function createMailer({ url, from, log }: { url: string | undefined; from: string; log: Logger }): Mailer {
  if (!url) {
    return {
      sends: false,
      send: ({ to, subject, link }) =>
        log.warn({ to, subject, link }, 'no SMTP_URL is set: pass this link on yourself'),
      close: () => {},
    }
  }
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 2,
    connectionTimeout: 10_000,
    socketTimeout: 20_000,
  })
  let waiting = 0
  return {
    sends: true,
    send({ to, subject, text }) {
      if (waiting >= maxWaiting) {
        log.error({ to }, 'a letter is not sent: too many wait')
        return
      }
      waiting += 1
      transport
        .sendMail({ from, to, subject, text })
        .catch((error: Error) => log.error({ to, reason: error.message }, 'a letter could not be sent'))
        .finally(() => {
          waiting -= 1
        })
    },
    close: () => transport.close(),
  }
}
