import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import fastifyPlugin from 'fastify-plugin'

/** The OpenAPI 3.1 description at `/openapi.json`, made of the routes' schemas, and a page to read it at `/docs`. */
export const describeApi = fastifyPlugin(async (app: FastifyInstance, { prefix }: { prefix: string }) => {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Parley',
        version: '1',
        description:
          'People and AI assistants in the same live conversation. Make an account, take its access token, and a script can do all that the page can.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: { securitySchemes: { session: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      security: [{ session: [] }],
    },
  })
  await app.register(swaggerUi, { routePrefix: `${prefix}/docs`, staticCSP: true })
  app.get(`${prefix}/openapi.json`, { schema: { hide: true } }, async () => app.swagger())
})
