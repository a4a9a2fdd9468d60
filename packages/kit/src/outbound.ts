import dns from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { Agent, fetch as undiciFetch } from 'undici'
import { SettingError } from './config.ts'

/** Calls to hosts that the settings name, and to nothing else. */
export type Outbound = {
  /**
   * As `fetch`, for what a setting names. It follows nobody elsewhere, and where what answers names other hosts, as a
   * provider of identities does, those are called only outside.
   */
  fetchFor(url: string): typeof fetch
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

/**
 * Whether a host may have an address. What looks public is to be public, lest its name is turned to somewhere inside;
 * and only what is `trusted` may be inside at all.
 */
export function mayHave(
  host: string,
  address: string,
  trusted: { hosts?: readonly string[]; itself?: boolean } = {},
): boolean {
  const { hosts = [], itself = true } = trusted
  const family = familyOf(address)
  if (never.check(address, family)) return false
  return !inside.check(address, family) || (itself && isPlainlyInside(host)) || hosts.includes(host.toLowerCase())
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
  /** @param itself whether a host that is plainly inside is one that the settings name */
  function lookupWhere(itself: (host: string) => boolean): LookupFunction {
    return (host, options, callback) => {
      dns.lookup(host, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, '', 4)
        const trusted = { hosts: privateHosts, itself: itself(host) }
        const refused = addresses.find(({ address }) => !mayHave(host, address, trusted))
        if (refused) return callback(new Error(`${host} is at ${refused.address}, which it may not be`), '', 4)
        if (options.all) return callback(null, addresses as never)
        callback(null, addresses[0]!.address, addresses[0]!.family)
      })
    }
  }

  return {
    lookup: lookupWhere(() => true),
    require(url, setting) {
      const host = hostOf(url)
      if (isIP(host) && !mayHave(host, host)) throw new SettingError(`${setting}: ${host} is not to be called`)
    },
    fetchFor(base) {
      const isNamed = (host: string) => host === hostOf(base)
      const dispatcher = new Agent({ connect: { lookup: lookupWhere(isNamed) } })
      return (async (input: string | URL | Request, init?: RequestInit) => {
        const host = hostOf(input instanceof Request ? input.url : String(input))
        // A connection to an address needs no lookup: it is looked at before.
        if (isIP(host) && !mayHave(host, host, { hosts: privateHosts, itself: isNamed(host) })) {
          throw new Error(`${host} is not to be called`)
        }
        const redirect = init?.redirect === 'manual' ? 'manual' : 'error'
        return undiciFetch(input as never, { ...(init as object), redirect, dispatcher } as never)
      }) as unknown as typeof fetch
    },
  }
}

/** As browsers read it: 0x7f.1 and 127.1 are 127.0.0.1. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '')
}
