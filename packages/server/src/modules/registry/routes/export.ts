import { Words } from '@chengyun/contract/common'
import { EXPORT_FORMATS, ItemQuery, REGISTRY_ERRORS, TypeId } from '@chengyun/contract/registry'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { recordExport } from '../commands/export.ts'
import { exportItems } from '../export.ts'
import { templateCsv, templateXlsx } from '../export-template.ts'
import { mayReadType } from '../policy.ts'
import { findType } from '../queries/types.ts'

const fail = thrower(REGISTRY_ERRORS)
const READ = { config: { permission: 'registry:read' } } as const
const ByFormat = Type.Object({ type: TypeId, format: Words(EXPORT_FORMATS) }, { additionalProperties: false })
const ByTemplate = Type.Object({ type: TypeId, format: Words(['csv', 'xlsx'] as const) }, { additionalProperties: false })
const saidEnglish = (language: string | undefined): boolean => /^en\b/i.test(language ?? '')

/** Registers as files: what a list shows, and tables to fill in. */
export const exportRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  app.get(
    '/registry/types/:type/items.:format',
    { ...READ, schema: { summary: 'The items of a list as a file', params: ByFormat, querystring: ItemQuery } },
    async (req, reply) => {
      const { type, format } = req.params
      const { cursor: _cursor, limit: _limit, type: _type, ...query } = req.query
      const file = await exportItems(
        db,
        req.actor,
        { ...query, type },
        format,
        saidEnglish(req.headers['accept-language']),
        new Date()
      )
      await recordExport(db, req.actor, { type, format, query })
      return reply
        .header('content-type', file.contentType)
        .header('content-disposition', `attachment; filename="${file.fileName}"`)
        .send(file.body)
    }
  )
  app.get(
    '/registry/types/:type/template.:format',
    { ...READ, schema: { summary: 'An empty table to fill in for an import', params: ByTemplate } },
    async (req, reply) => {
      const { type: id, format } = req.params
      const type = await findType(db, id)
      if (!type || !mayReadType(req.actor, type.declaration)) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: id })
      reply.header('content-disposition', `attachment; filename="${id}-template.${format}"`)
      if (format === 'csv') return reply.header('content-type', 'text/csv; charset=utf-8').send(templateCsv(type.declaration))
      return reply
        .header('content-type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
        .send(templateXlsx(type.declaration))
    }
  )
}
