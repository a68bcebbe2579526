/** Foreign base maps: which there are, and the archives that lie on this server's disk. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { BaseLayers, GEO_ERRORS, presentBaseLayer } from '@chengyun/contract/geo'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { baseLayersOf } from '../../../platform/base-layers.ts'
import { thrower } from '../../../platform/errors.ts'

const fail = thrower(GEO_ERRORS)
const read = { config: { permission: 'geo:read' } }
/** A reader of archives asks for directories and tiles, never for gigabytes. */
const MOST_BYTES = 16 * 1024 * 1024

export const baseMapRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const layers = baseLayersOf(app.settings)

  app.get('/map/base', { ...read, schema: { response: { 200: BaseLayers } } }, () => ({ layers: layers.map(presentBaseLayer) }))

  app.get(
    '/map/base/:id',
    { ...read, schema: { params: Type.Object({ id: Type.String({ maxLength: 60 }) }), hide: true } },
    async (req, reply) => {
      const file = layers.find((l) => l.id === req.params.id)?.file
      const found = file === undefined ? null : await stat(file).catch(() => null)
      if (file === undefined || !found?.isFile()) throw fail('GEO_BASE_NOT_FOUND', { id: req.params.id })
      const range = /^bytes=(\d+)-(\d+)?$/.exec(req.headers.range ?? '')
      const start = Number(range?.[1] ?? 0)
      const end = Math.min(Number(range?.[2] ?? found.size - 1), found.size - 1, start + MOST_BYTES - 1)
      reply.header('accept-ranges', 'bytes')
      if (!range || start > end) return reply.code(416).header('content-range', `bytes */${found.size}`).send()
      return reply
        .code(206)
        .header('content-range', `bytes ${start}-${end}/${found.size}`)
        .header('content-length', end - start + 1)
        .header('cache-control', 'private, max-age=3600')
        .header('etag', `"${found.size.toString(16)}-${Math.round(found.mtimeMs).toString(16)}"`)
        .header('content-encoding', 'identity')
        .type('application/octet-stream')
        .send(createReadStream(file, { start, end }))
    }
  )
}
