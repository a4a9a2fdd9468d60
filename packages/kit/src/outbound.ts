import dns from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Agent, fetch as undiciFetch } from 'undici'
import { SettingError } from './config.ts'

/** Calls to hosts that the settings name, and to nothing else. */
export type Outbound = {
  /** As `fetch`, but that it follows nobody elsewhere, and reaches no address that the host may not have. */
  fetch: typeof fetch
  /** Finds a host's addresses, for what connects by itself. Those that it may not have are an error. */
  lookup: LookupFunction
  /** @throws SettingError for an address that is never called */
  require(url: string, setting: string): void
}

/** Where clouds tell a machine its secrets, and what is nobody's: never called, however it is written. */
const never = new BlockList()
never.addSubnet('169.254.0.0', 16)
never.addSubnet('fe80::', 10, 'ipv6')
never.addAddress('fd00:ec2::254', 'ipv6')
never.addSubnet('0.0.0.0', 8)
never.addAddress('::', 'ipv6')
never.addSubnet('224.0.0.0', 3)
never.addSubnet('ff00::', 8, 'ipv6')

/** Addresses inside a network (RFC 6890). */
const inside = new BlockList()
for (const [net, prefix] of [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
] as const) {
  inside.addSubnet(net, prefix)
}
inside.addAddress('::1', 'ipv6')
inside.addSubnet('fc00::', 7, 'ipv6')

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** Whether a host may have an address: what looks public is to be public, lest its name is turned to somewhere inside. */
export function mayHave(host: string, address: string, privateHosts: readonly string[] = []): boolean {
  const family = familyOf(address)
  if (never.check(address, family)) return false
  return !inside.check(address, family) || isPlainlyInside(host) || privateHosts.includes(host.toLowerCase())
}

/** Names that nobody outside gives out, and addresses, which say themselves where they are. */
function isPlainlyInside(host: string): boolean {
  return isIP(host) !== 0 || !host.includes('.') || /\.(local|internal|lan|home\.arpa)$|^localhost\.?$/i.test(host)
}

/**
 * Calls to hosts that the settings name. Who writes the settings is trusted, what answers is not: it could send on to
 * addresses inside (server-side request forgery), or have its name resolve to one.
 *
 * @param privateHosts names that look public and are inside all the same
 */
export function createOutbound(privateHosts: readonly string[] = []): Outbound {
  const lookup: LookupFunction = (host, options, callback) => {
    dns.lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 4)
      const refused = addresses.find(({ address }) => !mayHave(host, address, privateHosts))
      if (refused) return callback(new Error(`${host} is at ${refused.address}, which it may not be`), '', 4)
      if (options.all) return callback(null, addresses as never)
      callback(null, addresses[0]!.address, addresses[0]!.family)
    })
  }
  const dispatcher = new Agent({ connect: { lookup } })

  function hostOf(url: string): string {
    return new URL(url).hostname.replace(/^\[|\]$/g, '') // as browsers write it: 0x7f.1 and 127.1 are 127.0.0.1
  }

  return {
    lookup,
    require(url, setting) {
      const host = hostOf(url)
      if (isIP(host) && !mayHave(host, host)) throw new SettingError(`${setting}: ${host} is not to be called`)
    },
    // A connection to an address needs no lookup: it is looked at before.
    fetch: (async (input: string | URL | Request, init?: RequestInit) => {
      const url = input instanceof Request ? input.url : String(input)
      const host = hostOf(url)
      if (isIP(host) && !mayHave(host, host)) throw new Error(`${host} is not to be called`)
      const redirect = init?.redirect === 'manual' ? 'manual' : 'error'
      return undiciFetch(input as never, { ...(init as object), redirect, dispatcher } as never)
    }) as unknown as typeof fetch,
  }
}
