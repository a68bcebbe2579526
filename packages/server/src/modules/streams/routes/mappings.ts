import { DEVICE_ERRORS, MappingSave, MappingTrial, MappingView, QUALITIES, TrialView } from '@chengyun/contract/streams'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { removeMapping, saveMapping } from '../commands/mappings.ts'
import type { Gateways } from '../gateways/gateways.ts'
import { CONFIG } from '../policy.ts'
import { presentMapping } from '../present-devices.ts'
import { findMapping, listMappings } from '../queries/devices.ts'

const fail = thrower(DEVICE_ERRORS)
const closed = { additionalProperties: false }
const ByKey = Type.Object({ key: Type.String({ pattern: '^[a-z][a-z0-9-]{1,39}$' }) }, closed)

/** How payloads of devices that know no standard of ours become readings. */
export const mappingRoutes =
  (gateways: Gateways): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    const changing = { config: { permission: CONFIG } } as const
    const view = async (key: string) => {
      const row = await findMapping(db, key)
      if (!row) throw fail('STREAMS_MAPPING_NOT_FOUND', { key })
      return presentMapping(row)
    }
    app.get(
      '/streams/mappings',
      { ...changing, schema: { response: { 200: Type.Object({ items: Type.Array(MappingView) }, closed) } } },
      async () => ({ items: (await listMappings(db)).map(presentMapping) })
    )
    app.get('/streams/mappings/:key', { ...changing, schema: { params: ByKey, response: { 200: MappingView } } }, (req) =>
      view(req.params.key)
    )
    app.put(
      '/streams/mappings/:key',
      { ...changing, schema: { params: ByKey, body: MappingSave, response: { 200: MappingView } } },
      async (req) => {
        if (req.body.declaration.key !== req.params.key)
          throw fail('STREAMS_MAPPING_INVALID', { summary: `key: ${req.body.declaration.key}` })
        await saveMapping(db, req.actor, req.body)
        return view(req.params.key)
      }
    )
    app.delete('/streams/mappings/:key', { ...changing, schema: { params: ByKey } }, async (req, reply) => {
      await removeMapping(db, req.actor, req.params)
      return reply.code(204).send()
    })
    app.post(
      '/streams/mappings/try',
      {
        ...changing,
        schema: { summary: 'What a payload would become; nothing is stored', body: MappingTrial, response: { 200: TrialView } }
      },
      async (req) => {
        const { readings, faults } = gateways.tryMapping(req.body)
        return {
          faults,
          readings: readings.map((r) => ({ ...r, at: new Date(r.at).toISOString(), quality: QUALITIES[r.quality]! }))
        }
      }
    )
  }
