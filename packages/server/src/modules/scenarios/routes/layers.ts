import { LayerStates, LayerStatesQuery, SCENARIOS_ERRORS } from '@chengyun/contract/scenarios'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { layerStates } from '../layers.ts'
import { findPack } from '../queries/packs.ts'

const fail = thrower(SCENARIOS_ERRORS)
const ByLayer = Type.Object(
  {
    pack: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }),
    layer: Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' })
  },
  { additionalProperties: false }
)

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
      const found = await findPack(db, req.params.pack)
      const states =
        found?.state === 'active' ? await layerStates(db, req.actor, found.document, req.params.layer, req.query) : null
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
