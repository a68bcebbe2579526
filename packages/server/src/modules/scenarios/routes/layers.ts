import { LayerStates, LayerStatesQuery, SCENARIOS_ERRORS } from '@chengyun/contract/scenarios'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { layerStates } from '../layers.ts'
import { activePack } from '../queries/packs.ts'
import { closed, Key, PackId } from './params.ts'

const fail = thrower(SCENARIOS_ERRORS)
const ByLayer = Type.Object({ pack: PackId, layer: Key }, closed)

/** States of the layers of packs, for whoever sees their tiles. */
export const layerRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  app.get(
    '/scenarios/:pack/layers/:layer/states',
    {
      config: { permission: 'registry:read' },
      schema: {
        tags: ['map'],
        summary: 'How the things of a layer stand now, to be joined with its tiles by code',
        params: ByLayer,
        querystring: LayerStatesQuery,
        response: { 200: LayerStates }
      }
    },
    async (req, reply) => {
      const pack = await activePack(db, req.params.pack, 'SCENARIOS_LAYER_NOT_FOUND')
      const states = await layerStates(db, req.actor, pack, req.params.layer, req.query)
      if (!states) throw fail('SCENARIOS_LAYER_NOT_FOUND')
      // Columns of thousands: holding each number against its form would cost more than finding it.
      return reply
        .header('cache-control', 'private, no-store')
        .type('application/json; charset=utf-8')
        .serializer((body) => JSON.stringify(body))
        .send(states)
    }
  )
}
