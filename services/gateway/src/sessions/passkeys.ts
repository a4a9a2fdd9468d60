import type { FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { publicOrigin } from './public-origin.ts'

const challengeMs = 300_000

/** Who relies on a passkey (WebAuthn's relying party): the host that people see, and nothing above it. */
export function relyingParty(deps: Pick<Deps, 'publicUrl'>, request: FastifyRequest) {
  const origin = publicOrigin(deps, request)
  return { origin, id: new URL(origin).hostname, name: 'Parley' }
}

/** Keeps a challenge until it is answered, for whoever it was made for. */
export async function keepChallenge(
  { scratch }: Pick<Deps, 'scratch'>,
  challenge: string,
  holder: string,
): Promise<void> {
  await scratch.put(`challenge:${challenge}`, holder, challengeMs)
}

/** Whether a challenge was made for that holder, and is answered for the first time. */
export async function takeChallenge(
  { scratch }: Pick<Deps, 'scratch'>,
  challenge: string,
  holder: string,
): Promise<boolean> {
  return (await scratch.take(`challenge:${challenge}`)) === holder
}
