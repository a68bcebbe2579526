import { CASE_STATUSES, type CaseQuery, type CaseStatus, FINAL_STATUSES, QUEUES, type QueueKey } from '@chengyun/contract/cases'
import { type RawBuilder, sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import { reachesNothing, type Scope } from '../../org/index.ts'
import { refuse } from '../domain/guards.ts'
import { READ, scopeFor } from '../policy.ts'
import { searchTerms } from '../search.ts'

type Condition = RawBuilder<boolean>
const c = (column: string) => sql.ref(`c.${column}`)

/** The rows a person may see, as SQL: the same answer as `inScope`, compiled. */
export function scopeCondition(scope: Scope, actorId: string): Condition | null {
  if (scope.all) return null
  if (reachesNothing(scope)) return sql`false`
  const any: Condition[] = []
  for (const code of scope.regions) {
    any.push(
      code.length <= 6
        ? sql`c.district_code = ${code}`
        : sql`(c.district_code = ${code.slice(0, 6)} and coalesce(c.street_code, c.district_code) like ${`${code}%`})`
    )
  }
  if (scope.unitIds.length > 0) any.push(sql`c.unit_ids && ${scope.unitIds}::uuid[]`)
  if (scope.dutyGrids.length > 0) any.push(sql`c.duty_grid_code = any(${scope.dutyGrids})`)
  if (scope.own) any.push(sql`(c.reporter_id = ${actorId} or c.handler_id = ${actorId} or c.collector_id = ${actorId})`)
  return any.length === 1 ? any[0]! : sql`(${sql.join(any, sql` or `)})`
}

const list = (text: string): string[] =>
  text
    .split(',')
    .map((s) => s.trim())
    .filter(Boolean)
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

export interface FilterOptions {
  measure?: (key: string, q: CaseQuery) => Condition | null
  /** Only cases reported in this span, found row by row: words and windows are not asked of their indexes. */
  within?: { from: Date; to: Date } | undefined
  /** Only cases reported in these months (`monthTerm`), by the index of words. */
  months?: readonly string[] | undefined
  /** Ask the index of places whatever the size of the window. */
  rare?: boolean
  /** Only open or only closed cases; without it both, as far as the question reaches (`halvesOf`). */
  half?: Half | undefined
}

/** What is open and what is over: two tables in one, on indexes of their own. */
export type Half = 'open' | 'closed'

/** Every filter of every list, count, map and export, compiled in one place: a number and its rows cannot disagree. */
export function conditionsOf(query: CaseQuery, actor: Actor, now: Date, options: FilterOptions = {}): Condition[] {
  const out: Condition[] = []
  // Said once: the server multiplies what it is told twice into an estimate far too low.
  const [only, other] = options.half ? [options.half] : halvesOf(query)
  if (!only) out.push(sql`false`)
  else if (!other) out.push(only === 'open' ? sql`c.is_open` : sql`not c.is_open`)
  const scope = scopeCondition(scopeFor(actor, READ), actor.id)
  if (scope) out.push(scope)
  if (query.queue) out.push(...queueConditions(query.queue, actor, now))
  const inList = (column: string, text: string | undefined) => {
    if (!text) return
    const values = list(text)
    out.push(values.length === 1 ? sql`${c(column)} = ${values[0]}` : sql`${c(column)} = any(${values})`)
  }
  if (query.status) {
    const statuses = list(query.status)
    if (statuses.some((s) => !(CASE_STATUSES as readonly string[]).includes(s)))
      throw refuse('CASE_QUERY_INVALID', { field: 'status' })
    out.push(sql`c.status = any(${statuses})`)
  }
  inList('district_code', query.district)
  inList('street_code', query.street)
  inList('grid_code', query.grid)
  if (query.component) out.push(sql`c.component_id = ${query.component}`)
  if (query.unit) {
    const ids = list(query.unit)
    if (ids.some((id) => !UUID.test(id))) throw refuse('CASE_QUERY_INVALID', { field: 'unit' })
    out.push(ids.length === 1 ? sql`c.unit_id = ${ids[0]}::uuid` : sql`c.unit_id = any(${ids}::uuid[])`)
  }
  inList('class_code', query.classCode)
  inList('major_code', query.major)
  inList('source_type', query.source)
  inList('severity', query.severity)
  inList('request_kind', query.request)
  if (query.supervised) out.push(sql`c.supervised`)
  if (query.urgent) out.push(sql`c.urgent`)
  if (query.selfHandled !== undefined) out.push(sql`c.self_handled = ${query.selfHandled}`)
  if (query.late) out.push(lateCondition(query.late, now))
  const measured = query.measure ? options.measure?.(query.measure, query) : undefined
  if (query.measure && !measured) throw refuse('CASE_QUERY_INVALID', { field: 'measure' })
  if (measured) {
    out.push(measured)
    // Nothing happens to a case before it was reported: the walk through time can begin where the span ends.
    if (query.to) out.push(sql`c.reported_at < ${query.to}::timestamptz`)
  } else {
    if (query.from) out.push(sql`c.reported_at >= ${query.from}::timestamptz`)
    if (query.to) out.push(sql`c.reported_at < ${query.to}::timestamptz`)
  }
  if (query.bbox) {
    const [w, s, e, n] = query.bbox.split(',').map(Number) as [number, number, number, number]
    if (!(w < e && s < n)) throw refuse('CASE_QUERY_INVALID', { field: 'bbox' })
    // The server takes every window for a small one. A wide one is better compared number by number.
    const byIndex = !options.within && (options.rare || (e - w) * (n - s) < WIDE_DEG2)
    out.push(
      byIndex
        ? sql`point(c.lng, c.lat) <@ box(point(${w}, ${s}), point(${e}, ${n}))`
        : sql`(c.lng between ${w} and ${e} and c.lat between ${s} and ${n})`
    )
  }
  if (options.within) out.push(sql`c.reported_at >= ${options.within.from}`)
  if (query.q) out.push(searchCondition(query.q, options))
  return out
}

/**
 * Which halves of the table a question can have answers in: what is open, what is closed. They stand on indexes of their own, so a
 * query that knows its half is quick, and one that knows none asks both.
 */
export function halvesOf(query: CaseQuery): Half[] {
  const halves = new Set<Half>(['open', 'closed'])
  if (query.queue && query.queue !== 'all')
    halves.delete(['appeals', 'toVisit', 'unsatisfied'].includes(query.queue) ? 'open' : 'closed')
  const statuses = query.status ? list(query.status) : []
  if (statuses.length > 0 && statuses.every((s) => isFinal(s))) halves.delete('open')
  if (statuses.length > 0 && !statuses.some((s) => isFinal(s))) halves.delete('closed')
  if (query.open !== undefined) halves.delete(query.open ? 'closed' : 'open')
  if (query.late || query.request) halves.delete('closed')
  return [...halves]
}
const isFinal = (status: string): boolean => (FINAL_STATUSES as readonly string[]).includes(status)

/** How an open case stands against its clock; the question reaches open cases only. */
export function lateCondition(late: 'late' | 'soon' | 'ok', now: Date): Condition {
  if (late === 'late') return sql`c.due_at < ${now}`
  return late === 'soon' ? sql`(c.due_at >= ${now} and c.soon_at <= ${now})` : sql`(c.due_at >= ${now} and c.soon_at > ${now})`
}

/** A queue is a permission's scope × the statuses that wait for it, within the half of the table that `halvesOf` names. */
export function queueConditions(queue: string, actor: Actor, now: Date): Condition[] {
  switch (queue) {
    case 'overdue':
      return [lateCondition('late', now)]
    case 'soon':
      return [lateCondition('soon', now)]
    case 'suspended':
      return [sql`c.status = 'suspended'`]
    case 'supervised':
      return [sql`c.supervised`]
    case 'requests':
      return [sql`c.request_kind is not null`]
    case 'appeals':
      return [sql`c.state ? 'appeal'`, sql`not (c.state->'appeal' ? 'result')`]
    case 'toVisit':
      return [sql`c.status = 'closed'`, sql`c.need_visit`, sql`not (c.state ? 'visit')`]
    case 'unsatisfied':
      return [sql`c.status = 'closed'`, sql`c.state->'visit'->>'result' = 'unsatisfied'`]
    case 'open':
    case 'all':
      return []
  }
  if (!(queue in QUEUES)) throw refuse('CASE_QUERY_INVALID', { field: 'queue' })
  const { statuses, permission } = QUEUES[queue as QueueKey]
  const out: Condition[] = [
    statuses.length === 1 ? sql`c.status = ${statuses[0]}` : sql`c.status = any(${statuses as readonly CaseStatus[]})`
  ]
  const scope = scopeFor(actor, permission)
  if (queue === 'myTasks') out.push(sql`c.collector_id = ${actor.id}`)
  else if (queue === 'handling' && actor.grants.some((g) => g.role === 'handler')) out.push(sql`c.handler_id = ${actor.id}`)
  else if (!scope.all && scope.unitIds.length > 0) out.push(sql`c.unit_id = any(${scope.unitIds}::uuid[])`)
  return out
}

/** A window of more than this is wide: some 10 km across. */
const WIDE_DEG2 = 0.01

/** A window so small (some 600 m across) that all it holds is quickly found, wherever it lies. */
const TINY_DEG2 = 0.00005
export const isTiny = (bbox: string): boolean => {
  const [w, s, e, n] = bbox.split(',').map(Number) as [number, number, number, number]
  return (e - w) * (n - s) < TINY_DEG2
}

/** A case number, or the beginning of one. */
export const isNumber = (q: string): boolean => /^\d{12,19}$/.test(q.trim())

/** Number or words: every word must occur. */
function searchCondition(q: string, { within, months }: FilterOptions): Condition {
  const text = q.trim()
  if (isNumber(text)) return sql`c.case_no like ${`${text}%`}`
  const terms = searchTerms(text)
  if (terms.length === 0) return sql`false`
  const word = (t: string) => `'${t.replaceAll("'", "''")}'`
  const span = months ? [`(${months.map(word).join(' | ')})`] : []
  const words = [...terms.map(word), ...span].join(' & ')
  // `offset 0` keeps the server from asking the index of words, which it believes to be cheap for several words at once.
  return within
    ? sql`c.id in (select s.case_id from (select case_id, tokens from cases.search where reported_at between ${within.from} and ${within.to} offset 0) s where s.tokens @@ ${words}::tsquery)`
    : sql`c.id in (select s.case_id from cases.search s where s.tokens @@ ${words}::tsquery)`
}
