import {
  ALARMS_ERRORS,
  AlarmActInput,
  AlarmBulkInput,
  AlarmBulkResult,
  AlarmCard,
  AlarmCounts,
  AlarmMarks,
  AlarmMarksQuery,
  AlarmPage,
  AlarmQuery,
  HAND_ACTS
} from '@chengyun/contract/alarms'
import { Id, Words } from '@chengyun/contract/common'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { actOnAlarm, actOnMany } from '../commands/acts.ts'
import { findCaseFor } from '../ports.ts'
import { listMarks } from '../queries/list.ts'
import { cardOf, countsOf, pageOf, readsOf } from '../reading.ts'
import { ById, closed, OnceKey } from './params.ts'

const fail = thrower(ALARMS_ERRORS)
const READ = { config: { permission: 'alarms:read' } } as const
const HANDLE = { config: { permission: 'alarms:handle' } } as const
const LONGEST_MS = 400 * 86_400_000

/** Alarms over HTTP: lists, counts, cards, marks for charts, and what people do about them. */
export const alarmRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  app.get('/alarms', { ...READ, schema: { querystring: AlarmQuery, response: { 200: AlarmPage } } }, (req) =>
    pageOf(db, req.actor, req.query)
  )
  app.get('/alarms/counts', { ...READ, schema: { querystring: AlarmQuery, response: { 200: AlarmCounts } } }, (req) =>
    countsOf(db, req.actor, req.query)
  )
  app.get('/alarms/marks', { ...READ, schema: { querystring: AlarmMarksQuery, response: { 200: AlarmMarks } } }, async (req) => {
    const [from, to] = [new Date(req.query.from), new Date(req.query.to)]
    if (!(from < to) || to.getTime() - from.getTime() > LONGEST_MS) throw fail('ALARMS_QUERY_INVALID', { field: 'from, to' })
    const rows = await listMarks(db, req.query.streams.split(',').map(Number), from, to, await readsOf(db, req.actor))
    return {
      items: rows.map((r) => ({
        id: r.id,
        no: r.no,
        streamId: r.stream_id,
        level: r.level,
        worst: r.worst,
        state: r.state,
        title: r.title,
        from: r.began_at.toISOString(),
        to: r.cleared_at?.toISOString() ?? null
      }))
    }
  })
  app.get('/alarms/:id', { ...READ, schema: { params: ById, response: { 200: AlarmCard } } }, (req) =>
    cardOf(db, req.actor, req.params.id, new Date())
  )
  app.post(
    '/alarms/:id/acts/:act',
    {
      ...HANDLE,
      schema: {
        params: Type.Object({ id: Id, act: Words(HAND_ACTS) }, closed),
        headers: OnceKey,
        body: AlarmActInput,
        response: { 200: AlarmCard }
      }
    },
    async (req) => {
      const { id, act } = req.params
      const { caseNo } = req.body
      const knownCase = act === 'linkCase' && caseNo !== undefined ? await findCaseFor(db, req.actor, caseNo) : null
      await actOnAlarm(db, req.actor, { id, act, input: req.body, knownCase }, { key: req.headers['idempotency-key'] })
      return cardOf(db, req.actor, id, new Date())
    }
  )
  app.post(
    '/alarms/bulk',
    { ...HANDLE, schema: { headers: OnceKey, body: AlarmBulkInput, response: { 200: AlarmBulkResult } } },
    async (req) => {
      const { act, ids, incidentId, ...input } = req.body
      if ((ids === undefined) === (incidentId === undefined)) throw fail('ALARMS_ACT_INCOMPLETE', { field: 'ids, incidentId' })
      const many = { act, ...(ids && { ids }), ...(incidentId && { incidentId }), input }
      return actOnMany(db, req.actor, many, { key: req.headers['idempotency-key'] })
    }
  )
}
