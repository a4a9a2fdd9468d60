import type { FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'

/**
 * Where people reach this installation. Unless that is set it is what the request says, which whoever makes the request
 * can choose: letters are sent only where it is set.
 */
export function publicOrigin({ publicUrl }: Pick<Deps, 'publicUrl'>, request: FastifyRequest): string {
  return publicUrl ?? `${request.protocol}://${request.host}`
}
