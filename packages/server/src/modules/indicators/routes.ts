import { createHash } from 'node:crypto'
import {
  addDays,
  CheckView,
  type DaySpan,
  DefinitionsView,
  dayAt,
  daysBetween,
  INDICATOR_ERRORS,
  INDICATOR_KEYS,
  indicatorOf,
  isDay,
  isIndicatorKey,
  isMeasureKey,
  KEPT_MEASURES,
  MEASURE_KEYS,
  measureOf,
  OverviewQuery,
  OverviewView,
  type Period,
  RankingQuery,
  RankingView,
  RebuildView,
  spanOf
} from '@chengyun/contract/indicators'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { OpenBoard } from './board.ts'
import { checkTallies, rebuildTallies } from './commands/recount.ts'
import type { Reach } from './domain/reach.ts'
import { type AreaQuery, reachOf } from './policy.ts'
import { presentOverview, presentSpan, rowsOf } from './present.ts'
import { presentRanking } from './present-ranking.ts'
import { getHead, type Head } from './queries/head.ts'
import { listNames, listSubtree } from './queries/names.ts'
import { getNumbers } from './queries/overview.ts'
import { listGroups } from './queries/ranking.ts'

const fail = thrower(INDICATOR_ERRORS)
const LONGEST_DAYS = 1100
const Unchanged = Type.Null()
const read = { permission: 'indicators:read' } as const
const config = { permission: 'indicators:config' } as const

/** The days asked for; `to` of a question is the last day, included. Throws INDICATOR_PERIOD_INVALID. */
function periodOf(query: { period?: Period; from?: string; to?: string }, today: string): { key: Period; span: DaySpan } {
  const { from, to } = query
  const key = query.period ?? (from || to ? 'custom' : 'today')
  if (key !== 'custom') {
    if (from || to) throw fail('INDICATOR_PERIOD_INVALID', { reason: 'from, to: period=custom' })
    return { key, span: spanOf(key, today) }
  }
  if (!from || !to || !isDay(from) || !isDay(to)) throw fail('INDICATOR_PERIOD_INVALID', { reason: 'from, to: YYYY-MM-DD' })
  const span = { from, to: addDays(to, 1) }
  const days = daysBetween(span.from, span.to)
  if (days < 1 || days > LONGEST_DAYS) throw fail('INDICATOR_PERIOD_INVALID', { reason: `1–${LONGEST_DAYS} d` })
  return { key, span }
}

async function areaOf(db: Db, query: { district?: string; street?: string; unit?: string }): Promise<AreaQuery> {
  const { district, street, unit } = query
  if (unit === undefined) return { district, street }
  const subtree = await listSubtree(db, unit)
  if (subtree.length === 0) throw fail('INDICATOR_AREA_UNKNOWN', { field: 'unit' })
  return { district, street, unit: { id: unit, subtree } }
}

/**
 * The state of the world an answer rests on: events, recounts, the day, and who asks what. A clock that runs out is an event too
 * (`cases.reminded`), so that "late" ages with it.
 */
function tagOf(req: FastifyRequest, head: Head, today: string, reach: Reach): string {
  const parts = [head.seq, head.revision, head.timeZone, today, req.url, reach]
  return `W/"${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)}"`
}

function notModified(req: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  reply.header('etag', tag).header('cache-control', 'private, no-cache')
  return (req.headers['if-none-match'] ?? '').split(',').some((t) => t.trim() === tag)
}

/** Numbers of the city, as far as the reader's posts reach. */
export const indicatorRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const board = new OpenBoard(db, app.hub)

  app.get(
    '/indicators/overview',
    { config: read, schema: { querystring: OverviewQuery, response: { 200: OverviewView, 304: Unchanged } } },
    async (req, reply) => {
      const now = new Date()
      const [head, area] = await Promise.all([getHead(db), areaOf(db, req.query)])
      const today = dayAt(now.getTime(), head.timeZone)
      const period = periodOf(req.query, today)
      const reach = reachOf(req.actor, area)
      if (notModified(req, reply, tagOf(req, head, today, reach))) return reply.code(304).send(null)
      const { timeZone } = head
      await board.at(head.revision, head.seq)
      const open = (by: 'district' | 'unit') => board.sums(by, reach, now)
      const numbers = await getNumbers(db, { reach, span: period.span, timeZone, now, top: req.query.top ?? 10, open })
      const names = await listNames(db, {
        divisions: numbers.districts.flatMap((d) => d.key ?? []),
        units: numbers.units.flatMap((u) => u.key ?? []),
        majors: numbers.majors.flatMap((m) => m.key ?? [])
      })
      return presentOverview({
        now,
        seq: head.seq,
        timeZone,
        period,
        reach,
        numbers,
        names
      })
    }
  )

  app.get(
    '/indicators/ranking',
    { config: read, schema: { querystring: RankingQuery, response: { 200: RankingView, 304: Unchanged } } },
    async (req, reply) => {
      const { dimension, measure, limit = 100 } = req.query
      if (!isMeasureKey(measure) && !isIndicatorKey(measure)) throw fail('INDICATOR_UNKNOWN', { key: measure })
      const now = new Date()
      const [head, area] = await Promise.all([getHead(db), areaOf(db, req.query)])
      const { timeZone } = head
      const today = dayAt(now.getTime(), timeZone)
      const period = periodOf(req.query, today)
      const reach = reachOf(req.actor, area)
      if (notModified(req, reply, tagOf(req, head, today, reach))) return reply.code(304).send(null)
      const groups = await listGroups(db, dimension, measure, { reach, span: period.span, timeZone, now })
      const keys = groups.flatMap((g) => g.key ?? [])
      const names = await listNames(db, {
        ...(dimension === 'unit' && { units: keys }),
        ...(dimension === 'major' && { majors: keys }),
        ...((dimension === 'district' || dimension === 'street') && { divisions: keys })
      })
      const items = presentRanking(groups, { dimension, measure, reach, span: period.span, timeZone, names }).slice(0, limit)
      const direction = isIndicatorKey(measure) ? indicatorOf(measure).direction : 'higher'
      return { asOf: now.toISOString(), period: presentSpan(period.key, period.span, timeZone), measure, direction, items }
    }
  )

  app.get(
    '/indicators/definitions',
    { config: { authenticated: true }, schema: { response: { 200: DefinitionsView } } },
    async () => ({
      measures: MEASURE_KEYS.map((key) => {
        const { zh, en, noteZh, noteEn, weight } = measureOf(key)
        return {
          key,
          zh,
          en,
          noteZh,
          noteEn,
          live: !KEPT_MEASURES.includes(key),
          counts: weight === 1 ? ('cases' as const) : ('times' as const),
          rowsOf: rowsOf(key)
        }
      }),
      indicators: INDICATOR_KEYS.map((key) => ({ key, ...indicatorOf(key), exclusions: [...indicatorOf(key).exclusions] }))
    })
  )

  app.get('/indicators/check', { config, schema: { response: { 200: CheckView } } }, () => checkTallies(db))
  app.post('/indicators/rebuild', { config, schema: { response: { 200: RebuildView } } }, () => rebuildTallies(db))
}
