import { TypeId } from '@chengyun/contract/registry'
import { FromTemplates, STREAMS_ERRORS, StreamDeclaration, TemplateList } from '@chengyun/contract/streams'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { findType } from '../../registry/index.ts'
import { createFromTemplates } from '../commands/catalogue.ts'
import { removeTemplate, saveTemplate } from '../commands/templates.ts'
import { CONFIG, READ } from '../policy.ts'
import { listItemIds } from '../queries/catalogue.ts'
import { listTemplates } from '../queries/templates.ts'
import type { Streams } from '../runtime.ts'

const fail = thrower(STREAMS_ERRORS)
const closed = { additionalProperties: false }
const ByKey = Type.Object({ type: TypeId, key: Type.String({ pattern: '^[a-z][a-zA-Z0-9]{0,39}$' }) }, closed)
const Save = Type.Object({ declaration: StreamDeclaration, version: Type.Optional(Type.Integer({ minimum: 1 })) }, closed)

/** What the things of a register are observed for. */
export const templateRoutes =
  (streams: Streams): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    app.get(
      '/streams/templates',
      {
        config: { permission: READ },
        schema: { querystring: Type.Object({ type: Type.Optional(TypeId) }, closed), response: { 200: TemplateList } }
      },
      async (req) => {
        const templates = await listTemplates(db, req.query.type ?? null)
        return {
          items: templates.map((t) => ({
            type: t.type_id,
            key: t.key,
            declaration: t.declaration,
            origin: t.origin,
            version: t.version,
            updatedAt: t.updated_at.toISOString()
          }))
        }
      }
    )
    app.put(
      '/streams/templates/:type/:key',
      {
        config: { permission: CONFIG },
        schema: { params: ByKey, body: Save, response: { 200: Type.Object({ version: Type.Integer() }) } }
      },
      async (req) => {
        const { type, key } = req.params
        const { declaration, version } = req.body
        if (declaration.key !== key || !(await findType(db, type))) throw fail('STREAMS_TEMPLATE_NOT_FOUND', { type, key })
        return saveTemplate(db, req.actor, { typeId: type, template: declaration, version })
      }
    )
    app.delete(
      '/streams/templates/:type/:key',
      { config: { permission: CONFIG }, schema: { params: ByKey } },
      async (req, reply) => {
        await removeTemplate(db, req.actor, { typeId: req.params.type, key: req.params.key })
        return reply.code(204).send()
      }
    )
    app.post(
      '/streams/from-templates',
      {
        config: { permission: CONFIG },
        schema: {
          summary: 'Gives items of a register the streams of its templates',
          body: FromTemplates,
          response: { 200: Type.Object({ made: Type.Integer(), unknown: Type.Array(Type.String()) }) }
        }
      },
      async (req) => {
        const { type, codes, keys } = req.body
        const items = await listItemIds(db, type, codes)
        const { made, ids } = await createFromTemplates(db, req.actor, { typeId: type, itemIds: items.map((i) => i.id), keys })
        await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids } })
        const known = new Set(items.map((i) => i.code))
        return { made, unknown: codes.filter((code) => !known.has(code)) }
      }
    )
  }
