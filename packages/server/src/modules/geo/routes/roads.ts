/** Roads of a window, with how far off they should still be drawn. */
import { FeatureCollection } from '@chengyun/contract/geo'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type RoadRank, rankRoads } from '../domain/road-rank.ts'
import type { RoadIndex } from '../domain/roads.ts'
import { presentRoad } from '../present.ts'
import { geoService } from '../service.ts'
import { Bbox, readBbox, Within } from './bbox.ts'

const MAX_ROADS = 3000
const RoadsQuery = Type.Object(
  {
    bbox: Bbox,
    within: Within,
    rank: Type.Optional(Type.Integer({ minimum: 1, maximum: 3, description: 'Roads up to this rank: 1 only main roads' }))
  },
  { additionalProperties: false }
)

export const roadRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const geo = await geoService(app.db)
  const ranked = new WeakMap<RoadIndex, Map<string, RoadRank>>()
  const ranksOf = (index: RoadIndex): Map<string, RoadRank> => {
    const known = ranked.get(index) ?? rankRoads(index.all())
    ranked.set(index, known)
    return known
  }
  app.get(
    '/geo/roads',
    { config: { permission: 'geo:read' }, schema: { querystring: RoadsQuery, response: { 200: FeatureCollection } } },
    async (req) => {
      const { within = '', rank = 3 } = req.query
      const index = geo.roads()
      const ranks = ranksOf(index)
      const found = index
        .within(...readBbox(req.query.bbox))
        .filter((road) => road.code.startsWith(within) && (ranks.get(road.code) ?? 3) <= rank)
      return {
        type: 'FeatureCollection' as const,
        features: found.slice(0, MAX_ROADS).map((road) => presentRoad(road, ranks.get(road.code) ?? 3)),
        truncated: found.length > MAX_ROADS
      }
    }
  )
}
