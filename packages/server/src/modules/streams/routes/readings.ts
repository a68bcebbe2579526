import { Words } from '@chengyun/contract/common'
import {
  ReadingCorrection,
  ReadingRemoval,
  ReadingsExport,
  ReadingsPage,
  ReadingsQuery,
  STREAMS_ERRORS
} from '@chengyun/contract/streams'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { correctReading, recordReadingsExport } from '../commands/correct.ts'
import { exportReadings } from '../export.ts'
import { READ, WRITE } from '../policy.ts'
import { presentReading } from '../present.ts'
import { pageOfReadings } from '../queries/page.ts'
import { qualityOfWord, readableStream, seenStream } from '../reading.ts'
import type { Streams } from '../runtime.ts'
import { ById, spanOf } from './streams.ts'

const fail = thrower(STREAMS_ERRORS)
const closed = { additionalProperties: false }
const ByReading = Type.Object({ ...ById.properties, at: Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 }) }, closed)
const ByFormat = Type.Object({ ...ById.properties, format: Words(['csv', 'xlsx'] as const) }, closed)

/** Single readings: a page at a time, as a file, put right by a person. */
export const readingRoutes =
  (streams: Streams): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    app.get(
      '/streams/:id/readings',
      { config: { permission: READ }, schema: { params: ById, querystring: ReadingsQuery, response: { 200: ReadingsPage } } },
      async (req) => {
        const { id } = req.params
        await readableStream(db, streams, req.actor, id)
        const { from, to } = spanOf(req.query)
        const before = req.query.cursor === undefined ? to : Math.min(to, Number(req.query.cursor))
        const limit = req.query.limit ?? 200
        const series = await pageOfReadings(db, id, from, before, limit + 1)
        const items = []
        for (let i = series.length - 1; i >= 0 && items.length < limit; i--) items.push(presentReading(series, i))
        const next = series.length > limit ? String(series.at[series.length - limit]) : null
        return { items, next }
      }
    )
    app.get(
      '/streams/:id/readings.:format',
      {
        config: { permission: READ },
        schema: { summary: 'The readings of a span as a file', params: ByFormat, querystring: ReadingsExport }
      },
      async (req, reply) => {
        const { id, format } = req.params
        const record = await readableStream(db, streams, req.actor, id)
        const span = spanOf(req.query)
        const english = /^en\b/i.test(req.headers['accept-language'] ?? '')
        await recordReadingsExport(db, req.actor, { streamId: id, format, from: req.query.from, to: req.query.to })
        const file = exportReadings(db, record, { ...span, format, english })
        return reply
          .header('content-type', file.contentType)
          .header('content-disposition', `attachment; filename="${file.fileName}"`)
          .send(file.body)
      }
    )
    app.patch(
      '/streams/:id/readings/:at',
      { config: { permission: WRITE }, schema: { params: ByReading, body: ReadingCorrection } },
      async (req, reply) => {
        const { id, at } = req.params
        const { value, quality, reason } = req.body
        await seenStream(db, streams, req.actor, id, WRITE)
        if (value === null && (quality === undefined || quality === 'good')) throw fail('STREAMS_VALUE_INVALID')
        await correctReading(db, req.actor, { streamId: id, at, to: { value, quality: qualityOfWord(quality) }, reason })
        return reply.code(204).send()
      }
    )
    app.post(
      '/streams/:id/readings/:at/remove',
      { config: { permission: WRITE }, schema: { params: ByReading, body: ReadingRemoval } },
      async (req, reply) => {
        const { id, at } = req.params
        await seenStream(db, streams, req.actor, id, WRITE)
        await correctReading(db, req.actor, { streamId: id, at, to: null, reason: req.body.reason })
        return reply.code(204).send()
      }
    )
  }
