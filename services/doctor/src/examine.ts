import { checkDatabase } from './database.ts'
import { type Finding, ill, well } from './finding.ts'
import { checkHistory, checkNats, checkOutside, checkRedis } from './others.ts'
import { checkSettings } from './settings.ts'

const oldestNode = 22

/**
 * Looks at an installation as its settings name it: the settings themselves, what they lead to, versions, clocks and the
 * schema. It changes nothing.
 *
 * @param now this machine's clock, in milliseconds since the epoch
 */
export async function examine(env: NodeJS.ProcessEnv, now: () => number = Date.now): Promise<Finding[]> {
  const { findings, known } = checkSettings(env)
  const {
    databaseUrl,
    databaseConnections = 10,
    redisUrl,
    natsUrl,
    historyUrl,
    internalToken,
    issuer,
    openaiUrl,
  } = known
  const all = await Promise.all([
    [checkNode()],
    findings,
    databaseUrl === undefined ? [] : checkDatabase(databaseUrl, { connections: databaseConnections, now }),
    ...(redisUrl?.split(',') ?? []).map((url) => checkRedis(url, now)),
    ...(natsUrl?.split(',') ?? []).map((url) => checkNats(url)),
    historyUrl === undefined || internalToken === undefined ? [] : checkHistory(historyUrl, internalToken),
    issuer === undefined
      ? []
      : checkOutside('sign-in', `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, 'OIDC_ISSUER'),
    openaiUrl === undefined ? [] : checkOutside('model', openaiUrl, 'OPENAI_BASE_URL'),
  ])
  return all.flat()
}

function checkNode(): Finding {
  const { version } = process
  const major = Number(version.slice(1).split('.')[0])
  if (major < oldestNode) return ill('Node', `It is ${version}.`, `Parley needs ${oldestNode} or newer.`)
  return well('Node', version)
}
