import { DEVICE_ERRORS, ProvisionReport } from '@chengyun/contract/streams'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { registryEnv } from '../../registry/index.ts'
import { CONFIG } from '../policy.ts'
import { provisionCsv, provisionDevices, readDeviceRows } from '../provision.ts'

const fail = thrower(DEVICE_ERRORS)
const closed = { additionalProperties: false }
const FILE_BYTES = 20 * 1024 * 1024
/** Rows of one request; a larger file is asked for in parts. */
const ROWS = 2000
const TYPES = ['text/csv', 'application/octet-stream', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet']

/** Many devices by a file: device, thing, streams and account of each row. */
export const provisionRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db, keyring } = app
  app.addContentTypeParser(TYPES, { parseAs: 'buffer', bodyLimit: FILE_BYTES }, (_req, body, done) => done(null, body))
  app.post(
    '/streams/devices/provision',
    {
      bodyLimit: FILE_BYTES,
      config: { permission: CONFIG },
      schema: {
        summary: 'Devices by a CSV or XLSX file; the answer holds the secrets, once',
        querystring: Type.Object(
          {
            dryRun: Type.Optional(Type.Boolean()),
            /** Only a part of the file: so many rows after the first `from`. Whoever asks for the parts one after another sees how far it is, and can stop. */
            from: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: ROWS })),
            format: Type.Optional(Type.Union([Type.Literal('json'), Type.Literal('csv')]))
          },
          closed
        ),
        response: { 200: Type.Union([ProvisionReport, Type.String()]) }
      }
    },
    async (req, reply) => {
      if (!Buffer.isBuffer(req.body)) throw fail('STREAMS_PROVISION_FILE', { why: 'CSV | XLSX' })
      const rows = await readDeviceRows(req.body)
      const { from = 0, limit } = req.query
      if (limit === undefined && rows.length > ROWS) throw fail('STREAMS_PROVISION_FILE', { why: `> ${ROWS}: from + limit` })
      const parts = { db, env: await registryEnv(db), keyring, actor: req.actor }
      const part = rows.slice(from, limit === undefined ? undefined : from + limit)
      const report = { ...(await provisionDevices(parts, part, req.query.dryRun === true, { from })), total: rows.length }
      reply.header('cache-control', 'no-store')
      if (req.query.format !== 'csv') return report
      return reply.type('text/csv; charset=utf-8').send(provisionCsv(report.rows))
    }
  )
}
