/** HTTP of the `geo` module, under /api. All reads need geo:read, all changes geo:config. */

import { Words } from '@chengyun/contract/common'
import {
  Address,
  Crs,
  Division,
  DivisionCode,
  DivisionDetail,
  DutyGrid,
  DutyGridCode,
  DutyGridInput,
  FeatureCollection,
  GEO_ERRORS,
  ImportReport,
  ImportRequest,
  Lat,
  Lng,
  Located,
  PlaceCandidate
} from '@chengyun/contract/geo'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../platform/errors.ts'
import { importDivisions, importGrids } from './commands/import-boundaries.ts'
import { saveDutyGrid } from './commands/save-duty-grid.ts'
import { toCgcs2000 } from './domain/crs.ts'
import { presentDivision, presentDutyGrid, presentGrid, presentOutline } from './present.ts'
import { listDivisions, listDutyGridMembers, listDutyGrids, listGrids, listOutlines } from './queries.ts'
import { baseMapRoutes } from './routes/base-map.ts'
import { Bbox, readBbox, Within } from './routes/bbox.ts'
import { collectorRoutes } from './routes/collectors.ts'
import { regridRoutes } from './routes/regrid.ts'
import { roadRoutes } from './routes/roads.ts'
import { surfaceRoutes } from './routes/surface.ts'
import { reverseAddress, searchAddress } from './search.ts'
import { geoService } from './service.ts'

const fail = thrower(GEO_ERRORS)
const read = { config: { permission: 'geo:read' } }
const write = { config: { permission: 'geo:config' } }
/** A city's boundary file is tens of megabytes. */
const IMPORT_LIMIT = 128 * 1024 * 1024
const MAX_GRIDS = 2000
/** Other processes (the command line) change places too; this one looks for it this often. */
const REFRESH_MS = 15_000

const PointQuery = Type.Object({ lng: Lng, lat: Lat, crs: Type.Optional(Crs) }, { additionalProperties: false })
const BboxQuery = Type.Object({ bbox: Bbox, within: Within }, { additionalProperties: false })

const pointOf = (query: { lng: number; lat: number; crs?: Crs }): { lng: number; lat: number } => {
  const [lng, lat] = toCgcs2000([query.lng, query.lat], query.crs ?? 'CGCS2000')
  return { lng, lat }
}

