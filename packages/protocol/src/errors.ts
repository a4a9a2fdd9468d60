/**
 * Every way in which Parley refuses, with the HTTP status it maps to. The same code stands in REST problem details,
 * WebSocket error frames, logs and the page's texts.
 */
export const errorStatus = {
  'auth.required': 401,
  'auth.invalid_credentials': 401,
  'auth.session_ended': 401,
  'auth.ticket_invalid': 401,
  'auth.email_taken': 409,
  'origin.forbidden': 403,
  'access.forbidden': 403,
  'conversation.not_found': 404,
  'conversation.too_far_behind': 409,
  'conversation.too_many_open': 409,
  'conversation.full': 409,
  'message.not_found': 404,
  'message.id_taken': 409,
  'message.too_many_reactions': 409,
  'message.not_a_reply': 409,
  'member.not_found': 404,
  'member.last_owner': 409,
  'invite.not_found': 404,
  'reply.held': 409,
  'reply.over': 409,
  'reply.stale': 409,
  'request.invalid': 422,
  'request.too_large': 413,
  'frame.invalid': 422,
  'frame.too_large': 413,
  'command.unknown': 422,
  'rate.limited': 429,
  'route.not_found': 404,
  unavailable: 503,
  internal: 500,
} as const

export type ErrorCode = keyof typeof errorStatus

/** The reasons a reply can fail with; its message says the same in words. */
export type ReplyErrorCode = 'provider.failed' | 'provider.timeout' | 'attempts.exhausted' | 'model.unknown'

/** Whether a string is one of the codes above. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorStatus, code)
}

/**
 * A refusal: an expected "no" with a code. `message` is a plain sentence that may be shown to the user; it never
 * carries internals.
 */
export class Refusal extends Error {
  readonly code: ErrorCode
  /** The field at fault, as a JSON pointer, where there is one. */
  readonly field: string | undefined
  /** Milliseconds after which a repeat may succeed, where that is known. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    extra: { field?: string; retryAfterMs?: number; cause?: unknown } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause })
    this.name = 'Refusal'
    this.code = code
    this.field = extra.field
    this.retryAfterMs = extra.retryAfterMs
  }

  get status(): number {
    return errorStatus[this.code]
  }
}

/** Problem details after RFC 9457, with Parley's code. */
export type Problem = {
  type: string
  title: string
  status: number
  code: ErrorCode
  detail: string
  field?: string
  retryAfterMs?: number
}

/** The problem document of a refusal. */
export function toProblem(refusal: Refusal): Problem {
  return {
    type: `https://parley.chat/errors/${refusal.code}`,
    title: refusal.code,
    status: refusal.status,
    code: refusal.code,
    detail: refusal.message,
    ...(refusal.field === undefined ? {} : { field: refusal.field }),
    ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
  }
}

/** The refusal that a problem document describes; anything that is none becomes `unavailable`. */
export function fromProblem(body: unknown): Refusal {
  const problem = body as Partial<Problem> | null
  if (!isErrorCode(problem?.code)) return new Refusal('unavailable', 'The service cannot answer right now.')
  return new Refusal(problem.code, problem.detail ?? problem.code, {
    ...(problem.field === undefined ? {} : { field: problem.field }),
    ...(problem.retryAfterMs === undefined ? {} : { retryAfterMs: problem.retryAfterMs }),
  })
}
