/** Questions to the layers of the map: which there are, what lies here, what is near, how many are within, give me those. */
import { Readable } from 'node:stream'
import {
  CountsRequest,
  CountsView,
  FEATURES_LIMIT,
  IdentifyQuery,
  LayerHits,
  LayerTree,
  MAP_ERRORS,
  type MapArea,
  NearestQuery,
  TimelineRequest,
  TimelineView
} from '@chengyun/contract/geo'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Actor } from '../../../platform/actor.ts'
import { AppError, thrower } from '../../../platform/errors.ts'
import { shapeFromGeoJson } from '../domain/shape.ts'
import { type Area, areaNear, areaOfShape } from '../domain/tiles/area.ts'
import { type Near, nearest, within } from '../domain/tiles/nearby.ts'
import { reachesNothing } from '../domain/tiles/reach.ts'
import { countOverTime } from '../domain/tiles/timeline.ts'
import { countWithin, type Found, findWithin } from '../domain/tiles/within.ts'
import { type OpenLayer, openLayer, openTiles, readMoment } from '../tiles/open.ts'
import { presentClasses, presentFeature, presentHit, presentLayer, presentStatuses } from '../tiles/present.ts'
import type { TileService } from '../tiles/service.ts'

const fail = thrower(MAP_ERRORS)
const signedIn = { config: { authenticated: true } }
/** A click reaches so many pixels around it. */
const CLICK_PX = 10
/** Metres a pixel at zoom 0 on the equator, tiles of 512 pixels. */
const METRES_PX = 40_075_016.686 / 512
const TREE_WAIT_MS = 4000
const FEATURES_AT_ONCE = 1000

/** The area of a request. Throws MAP_AREA_INVALID. */
function areaOf(asked: MapArea): Area {
  if ('circle' in asked) return areaNear([asked.circle.center], asked.circle.radiusM)
  if ('buffer' in asked) return areaNear(asked.buffer.line, asked.buffer.radiusM)
  const shape = shapeFromGeoJson(asked as Parameters<typeof shapeFromGeoJson>[0])
  if (shape.length === 0) throw fail('MAP_AREA_INVALID', { reason: 'fewer than three corners' })
  return areaOfShape(shape)
}

/** The layers of the tree this person may see, those that are ready with counts. */
async function treeFor(service: TileService, actor: Actor) {
  const now = new Date()
  const mine = []
  for (const live of await service.list()) {
    if (!live.source.mayRead(actor)) continue
    const reach = await service.reachOf(actor, live.source)
    if (!reachesNothing(reach)) mine.push({ live, reach })
  }
  // Small layers are there in a moment; one that takes longer is shown as being read.
  const loads = mine.map(({ live }) => live.load().catch(() => undefined))
  await Promise.race([Promise.all(loads), new Promise((resolve) => setTimeout(resolve, TREE_WAIT_MS).unref())])
  return mine.map(({ live, reach }) => {
    const { source, layer } = live
    const counts = layer ? layer.view(reach, { classes: [], statuses: [], at: null }).counts() : null
    return presentLayer(source, counts, now)
  })
}

