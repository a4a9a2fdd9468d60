import { modelSettings, settings as workerSettings } from '@parley/ai-worker/settings'
import { settings as chatSettings } from '@parley/chat-ws/settings'
import { readKeyring } from '@parley/gateway/keyring'
import { settings as gatewaySettings, readIdentity } from '@parley/gateway/settings'
import { settings as historySettings } from '@parley/history/settings'
import { readSettings, SettingError } from '@parley/kit'
import * as Type from 'typebox'
import { doubtful, type Finding, ill, well } from './finding.ts'

const about = 'settings'
const services = {
  gateway: gatewaySettings,
  history: historySettings,
  'chat-ws': chatSettings,
  'ai-worker': { ...workerSettings, ...modelSettings },
}

/** What the other checks need to know. What is not set, or is wrong, is not there. */
export type Known = {
  databaseUrl?: string
  databaseConnections?: number
  redisUrl?: string
  natsUrl?: string
  historyUrl?: string
  internalToken?: string
  publicUrl?: string | undefined
  smtpUrl?: string | undefined
  issuer?: string | undefined
  openaiUrl?: string | undefined
}

/** Reads each service's settings as the service does, and looks whether they fit together. */
export function checkSettings(env: NodeJS.ProcessEnv): { findings: Finding[]; known: Known } {
  const findings: Finding[] = []
  const seen = new Set<string>()
  for (const [name, schema] of Object.entries(services)) {
    try {
      readSettings(Type.Object(schema as Type.TProperties), env)
    } catch (error) {
      // The same setting of several services is told once.
      const { message } = error as Error
      if (!seen.has(message))
        findings.push(
          ill(about, `${name}: ${message}`, 'Set it in .env, or as NAME_FILE; docs/operations.md lists all.'),
        )
      seen.add(message)
    }
  }
  const read = <T>(of: (env: NodeJS.ProcessEnv) => T): T | undefined => {
    try {
      return of(env)
    } catch (error) {
      if (error instanceof SettingError) return undefined
      throw error
    }
  }
  const one = <K extends string>(name: K, schema: Type.TSchema): string | undefined =>
    read((from) => (readSettings(Type.Object({ [name]: Type.Optional(schema) }), from) as Record<K, string>)[name])
  const gateway = read((from) => readSettings(Type.Object(gatewaySettings), from))
  if (gateway) findings.push(...checkGateway(gateway))
  const worker = read((from) => readSettings(Type.Object({ ...workerSettings, ...modelSettings }), from))
  if (worker && (worker.OPENAI_BASE_URL || worker.OPENAI_API_KEY || worker.ANTHROPIC_API_KEY) && !worker.MODEL) {
    findings.push(ill(about, 'A provider is set, and MODEL is not.', 'Name the model that answers in MODEL.'))
  }
  if (findings.length === 0) findings.push(well(about, 'All services can read theirs, and they fit together.'))
  const connections = one('DATABASE_CONNECTIONS', historySettings.DATABASE_CONNECTIONS)
  const known = {
    databaseUrl: one('DATABASE_URL', historySettings.DATABASE_URL),
    databaseConnections: connections === undefined ? undefined : Number(connections),
    redisUrl: one('REDIS_URL', historySettings.REDIS_URL),
    natsUrl: one('NATS_URL', historySettings.NATS_URL),
    historyUrl: one('HISTORY_URL', chatSettings.HISTORY_URL),
    internalToken: one('INTERNAL_TOKEN', historySettings.INTERNAL_TOKEN),
    publicUrl: one('PUBLIC_URL', gatewaySettings.PUBLIC_URL),
    smtpUrl: one('SMTP_URL', gatewaySettings.SMTP_URL),
    issuer: one('OIDC_ISSUER', gatewaySettings.OIDC_ISSUER),
    openaiUrl: worker?.OPENAI_BASE_URL || undefined,
  }
  return { findings, known: Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) }
}

function checkGateway(env: Type.Static<Type.TObject<typeof gatewaySettings>>): Finding[] {
  const findings: Finding[] = []
  for (const check of [() => readKeyring(env.SIGNING_KEY), () => readIdentity(env)]) {
    try {
      check()
    } catch (error) {
      findings.push(
        ill(about, `gateway: ${(error as Error).message}`, 'docs/operations.md lists what belongs together.'),
      )
    }
  }
  const isSecure = env.PUBLIC_URL?.startsWith('https:')
  if (isSecure === false && env.SECURE_COOKIES) {
    findings.push(
      ill(
        about,
        'SECURE_COOKIES is on, and PUBLIC_URL is http: browsers keep no session.',
        'Serve Parley over HTTPS (deploy/compose/tls.yaml), or turn SECURE_COOKIES off.',
      ),
    )
  }
  if (isSecure && !env.SECURE_COOKIES) {
    findings.push(
      doubtful(
        about,
        'PUBLIC_URL is https, and SECURE_COOKIES is off: a session may be sent in the open.',
        'Set SECURE_COOKIES=true.',
      ),
    )
  }
  return findings
}
