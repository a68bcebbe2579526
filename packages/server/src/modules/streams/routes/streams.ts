import {
  ChartQuery,
  ChartView,
  LatestColumns,
  LatestQuery,
  MaintenanceInput,
  STREAMS_ERRORS,
  StreamEdit,
  StreamPage,
  StreamQuery,
  StreamView
} from '@chengyun/contract/streams'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { editStream, removeStreams, setMaintenance } from '../commands/catalogue.ts'
import { CONFIG, READ, WRITE } from '../policy.ts'
import { presentStream } from '../present.ts'
import { chartOf } from '../queries/chart.ts'
import { latestColumns, reachedBy, readableStream, seenStream, streamPage } from '../reading.ts'
import type { Streams } from '../runtime.ts'

const fail = thrower(STREAMS_ERRORS)
export const ById = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }, { additionalProperties: false })

/** An instant of a query as epoch ms; both ends of a span in order. Throws STREAMS_RANGE_INVALID. */
export function spanOf(query: { from: string; to: string }): { from: number; to: number } {
  const [from, to] = [Date.parse(query.from), Date.parse(query.to)]
  if (!(from < to)) throw fail('STREAMS_RANGE_INVALID')
  return { from, to }
}

/** Streams over HTTP: lists with the latest reading, charts, and what is declared of them. */
export const streamRoutes =
  (streams: Streams): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    const read = { config: { permission: READ } } as const
    app.get('/streams', { ...read, schema: { querystring: StreamQuery, response: { 200: StreamPage } } }, (req) =>
      streamPage(db, streams, req.actor, req.query, Date.now())
    )
    app.post(
      '/streams/latest',
      {
        ...read,
        schema: { summary: 'Latest readings of many streams, as columns', body: LatestQuery, response: { 200: LatestColumns } }
      },
      (req) => latestColumns(db, streams, req.actor, req.body, Date.now())
    )
    app.get('/streams/chart', { ...read, schema: { querystring: ChartQuery, response: { 200: ChartView } } }, async (req) => {
      const { pixels = 800, how = 'minmax' } = req.query
      const ids = req.query.streams.split(',').map(Number)
      if (ids.length > 20) throw fail('STREAMS_RANGE_TOO_LONG', { limit: 20 })
      for (const id of ids) await readableStream(db, streams, req.actor, id)
      return { lines: await chartOf(db, streams, ids, { ...spanOf(req.query), pixels, how }, Date.now()) }
    })
    app.get('/streams/:id', { ...read, schema: { params: ById, response: { 200: StreamView } } }, async (req) =>
      presentStream(await seenStream(db, streams, req.actor, req.params.id), streams, req.actor, Date.now())
    )
    app.patch(
      '/streams/:id',
      { config: { permission: CONFIG }, schema: { params: ById, body: StreamEdit, response: { 200: StreamView } } },
      async (req) => {
        const { id } = req.params
        await seenStream(db, streams, req.actor, id, CONFIG)
        await editStream(db, req.actor, { id, patch: req.body })
        await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids: [id] } })
        return presentStream(await seenStream(db, streams, req.actor, id, CONFIG), streams, req.actor, Date.now())
      }
    )
    app.delete('/streams/:id', { config: { permission: CONFIG }, schema: { params: ById } }, async (req, reply) => {
      await seenStream(db, streams, req.actor, req.params.id, CONFIG)
      await removeStreams(db, req.actor, { ids: [req.params.id] })
      return reply.code(204).send()
    })
    app.post(
      '/streams/maintenance',
      {
        config: { permission: WRITE },
        schema: { summary: 'Somebody works at what these streams observe', body: MaintenanceInput }
      },
      async (req, reply) => {
        const { streams: ids, until, reason } = req.body
        const isReached = await reachedBy(db, streams, req.actor, WRITE)
        const unseen = ids.find((id) => !isReached(id))
        if (unseen !== undefined) throw fail('STREAMS_NOT_FOUND', { stream: unseen })
        await setMaintenance(db, req.actor, { ids, until: until === null ? null : new Date(until), reason })
        await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids } })
        return reply.code(204).send()
      }
    )
  }
