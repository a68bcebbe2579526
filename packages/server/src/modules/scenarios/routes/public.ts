import { PublicListPage, PublicListQuery, PublicLists, SCENARIOS_ERRORS } from '@chengyun/contract/scenarios'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { PublicLibrary, pageAsGeoJson } from '../public.ts'
import { closed, Key, PackId } from './params.ts'

const fail = thrower(SCENARIOS_ERRORS)
/** As the other questions of the citizen app: how often one address may ask in a minute. */
const OPEN = { public: true, rateLimit: { max: 240, timeWindow: '1 minute' } } as const
const FRESH = 'public, max-age=30'
const GEOJSON = 'application/geo+json'
const ByList = Type.Object({ pack: PackId, key: Key }, closed)

/** Lists of packs for everybody. */
export const publicRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const library = new PublicLibrary(app.db)
  app.hub.watch((event) => library.hear(event))

  app.get(
    '/public/lists',
    { config: OPEN, schema: { tags: ['citizen'], summary: 'Lists of the packs for citizens', response: { 200: PublicLists } } },
    (_req, reply) => {
      void reply.header('cache-control', FRESH)
      return library.lists()
    }
  )
  const read = async (params: { pack: string; key: string }, query: PublicListQuery): Promise<PublicListPage> => {
    const page = await library.page(params.pack, params.key, query)
    if (!page) throw fail('SCENARIOS_LIST_NOT_FOUND')
    return page
  }
  app.get(
    '/public/lists/:pack/:key.geojson',
    { config: OPEN, schema: { tags: ['citizen'], summary: 'A list as GeoJSON', params: ByList, querystring: PublicListQuery } },
    async (req, reply) => {
      const page = await read(req.params, req.query)
      return reply.header('cache-control', FRESH).type(GEOJSON).send(pageAsGeoJson(page))
    }
  )
  app.get(
    '/public/lists/:pack/:key',
    {
      config: OPEN,
      schema: {
        tags: ['citizen'],
        summary: 'A list for citizens, nearest first where a place is given; GeoJSON where that is asked for',
        params: ByList,
        querystring: PublicListQuery,
        response: { 200: PublicListPage }
      }
    },
    async (req, reply) => {
      const page = await read(req.params, req.query)
      void reply.header('cache-control', FRESH).header('vary', 'accept')
      if (!req.headers.accept?.includes(GEOJSON)) return page
      return reply
        .type(GEOJSON)
        .serializer((body) => JSON.stringify(body))
        .send(pageAsGeoJson(page) as never)
    }
  )
}
