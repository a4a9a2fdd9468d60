import type { Id } from './ids.ts'

/** What the tree of a conversation is made of. */
export type TreeMessage = {
  id: Id
  seq: number
  /** The message that it follows. */
  parent: Id | null
  role: 'user' | 'assistant'
  /** Which of the conversation’s assistants wrote it. */
  assistant?: Id
  /** Another version of it is shown. */
  aside?: true
}

/** Whether two messages are versions of one another: they follow the same one, and the same side speaks. */
export function areVersions(one: TreeMessage, other: TreeMessage): boolean {
  return one.parent === other.parent && one.role === other.role && one.assistant === other.assistant
}

/** All versions of a message, itself among them, oldest first. */
export function versionsOf<M extends TreeMessage>(messages: M[], message: M): M[] {
  return messages.filter((other) => areVersions(other, message))
}

/**
 * The messages of the shown branch, as they are read: the way from its end, `tip`, back to the beginning, and beside
 * each prompt on it the replies of the other assistants who answered it.
 *
 * @param messages some of the conversation's messages in order of `seq`; where the way leaves them, it ends
 */
export function shownBranch<M extends TreeMessage>(messages: M[], tip: Id | null): M[] {
  if (isPlainChain(messages, tip)) return messages
  const byId = new Map(messages.map((message) => [message.id, message]))
  const way: M[] = []
  for (let at = tip ? byId.get(tip) : undefined; at; at = at.parent ? byId.get(at.parent) : undefined) way.push(at)
  const beside = new Map<Id, M[]>()
  const onWay = new Set(way)
  for (const message of messages) {
    if (message.role !== 'assistant' || message.aside || onWay.has(message) || !message.parent) continue
    beside.set(message.parent, [...(beside.get(message.parent) ?? []), message])
  }
  return way.reverse().flatMap((message, at) => {
    const next = way[at + 1]
    const others = (beside.get(message.id) ?? []).filter((other) => !next || !areVersions(other, next))
    return [message, ...others]
  })
}

/** Whether nothing was ever answered or asked twice here, as is nearly always so: then all of it is shown, as it lies. */
function isPlainChain(messages: TreeMessage[], tip: Id | null): boolean {
  const last = messages.at(-1)
  if (!last || last.id !== tip) return messages.length === 0
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const { aside, parent, role } = messages[at]!
    if (aside) return false
    const before = messages[at - 1]
    if (!before || parent === before.id) continue
    if (role !== 'assistant' || before.role !== 'assistant' || parent !== before.parent) return false
  }
  return true
}

/**
 * The end of the branch that begins with a message, following at each fork the version that is shown.
 *
 * @param messages those that came after it, in order of `seq`
 */
export function tipBeneath(messages: TreeMessage[], from: TreeMessage): TreeMessage {
  const children = new Map<Id, TreeMessage[]>()
  for (const message of messages) {
    if (message.parent) children.set(message.parent, [...(children.get(message.parent) ?? []), message])
  }
  let tip = from
  for (let next = continuation(children.get(tip.id)); next; next = continuation(children.get(tip.id))) tip = next
  return tip
}

/** Where the way goes on: with what a person wrote, else with the assistant who answered last at first. */
function continuation(children: TreeMessage[] = []): TreeMessage | undefined {
  const shown = (message: TreeMessage | undefined) =>
    message && children.findLast((other) => areVersions(other, message) && !other.aside)
  const person = shown(children.find(({ role }) => role === 'user'))
  if (person) return person
  const firsts = children.filter((child) => children.find((other) => areVersions(other, child)) === child)
  return shown(firsts.at(-1))
}