export const mapRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const service = openTiles(app)

  app.get(
    '/map/layers',
    {
      ...signedIn,
      schema: { tags: ['map'], summary: 'The layers the reader may see, with his counts', response: { 200: LayerTree } }
    },
    async (req, reply) => {
      if (!service) throw fail('MAP_LAYERS_OFF')
      reply.header('cache-control', 'private, no-cache')
      return { layers: await treeFor(service, req.actor) }
    }
  )

  app.get(
    '/map/identify',
    {
      ...signedIn,
      schema: {
        tags: ['map'],
        summary: 'Objects at a place of the map, nearest first',
        querystring: IdentifyQuery,
        response: { 200: LayerHits }
      }
    },
    async (req) => {
      const { lng, lat, zoom, layers, limit = 20, ...filter } = req.query
      if (!service) throw fail('MAP_LAYERS_OFF')
      const ids = layers?.split(',') ?? (await service.list()).map((l) => l.source.id)
      const reachM = CLICK_PX * METRES_PX * Math.cos((lat * Math.PI) / 180) * 2 ** -zoom
      const found: { open: OpenLayer; near: Near }[] = []
      for (const id of ids) {
        const open = await openLayer(service, req.actor, id, filter).catch((error: unknown) => {
          // Among all layers, one that he may not see, that is not ready or knows no such status is passed over.
          if (layers === undefined && error instanceof AppError) return null
          throw error
        })
        if (open) for (const near of within(open.layer, open.view, lng, lat, reachM, limit)) found.push({ open, near })
      }
      found.sort((a, b) => a.near.distanceM - b.near.distanceM)
      return { items: found.slice(0, limit).map(({ open, near }) => presentHit(open.source, near)) }
    }
  )

  app.get(
    '/map/nearest',
    {
      ...signedIn,
      schema: {
        tags: ['map'],
        summary: 'The nearest objects of a layer, however far',
        querystring: NearestQuery,
        response: { 200: LayerHits }
      }
    },
    async (req) => {
      const { layer: id, lng, lat, n = 20, ...filter } = req.query
      const { layer, view, source } = await openLayer(service, req.actor, id, filter)
      return { items: nearest(layer, view, lng, lat, n).map((near) => presentHit(source, near)) }
    }
  )

  app.post(
    '/map/counts',
    {
      ...signedIn,
      schema: {
        tags: ['map'],
        summary: 'How many objects lie within an area, by class and status; exact',
        body: CountsRequest,
        response: { 200: CountsView }
      }
    },
    async (req) => {
      const { layer: id, area, filter } = req.body
      const { layer, view, source } = await openLayer(service, req.actor, id, filter ?? {})
      const counts = countWithin(layer, view, areaOf(area))
      return {
        layer: id,
        total: counts.total,
        byClass: presentClasses(source, counts),
        byStatus: presentStatuses(source, counts)
      }
    }
  )

  app.post(
    '/map/timeline',
    {
      ...signedIn,
      schema: {
        tags: ['map'],
        summary: 'How many objects of a layer with times were open at each of many moments; ascending, exact to the minute',
        body: TimelineRequest,
        response: { 200: TimelineView }
      }
    },
    async (req) => {
      const { layer: id, area, filter, moments } = req.body
      const { layer, view, source } = await openLayer(service, req.actor, id, filter ?? {}, 'ever')
      const { days } = source
      if (days === null) throw fail('MAP_FILTER_INVALID', { field: 'layer' })
      const asked = moments.map((m) => readMoment(m, days, 'moments'))
      if (asked.some((at, i) => i > 0 && at < asked[i - 1]!)) throw fail('MAP_FILTER_INVALID', { field: 'moments' })
      return { layer: id, counts: countOverTime(layer, view, area ? areaOf(area) : null, asked) }
    }
  )

  app.post(
    '/map/features',
    { ...signedIn, schema: { tags: ['map'], summary: 'The objects within an area as GeoJSON', body: CountsRequest } },
    async (req, reply) => {
      const { layer: id, area, filter } = req.body
      const open = await openLayer(service, req.actor, id, filter ?? {})
      const found = findWithin(open.layer, open.view, areaOf(area), FEATURES_LIMIT + 1)
      return reply
        .type('application/geo+json')
        .header('content-disposition', `attachment; filename="${id}.geojson"`)
        .header('cache-control', 'private, no-store')
        .send(Readable.from(featureText(open, found)))
    }
  )
}

/** Written piece by piece, so that other requests come between. */
async function* featureText(open: OpenLayer, found: readonly Found[]): AsyncGenerator<string> {
  const { layer, source } = open
  const shown = found.slice(0, FEATURES_LIMIT)
  yield `{"type":"FeatureCollection","truncated":${found.length > FEATURES_LIMIT},"numberReturned":${shown.length},"features":[\n`
  for (let from = 0; from < shown.length; from += FEATURES_AT_ONCE) {
    const texts: string[] = []
    for (const f of shown.slice(from, from + FEATURES_AT_ONCE)) {
      const row = f.slot === undefined ? layer.rowAt(f.at) : layer.rows[f.slot]
      // Replaced while the answer was being written.
      if (row) texts.push(JSON.stringify(presentFeature(source, row)))
    }
    yield `${from > 0 ? ',\n' : ''}${texts.join(',\n')}`
    await new Promise((resolve) => setImmediate(resolve))
  }
  yield '\n]}\n'
}
