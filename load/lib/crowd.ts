import { gather, type Person, signIn, signUp } from './rest.ts'

/** Who talks where: as many people as virtual users, so many in a conversation. */
export type Crowd = { seats: { person: Person; conversation: string }[] }

export function gatherCrowd(people: number, together: number, assistant: 'off' | 'always' = 'off'): Crowd {
  const seats: Crowd['seats'] = []
  while (seats.length < people) {
    const members = Array.from({ length: Math.min(together, people - seats.length) }, (_, n) => signUp(`Person ${n}`))
    const conversation = gather(members, assistant)
    for (const person of members) seats.push({ person, conversation })
  }
  return { seats }
}

/** The seat of a virtual user, with a token that is good for the minutes to come. */
export function takeSeat({ seats }: Crowd, virtualUser: number): Crowd['seats'][0] {
  const { person, conversation } = seats[(virtualUser - 1) % seats.length]!
  return { person: signIn(person), conversation }
}
