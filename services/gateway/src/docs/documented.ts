import { ProblemSchema } from '@parley/protocol'
import type * as Type from 'typebox'

type Parts = { body?: Type.TSchema; params?: Type.TSchema; querystring?: Type.TSchema; [status: number]: Type.TSchema }

type Schema<P extends Parts> = Pick<P, Extract<keyof P, 'body' | 'params' | 'querystring'>> & {
  tags: string[]
  summary: string
}

/** A route's schema: what it takes, what it answers by status, and how the documentation lists it. */
export function documented<P extends Parts>(tag: string, summary: string, parts: P): Schema<P> {
  const { body, params, querystring, ...responses } = parts
  return {
    tags: [tag],
    summary,
    ...(body && { body }),
    ...(params && { params }),
    ...(querystring && { querystring }),
    response: { ...responses, '4xx': { description: 'A refusal, as RFC 9457 problem details', content } },
  } as unknown as Schema<P>
}

const content = { 'application/problem+json': { schema: ProblemSchema } }