export const geoRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const geo = await geoService(db)
  const timer = setInterval(
    () => void geo.refresh().catch((error: unknown) => app.log.warn({ err: error }, 'places not refreshed')),
    REFRESH_MS
  )
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
  await app.register(baseMapRoutes)
  await app.register(regridRoutes)
  await app.register(collectorRoutes)
  await app.register(roadRoutes)
  await app.register(surfaceRoutes)
  const tag = (name: string): string => `"geo-${geo.revision()}-${name}"`

  app.get(
    '/geo/divisions',
    {
      ...read,
      schema: {
        querystring: Type.Object({ within: Within }, { additionalProperties: false }),
        response: { 200: Type.Array(Division) }
      }
    },
    async (req) => {
      const rows = await listDivisions(db)
      return rows.filter((row) => row.valid_to_on === null && row.code.startsWith(req.query.within ?? '')).map(presentDivision)
    }
  )

  app.get(
    '/geo/divisions/:code',
    {
      ...read,
      schema: { params: Type.Object({ code: DivisionCode }), response: { 200: DivisionDetail } }
    },
    async (req) => {
      const rows = await listDivisions(db)
      const byCode = new Map(rows.map((row) => [row.code, row]))
      const row = byCode.get(req.params.code)
      if (!row) throw fail('GEO_DIVISION_NOT_FOUND', { code: req.params.code })
      const path: { code: string; name: string }[] = []
      for (let at = row.parent_code; at !== null; at = byCode.get(at)?.parent_code ?? null)
        path.unshift({ code: at, name: byCode.get(at)?.name ?? '' })
      const children = rows.filter((child) => child.parent_code === row.code && child.valid_to_on === null).map(presentDivision)
      return { ...presentDivision(row), path, children, validFrom: row.valid_from_on, validTo: row.valid_to_on }
    }
  )

  const outlineCache = new Map<string, string>()
  app.get(
    '/geo/outlines',
    {
      ...read,
      schema: {
        querystring: Type.Object(
          { level: Words(['district', 'street', 'community']), within: Within },
          { additionalProperties: false }
        ),
        response: { 200: FeatureCollection, 304: Type.Null() }
      }
    },
    async (req, reply) => {
      const { level, within = '' } = req.query
      const etag = tag(`${level}-${within}`)
      reply.header('etag', etag).header('cache-control', 'private, max-age=0, must-revalidate').type('application/geo+json')
      if (req.headers['if-none-match'] === etag) return reply.code(304).send(null)
      let body = outlineCache.get(etag)
      if (body === undefined) {
        const rows = await listOutlines(db, level, within)
        body = JSON.stringify({ type: 'FeatureCollection', features: rows.map(presentOutline) })
        if (outlineCache.size >= 32) outlineCache.clear()
        outlineCache.set(etag, body)
      }
      return reply.serializer((text: unknown) => text as string).send(body as never)
    }
  )

  app.get('/geo/grids', { ...read, schema: { querystring: BboxQuery, response: { 200: FeatureCollection } } }, async (req) => {
    const { within = '' } = req.query
    const found = geo.gridsWithin(...readBbox(req.query.bbox)).filter((code) => code.startsWith(within))
    const rows = await listGrids(db, found.slice(0, MAX_GRIDS))
    return {
      type: 'FeatureCollection' as const,
      features: rows.map((row) => presentGrid(row, geo)),
      truncated: found.length > MAX_GRIDS
    }
  })

  app.get('/geo/locate', { ...read, schema: { querystring: PointQuery, response: { 200: Located } } }, async (req) => {
    const found = geo.locate(pointOf(req.query))
    if (found === null) throw fail('GEO_POINT_OUTSIDE_CITY')
    return found
  })

  app.get('/geo/reverse', { ...read, schema: { querystring: PointQuery, response: { 200: Address } } }, async (req) => {
    const point = pointOf(req.query)
    if (!geo.cityContains(point)) throw fail('GEO_POINT_OUTSIDE_CITY')
    return reverseAddress(db, geo, point)
  })

  app.get(
    '/geo/search',
    {
      ...read,
      schema: {
        querystring: Type.Object(
          { q: Type.String({ maxLength: 100 }), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })) },
          { additionalProperties: false }
        ),
        response: { 200: Type.Array(PlaceCandidate) }
      }
    },
    (req) => searchAddress(db, geo, req.query.q, req.query.limit ?? 10)
  )

  app.get(
    '/geo/duty-grids',
    {
      ...read,
      schema: {
        querystring: Type.Object({ within: Within }, { additionalProperties: false }),
        response: { 200: Type.Array(DutyGrid) }
      }
    },
    async (req) => (await listDutyGrids(db, req.query.within ?? '')).map(presentDutyGrid)
  )

  app.get(
    '/geo/duty-grids/:code',
    {
      ...read,
      schema: { params: Type.Object({ code: DutyGridCode }), response: { 200: FeatureCollection } }
    },
    async (req) => {
      const codes = await listDutyGridMembers(db, req.params.code)
      if (codes.length === 0) throw fail('GEO_DUTY_GRID_NOT_FOUND', { code: req.params.code })
      const rows = await listGrids(db, codes)
      return { type: 'FeatureCollection' as const, features: rows.map((row) => presentGrid(row, geo)) }
    }
  )

  app.put(
    '/geo/duty-grids/:code',
    {
      ...write,
      schema: {
        params: Type.Object({ code: DutyGridCode }),
        body: Type.Omit(DutyGridInput, ['code'], { additionalProperties: false }),
        response: { 200: Type.Object({ code: DutyGridCode, gridCount: Type.Integer() }) }
      }
    },
    async (req) => {
      const saved = await saveDutyGrid(db, req.actor, { ...req.body, code: req.params.code })
      await geo.refresh()
      return saved
    }
  )

  app.post(
    '/geo/imports',
    { ...write, bodyLimit: IMPORT_LIMIT, schema: { body: ImportRequest, response: { 200: ImportReport } } },
    async (req) => {
      const { kind, ...input } = req.body
      const report = await (kind === 'divisions' ? importDivisions : importGrids)(db, req.actor, input)
      await geo.refresh()
      return report
    }
  )
}
