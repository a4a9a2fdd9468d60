/**
 * Every way in which Parley refuses, with the HTTP status it maps to. The same code stands in REST problem details,
 * WebSocket error frames, logs and the page's texts.
 */
export const errorStatus = {
  'auth.required': 401,
  'auth.invalid_credentials': 401,
  'auth.session_ended': 401,
  'auth.wrong_password': 403,
  'auth.ticket_invalid': 401,
  'auth.email_taken': 409,
  'auth.suspended': 403,
  'auth.email_unverified': 403,
  'auth.closed': 403,
  'auth.link_invalid': 404,
  'auth.passkey_refused': 401,
  'auth.provider_refused': 401,
  'auth.scope': 403,
  'auth.password_leaked': 422,
  'passkey.not_found': 404,
  'passkey.too_many': 409,
  'token.not_found': 404,
  'token.too_many': 409,
  'guest.forbidden': 403,
  'setup.refused': 403,
  'account.not_found': 404,
  'account.last_way_in': 409,
  'account.last_administrator': 409,
  'origin.forbidden': 403,
  'access.forbidden': 403,
  'conversation.not_found': 404,
  'conversation.too_far_behind': 409,
  'conversation.too_many_open': 409,
  'conversation.full': 409,
  'message.held': 403,
  'message.not_found': 404,
  'message.id_taken': 409,
  'message.too_many_reactions': 409,
  'message.not_a_reply': 409,
  'message.not_a_prompt': 409,
  'assistant.not_found': 404,
  'assistant.handle_taken': 409,
  'assistant.too_many': 409,
  'quota.requests': 429,
  'quota.tokens': 429,
  'quota.replies': 429,
  'member.not_found': 404,
  'member.last_owner': 409,
  'invite.not_found': 404,
  'invite.too_many': 409,
  'share.not_found': 404,
  'share.too_many': 409,
  'import.not_alone': 409,
  'model.forbidden': 403,
  'report.not_found': 404,
  'block.too_many': 409,
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

/**
 * The reasons a reply can fail with: in words for the people in the conversation, and whether the same prompt may well
 * succeed a little later, so that a worker tries it again before it gives up.
 */
export const replyErrors = {
  'provider.rate_limited': { again: true, words: 'The model’s provider is busy. Please try again in a while.' },
  'provider.unavailable': { again: true, words: 'The model’s provider has a problem. Please try again in a while.' },
  'provider.timeout': { again: true, words: 'The model took too long to begin. Please try again.' },
  'provider.stalled': { again: true, words: 'The model fell silent in the middle of its reply. Please try again.' },
  'provider.cut': { again: true, words: 'The connection to the model broke. Please try again.' },
  'provider.malformed': { again: true, words: 'The model’s provider answered something unreadable. Please try again.' },
  'provider.content_filter': { again: false, words: 'The provider’s content filter ended this reply.' },
  'provider.key_refused': {
    again: false,
    words: 'The provider refused this installation’s key. Whoever runs Parley here has to mend that.',
  },
  'provider.failed': { again: false, words: 'The model could not write this reply.' },
  'context.too_long': {
    again: false,
    words: 'This is more than the model can read at once. Shorten it, or choose a model that reads more.',
  },
  'model.forbidden': { again: false, words: 'This model is not to be used here. Choose another one.' },
  'model.unknown': {
    again: false,
    words: 'The provider does not know the model that is set. Whoever runs Parley here has to mend that.',
  },
  'quota.requests': { again: false, words: 'All that one person may ask in a day is used up.' },
  'quota.tokens': { again: false, words: 'All that one person may use of the models in a day is used up.' },
  'quota.replies': {
    again: false,
    words: 'There are as many replies under way as one person may have. Wait for one to end.',
  },
  'attempts.exhausted': { again: false, words: 'The assistant could not finish this reply. Please try again.' },
} as const satisfies Record<string, { again: boolean; words: string }>

export type ReplyErrorCode = keyof typeof replyErrors

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
