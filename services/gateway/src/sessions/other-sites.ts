import { Refusal } from '@parley/protocol'
import type { FastifyRequest } from 'fastify'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])
const ownSites = new Set(['same-origin', 'none'])

/**
 * A hook that refuses to change anything for a page of another site, which browsers would send the visitor's cookies
 * along with. They say where a request comes from by Fetch Metadata, older ones by `Origin` alone; what says neither is
 * a script, which has nobody's cookies but its own. After OWASP's Cross-Site Request Forgery Prevention Cheat Sheet.
 */
export async function refuseOtherSites(request: FastifyRequest): Promise<void> {
  if (safe.has(request.method)) return
  const { origin, 'sec-fetch-site': site } = request.headers
  const isOwn =
    typeof site === 'string' ? ownSites.has(site) : origin === undefined || isOwnOrigin(origin, request.host)
  if (!isOwn) throw new Refusal('origin.forbidden', 'This can be asked by the page itself only.')
}

function isOwnOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}
