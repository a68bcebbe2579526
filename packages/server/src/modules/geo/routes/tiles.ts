/** Vector tiles at the addresses map clients know: /tiles/{layer}.json and /tiles/{layer}/{z}/{x}/{y}.mvt. */
import { CELL_MAX_ZOOM, LAYER_MAX_ZOOM, LayerId, MAP_ERRORS, TileJson, TileQuery } from '@chengyun/contract/geo'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { cityExtent } from '../queries/layer-rows.ts'
import { codedBody, codingFor, usedCoding } from '../tiles/cache.ts'
import { openLayer, openTiles } from '../tiles/open.ts'
import { presentMetadata, presentTileJson } from '../tiles/present.ts'

const fail = thrower(MAP_ERRORS)
type Bounds = readonly [w: number, s: number, e: number, n: number]
/** Before there is a city: all of China, roughly. */
const ANYWHERE: Bounds = [73, 18, 135, 54]
/** A layer without objects. */
const NOWHERE: Bounds = [0, 0, 0, 0]
const together = (a: Bounds, b: Bounds | null): Bounds =>
  b ? [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])] : a
const TilePlace = Type.Object({
  layer: LayerId,
  z: Type.Integer({ minimum: 0, maximum: LAYER_MAX_ZOOM }),
  x: Type.Integer({ minimum: 0 }),
  y: Type.Integer({ minimum: 0 })
})

export const tileRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const service = openTiles(app)

  app.get(
    '/tiles/:layer.json',
    {
      config: { authenticated: true },
      schema: {
        tags: ['map'],
        summary: 'TileJSON 3.0 of a layer; the filter goes into the address of its tiles',
        params: Type.Object({ layer: LayerId }),
        querystring: TileQuery,
        response: { 200: TileJson }
      }
    },
    async (req, reply) => {
      const { as: _, ...filter } = req.query
      const { source, layer } = await openLayer(service, req.actor, req.params.layer, filter)
      const base = app.settings.CHENGYUN_PUBLIC_URL?.replace(/\/$/, '') ?? `${req.protocol}://${req.host}`
      const asked = new URLSearchParams(req.query as Record<string, string>).toString()
      reply.header('cache-control', 'private, no-cache')
      // Clients ask for no tile outside: where an object may come to lie tomorrow belongs to it as well.
      const bounds = together((await cityExtent(app.db)) ?? ANYWHERE, layer.box())
      return presentTileJson(source, base, asked === '' ? '' : `?${asked}`, bounds)
    }
  )

  app.get(
    '/tiles/:layer/metadata.json',
    {
      config: { authenticated: true },
      schema: {
        tags: ['map'],
        summary:
          'The same as tippecanoe writes it beside a folder of tiles: what GDAL and QGIS look for (`MVT:…/tiles/{layer}/{z}`)',
        params: Type.Object({ layer: LayerId })
      }
    },
    async (req, reply) => {
      const { source, layer } = await openLayer(service, req.actor, req.params.layer, {})
      reply.header('cache-control', 'private, no-cache')
      return presentMetadata(presentTileJson(source, '', '', layer.box() ?? NOWHERE))
    }
  )

  app.get(
    '/tiles/:layer/:z/:x/:y.mvt',
    {
      config: { authenticated: true },
      // Packed once for all who ask (cache.ts), not once an answer.
      compress: false,
      decompress: false,
      schema: {
        tags: ['map'],
        summary: 'A vector tile of what the reader may see; 204 when that is nothing',
        params: TilePlace,
        querystring: TileQuery
      }
    },
    async (req, reply) => {
      const { layer: id, z, x, y } = req.params
      const { as, ...filter } = req.query
      if (x >= 2 ** z || y >= 2 ** z) throw fail('MAP_TILE_INVALID', { z, x, y })
      const { live, view, source, layer } = await openLayer(service, req.actor, id, filter)
      const isSingle = z > CELL_MAX_ZOOM || layer.size <= (source.singleUpTo ?? 0)
      const form = as ?? (isSingle ? 'objects' : 'cells')
      const tile = service!.tile(live, view, { z, x, y, form, filter: view.judge.filter })
      reply
        .header('etag', tile.etag)
        .header('cache-control', 'private, no-cache')
        .header('vary', 'accept-encoding, cookie, authorization')
      if (req.headers['if-none-match']?.includes(tile.etag)) return reply.code(304).send()
      if (tile.body.length === 0) return reply.code(204).send()
      const coding = codingFor(req.headers['accept-encoding'])
      const body = await codedBody(tile, coding)
      return reply
        .type('application/vnd.mapbox-vector-tile')
        .header('content-encoding', usedCoding(tile, coding))
        .send(Buffer.from(body.buffer, body.byteOffset, body.byteLength))
    }
  )
}
