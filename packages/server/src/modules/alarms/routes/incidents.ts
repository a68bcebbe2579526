import {
  ALARMS_ERRORS,
  AlarmStatistics,
  AlarmStatisticsQuery,
  IncidentMerge,
  IncidentPage,
  IncidentQuery,
  IncidentSplit,
  IncidentView
} from '@chengyun/contract/alarms'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type Actor, may } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { mergeIncident, splitIncident } from '../commands/incidents.ts'
import { HANDLE as HANDLING } from '../policy.ts'
import { findTimeZone } from '../queries/city.ts'
import { type IncidentRow, listIncidents } from '../queries/incidents.ts'
import { statisticsOf } from '../queries/statistics.ts'
import { readsOf } from '../reading.ts'
import { ById } from './params.ts'

const fail = thrower(ALARMS_ERRORS)
const READ = { config: { permission: 'alarms:read' } } as const
const HANDLE = { config: { permission: 'alarms:handle' } } as const
const LONGEST_MS = 1100 * 86_400_000

const present = (n: IncidentRow, actor: Actor): IncidentView => ({
  id: n.id,
  no: n.no,
  title: n.title,
  level: n.level,
  pack: n.pack,
  place: n.lng === null || n.lat === null ? null : [n.lng, n.lat],
  firstAt: n.first_at.toISOString(),
  lastAt: n.last_at.toISOString(),
  byHand: n.by_hand,
  count: n.count,
  open: n.open,
  case: n.case_id === null ? null : { id: n.case_id, no: n.case_no ?? '' },
  version: n.version,
  can: may(actor, HANDLING) ? ['split', 'merge'] : []
})

/** Incidents: alarms that are one happening; and what alarms of a time come to. */
export const incidentRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const one = async (actor: Actor, id: string): Promise<IncidentView> => {
    const [row] = await listIncidents(db, await readsOf(db, actor), { id, limit: 1 })
    if (!row) throw fail('ALARMS_INCIDENT_NOT_FOUND')
    return present(row, actor)
  }
  app.get(
    '/alarms/incidents',
    { ...READ, schema: { querystring: IncidentQuery, response: { 200: IncidentPage } } },
    async (req) => {
      const { open, cursor, limit = 50 } = req.query
      const before = cursor === undefined ? undefined : Number(cursor)
      if (before !== undefined && !Number.isSafeInteger(before)) throw fail('ALARMS_QUERY_INVALID', { field: 'cursor' })
      const rows = await listIncidents(db, await readsOf(db, req.actor), { open, before, limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return { items: page.map((n) => present(n, req.actor)), next: rows.length > limit && last ? String(last.no) : null }
    }
  )
  app.get('/alarms/incidents/:id', { ...READ, schema: { params: ById, response: { 200: IncidentView } } }, (req) =>
    one(req.actor, req.params.id)
  )
  app.post(
    '/alarms/incidents/:id/split',
    { ...HANDLE, schema: { params: ById, body: IncidentSplit, response: { 200: Type.Object({ ok: Type.Boolean() }) } } },
    async (req) => {
      await splitIncident(db, req.actor, { id: req.params.id, ...req.body })
      return { ok: true }
    }
  )
  app.post('/alarms/incidents', { ...HANDLE, schema: { body: IncidentMerge, response: { 200: IncidentView } } }, async (req) => {
    const { id } = await mergeIncident(db, req.actor, req.body)
    return one(req.actor, id)
  })
  app.get(
    '/alarms/statistics',
    { ...READ, schema: { querystring: AlarmStatisticsQuery, response: { 200: AlarmStatistics } } },
    async (req) => {
      const [from, to] = [new Date(req.query.from), new Date(req.query.to)]
      if (!(from < to) || to.getTime() - from.getTime() > LONGEST_MS) throw fail('ALARMS_QUERY_INVALID', { field: 'from, to' })
      const [reads, zone] = await Promise.all([readsOf(db, req.actor), findTimeZone(db)])
      const { by, ...of } = req.query
      return statisticsOf(db, reads, { of, by, zone })
    }
  )
}
