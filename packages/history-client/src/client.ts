import { setTimeout as sleep } from 'node:timers/promises'
import { inSpan, SpanKind, traceparent } from '@parley/kit'
import { fromProblem, Refusal } from '@parley/protocol'
import { Agent } from 'undici'
import { type BodyOf, type CallName, contract, type ResponseOf } from './contract.ts'

/** Every call of the contract as a method. Each rejects with a `Refusal`. */
export type History = { [N in CallName]: (body: BodyOf<N>) => Promise<ResponseOf<N>> } & {
  /** Rejects while history is away. */
  ping(): Promise<void>
  close(): Promise<void>
}

export type HistoryOptions = {
  /** Where history answers; a name that resolves to several replicas spreads the calls. */
  url: string
  /** The services' shared secret. */
  token: string
  /** Connections kept, so calls under way, at most. */
  connections?: number
}

const tries = 4
const firstRetryMs = 50
const answerWithinMs = 10_000

/**
 * A client of history's internal API. A call that gets no answer (a replica died, none is up yet) is repeated on
 * another connection a few times within about half a second, which is safe because each call may be made twice with the
 * effect of once; then it rejects with `unavailable`.
 */
export function createHistoryClient({ url, token, connections = 32 }: HistoryOptions): History {
  const agent = new Agent({
    connections,
    connectTimeout: 1_000,
    headersTimeout: answerWithinMs,
    bodyTimeout: answerWithinMs,
    keepAliveTimeout: 4_000,
  })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }

  async function request(path: string, method: 'GET' | 'POST', body: string | null): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const parent = traceparent()
        const told = parent === undefined ? headers : { ...headers, traceparent: parent }
        const answer = await agent.request({ origin: url, path, method, headers: told, body })
        const document = await answer.body.json()
        if (answer.statusCode < 400) return document
        throw fromProblem(document)
      } catch (cause) {
        if (cause instanceof Refusal && cause.code !== 'unavailable') throw cause
        if (attempt >= tries) {
          if (cause instanceof Refusal) throw cause
          throw new Refusal('unavailable', 'History is away for the moment.', { cause })
        }
        await sleep(firstRetryMs * 2 ** (attempt - 1) * (0.5 + Math.random()))
      }
    }
  }

  const calls = Object.fromEntries(
    Object.keys(contract).map((name) => [
      name,
      (body: unknown) =>
        inSpan(`history ${name}`, { kind: SpanKind.CLIENT, onlyWithin: true }, () =>
          request(`/internal/${name}`, 'POST', JSON.stringify(body)),
        ),
    ]),
  ) as { [N in CallName]: (body: BodyOf<N>) => Promise<ResponseOf<N>> }
  return {
    ...calls,
    ping: async () => void (await request('/readyz', 'GET', null)),
    close: () => agent.close(),
  }
}
