import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Confirmation, newId, ProviderVisit, Refusal } from '@parley/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { documented } from '../docs/documented.ts'
import { beginSession } from './begin.ts'
import type { Provider, Visit } from './provider.ts'
import { publicOrigin } from './public-origin.ts'
import { requirePassword } from './require-password.ts'
import { actorOf } from './require-session.ts'

const tag = 'sessions'
const visitMs = 600_000
const path = '/api/v1/sessions/provider'

/** Of which browser a visit is; `Lax`, because it comes back from another site. */
const cookieName = (secure: boolean) => (secure ? '__Host-parley_visit' : 'parley_visit')

type Kept = Visit & { user?: string }

/** Signing in at another place. */
export function providerRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  const { history, scratch, rateLimits, secureCookies } = deps
  return async (app) => {
    app.post(
      '/sessions/provider',
      { schema: documented(tag, 'Where to go to sign in at the provider of identities', { 200: ProviderVisit }) },
      async (request, reply) => {
        await rateLimits.signIn(request.ip)
        return beginVisit(deps, request, reply)
      },
    )

    app.get(
      '/sessions/provider',
      { schema: documented(tag, 'Where the provider sends people back to', {}) },
      async (request, reply) => {
        await rateLimits.signIn(request.ip)
        const provider = requireProvider(deps)
        const { state } = request.query as { state?: unknown }
        const own = request.cookies[cookieName(secureCookies)]
        reply.clearCookie(cookieName(secureCookies), { path: secureCookies ? '/' : path, secure: secureCookies })
        try {
          if (typeof state !== 'string' || state !== own) throw refused()
          const kept = await scratch.take(visitKey(state))
          if (!kept) throw refused()
          const { user: actor, ...visit } = JSON.parse(kept) as Kept
          const identity = await provider.finish(new URL(request.url, publicOrigin(deps, request)), visit)
          const { email, ...who } = identity
          const user = await history.useIdentity({
            ...who,
            ...(email && { email }),
            newId: newId(),
            address: request.ip,
            ...(actor && { actor }),
          })
          if (!actor) await beginSession(deps, { user, way: 'provider' }, request, reply)
          return reply.redirect('/', 303)
        } catch (error) {
          // It is a page that asks here, not a script: it is sent on to where the reason is told in words.
          if (!(error instanceof Refusal)) throw error
          request.log.info({ code: error.code, cause: error.cause }, 'a sign-in at the provider did not work')
          return reply.redirect(`/?problem=${error.code}`, 303)
        }
      },
    )
  }
}

/** Adding it to the account that one is signed in to. */
export function ownProviderRoutes(deps: Deps): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.post(
      '/me/provider',
      {
        schema: documented('account', 'Where to go to add the provider of identities to your account', {
          body: Confirmation,
          200: ProviderVisit,
        }),
      },
      async (request, reply) => {
        await requirePassword(deps, request, request.body.password)
        return beginVisit(deps, request, reply, actorOf(request).user.id)
      },
    )
  }
}

async function beginVisit(deps: Deps, request: FastifyRequest, reply: FastifyReply, user?: string) {
  const { url, ...visit } = await requireProvider(deps).begin(`${publicOrigin(deps, request)}${path}`)
  const kept: Kept = { ...visit, ...(user && { user }) }
  await deps.scratch.put(visitKey(visit.state), JSON.stringify(kept), visitMs)
  reply.setCookie(cookieName(deps.secureCookies), visit.state, {
    path: deps.secureCookies ? '/' : path,
    httpOnly: true,
    sameSite: 'lax',
    secure: deps.secureCookies,
    maxAge: visitMs / 1_000,
  })
  return { url }
}

function requireProvider({ provider }: Deps): Provider {
  if (!provider) throw new Refusal('route.not_found', 'This installation has no provider of identities.')
  return provider
}

function visitKey(state: string): string {
  return `visit:${state}`
}

function refused(): Refusal {
  return new Refusal('auth.provider_refused', 'Signing in there took too long, or began in another browser.')
}
