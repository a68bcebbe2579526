import { GEO_ERRORS } from '@chengyun/contract/geo'
import { PlaceAt, PlaceSearch, PublicAddress, PublicPlaces, PublicStreets, StreetsQuery } from '@chengyun/contract/public'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { thrower } from '../../../platform/errors.ts'
import { landWithin, reverseAddress, roadLines, searchAddress } from '../../geo/index.ts'

const fail = thrower(GEO_ERRORS)
/** A person who drags a map asks often; a copier of the whole city asks much more often. */
const OPEN = { config: { public: true, rateLimit: { max: 240, timeWindow: '1 minute' } } } as const
const MAX_PLACES = 8
const MAX_STREETS = 1500
/** Degrees: about the built-up area of a large city. Wider windows would draw a black tangle. */
const MAX_SPAN = 0.6

/** What a map without sign-in needs: addresses by words, words by point, streets to draw. Nothing in it concerns a person. */
export const citizenPlaceRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db, geo } = app
  app.get(
    '/public/places',
    { ...OPEN, schema: { tags: ['citizen'], querystring: PlaceSearch, response: { 200: PublicPlaces } } },
    async (req) => {
      const found = await searchAddress(db, geo, req.query.q, MAX_PLACES)
      return { items: found.map((p) => ({ id: p.id, name: p.name, address: p.address, location: p.position })) }
    }
  )
  app.get(
    '/public/address',
    { ...OPEN, schema: { tags: ['citizen'], querystring: PlaceAt, response: { 200: PublicAddress } } },
    async (req) => {
      if (!geo.cityContains(req.query)) return { inside: false, text: null }
      return { inside: true, text: (await reverseAddress(db, geo, req.query)).text }
    }
  )
  app.get(
    '/public/streets',
    { ...OPEN, schema: { tags: ['citizen'], querystring: StreetsQuery, response: { 200: PublicStreets } } },
    async (req, reply) => {
      const [w = 0, s = 0, e = 0, n = 0] = req.query.bbox.split(',').map(Number)
      const isSound = [w, s, e, n].every(Number.isFinite) && w < e && s < n && e - w <= MAX_SPAN && n - s <= MAX_SPAN
      if (!isSound) throw fail('GEO_BBOX_INVALID')
      const found = roadLines(geo, [w, s, e, n])
      const land = await landWithin(db, [w, s, e, n])
      reply.header('cache-control', 'public, max-age=3600')
      return {
        items: found.slice(0, MAX_STREETS).map((road) => ({ name: road.name, line: road.coordinates.flat() })),
        more: found.length > MAX_STREETS,
        land: land && land.coordinates.map((polygon) => polygon.map((ring) => ring.flat()))
      }
    }
  )
}
