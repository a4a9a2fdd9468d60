import type { Letter } from './mailer.ts'

/** Asks whoever has the address whether it is theirs. */
export function verificationLetter(to: string, name: string, link: string): Letter {
  return {
    to,
    link,
    subject: 'Is this your email address?',
    text: `Hello ${inLine(name)},

somebody, you we hope, gave this address to Parley. If it was you, follow this link within a day:

${link}

If it was not you, nothing needs to be done.
`,
  }
}

/** Lets in whoever has the address, to choose another password. */
export function resetLetter(to: string, name: string, link: string): Letter {
  return {
    to,
    link,
    subject: 'Choose a new password',
    text: `Hello ${inLine(name)},

somebody, you we hope, wants to choose a new password for your account at Parley. If it was you, follow this link within
an hour; it is good once:

${link}

If it was not you, nothing needs to be done: without this letter nobody can.
`,
  }
}

/** A name is chosen by whoever makes an account: it is not to be able to write a letter of its own. */
function inLine(name: string): string {
  return name.replace(/[\p{C}\p{Z}]+/gu, ' ').replace(/[/:.]+(?=\S)/g, ' ')
}
