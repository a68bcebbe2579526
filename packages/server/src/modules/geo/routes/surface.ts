/** Land and sea of the base map. */
import { Surface } from '@chengyun/contract/geo'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { geoService } from '../service.ts'
import { surfaceOf } from '../surface.ts'

export const surfaceRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const geo = await geoService(db)
  let known: { etag: string; body: string } | null = null
  app.get(
    '/geo/surface',
    { config: { permission: 'geo:read' }, schema: { response: { 200: Surface, 304: Type.Null() } } },
    async (req, reply) => {
      const etag = `"geo-${geo.revision()}-surface"`
      reply.header('etag', etag).header('cache-control', 'private, max-age=0, must-revalidate')
      if (req.headers['if-none-match'] === etag) return reply.code(304).send(null)
      if (known?.etag !== etag) known = { etag, body: JSON.stringify((await surfaceOf(db)) ?? { extent: null, land: null }) }
      const { body } = known
      reply.type('application/json')
      return reply.serializer((text: unknown) => text as string).send(body as never)
    }
  )
}
