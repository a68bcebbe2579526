import { ALARM_STATES, ALARMS_ERRORS, type AlarmQuery } from '@chengyun/contract/alarms'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { packedPairs } from '../../registry/index.ts'
import type { AlarmRow } from '../domain/alarm.ts'
import type { AlarmReach } from '../policy.ts'
import { inArea, partsOf } from './parts.ts'
import { alarmReachCondition } from './reach.ts'

const fail = thrower(ALARMS_ERRORS)
/** Above so many a list says "at least". */
const COUNTED = 10_000
type Condition = RawBuilder<boolean>

/** A row of a list: the alarm with its number, its incident's and when somebody must have acknowledged it. */
export type ListedAlarm = AlarmRow & {
  no: number
  incident_no: number | null
  due_at: Date | null
  unit_name: string | null
  raised_us: string
}

const words = (text: string): string[] => text.split(',').filter((w) => w !== '')

/** The conditions of a list, all of which must hold. Throws ALARMS_QUERY_INVALID. */
export const conditionsOf = (q: AlarmQuery, reads: AlarmReach): Condition[] => [
  alarmReachCondition(reads),
  ...filtersOf(q, reads.actorId)
]

function filtersOf(q: AlarmQuery, actorId: string): Condition[] {
  const out: Condition[] = []
  out.push(q.suppressed ? sql`a.suppression_id is not null` : sql`a.suppression_id is null`)
  const add = (condition: Condition | undefined) => condition && out.push(condition)
  if (q.state) out.push(stateCondition(q.state))
  for (const key of ['level', 'worst'] as const) {
    const value = q[key]
    if (value) out.push(sql`${sql.ref(`a.${key}`)} = any(${words(value).map((w) => integer(w, key))}::int[])`)
  }
  const lists = { rule: 'rule_id', pack: 'pack', type: 'type_id' } as const
  for (const [key, column] of Object.entries(lists)) {
    const value = q[key as keyof typeof lists]
    if (value) out.push(sql`${sql.ref(`a.${column}`)} = any(${words(value)}::text[])`)
  }
  const ids = { item: 'item_id', incident: 'incident_id', case: 'case_id' } as const
  for (const [key, column] of Object.entries(ids)) {
    const value = q[key as keyof typeof ids]
    if (value) out.push(sql`${sql.ref(`a.${column}`)} = ${value}::uuid`)
  }
  if (q.stream !== undefined) out.push(sql`a.stream_id = ${q.stream}::int`)
  if (q.unit) out.push(unitCondition(q.unit))
  if (q.holder) out.push(q.holder === 'none' ? sql`a.holder_id is null` : sql`a.holder_id = ${uuid(q.holder, 'holder')}::uuid`)
  if (q.assignee) out.push(sql`a.assignee_id = ${q.assignee === 'me' ? actorId : uuid(q.assignee, 'assignee')}::uuid`)
  if (q.within) out.push(q.within === 'none' ? sql`a.grid_code is null` : inArea(q.within))
  if (q.bbox) out.push(inBox(q.bbox))
  if (q.q) out.push(searched(q.q))
  if (q.from) out.push(sql`a.raised_at >= ${new Date(q.from)}`)
  if (q.to) out.push(sql`a.raised_at < ${new Date(q.to)}`)
  add(flag(q.standing, sql`a.cleared_at is null`))
  add(flag(q.acknowledged, sql`a.acknowledged_at is not null`))
  add(flag(q.sensorFault, sql`a.sensor_fault`))
  add(flag(q.asksVerdict, sql`a.asks_verdict`))
  if (q.verdict) out.push(verdictCondition(words(q.verdict)))
  return out
}

/** Said with the words of the partial index where only those are asked for that it has. */
function verdictCondition(verdicts: readonly string[]): Condition {
  const exact = sql<boolean>`coalesce(a.verdict, 'none') = any(${[...verdicts]}::text[])`
  return verdicts.every((v) => v === 'false' || v === 'test') ? sql`(a.verdict in ('false', 'test') and ${exact})` : exact
}

const flag = (wanted: boolean | undefined, condition: Condition): Condition | undefined =>
  wanted === undefined ? undefined : wanted ? condition : sql`not ${condition}`

/** Said with the words of the partial indexes where only open ones, or only rejected ones, are asked for. */
function stateCondition(text: string): Condition {
  const states = words(text).flatMap((w) => (w === 'open' ? ['pending', 'handling'] : [w]))
  if (states.some((s) => !(ALARM_STATES as readonly string[]).includes(s))) throw fail('ALARMS_QUERY_INVALID', { field: 'state' })
  if (states.every((s) => s === 'rejected')) return sql`a.state = 'rejected'`
  const open = states.every((s) => s === 'pending' || s === 'handling')
  const exact = sql<boolean>`a.state = any(${states}::text[])`
  if (!open) return exact
  return states.includes('pending') && states.includes('handling') ? OPEN : sql`(${OPEN} and ${exact})`
}
export const OPEN: Condition = sql`a.state in ('pending', 'handling')`

const unitCondition = (id: string): Condition =>
  sql`(a.authority_id = ${id}::uuid or a.owner_id = ${id}::uuid or a.maintainer_id = ${id}::uuid or a.unit_id = ${id}::uuid)`

function searched(text: string): Condition {
  const t = text.trim()
  if (/^\d{1,15}$/.test(t)) return sql`(a.no = ${t}::bigint or a.item_code = ${t})`
  const terms = packedPairs([t])
  const byCode = sql<boolean>`a.item_code = ${t}`
  return terms.length === 0 ? byCode : sql`(${byCode} or a.terms @> ${terms}::int[])`
}

function inBox(text: string): Condition {
  const [w, s, e, n] = text.split(',').map(Number) as [number, number, number, number]
  if (![w, s, e, n].every(Number.isFinite) || w > e || s > n) throw fail('ALARMS_QUERY_INVALID', { field: 'bbox' })
  return sql`(a.lng between ${w}::float8 and ${e}::float8 and a.lat between ${s}::float8 and ${n}::float8)`
}

function integer(text: string, field: string): number {
  const n = Number(text)
  if (!Number.isInteger(n)) throw fail('ALARMS_QUERY_INVALID', { field })
  return n
}

function uuid(text: string, field: string): string {
  if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text)) throw fail('ALARMS_QUERY_INVALID', { field })
  return text
}

const LISTED = sql`a.*, n.no as incident_no, u.name as unit_name, (extract(epoch from a.raised_at) * 1000000)::bigint::text as raised_us,
  (select min(p.due_at) from alarms.party p where p.alarm_id = a.id and p.acknowledged_at is null and p.due_at is not null
    and a.state in ('pending', 'handling')) as due_at`
const JOINED = sql`left join alarms.incident n on n.id = a.incident_id left join org.pub_unit u on u.id = a.unit_id`

/** Where a page ended: level (only when sorted by it), instant to the microsecond, id. */
type Cursor = readonly [level: number, us: string, id: string]
const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')
function decode(text: string): Cursor {
  try {
    const [level, us, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    if (Number.isInteger(level) && typeof us === 'string' && /^\d{1,18}$/.test(us) && typeof id === 'string')
      return [level as number, us, uuid(id, 'cursor')]
  } catch {
    // fall through to the coded refusal
  }
  throw fail('ALARMS_QUERY_INVALID', { field: 'cursor' })
}

const instant = (us: string) => sql`('epoch'::timestamptz + ${us}::bigint * interval '1 microsecond')`

/** Nothing is asked for that finds the alarms sooner than their order does. */
const walks = (q: AlarmQuery): boolean =>
  [q.item, q.stream, q.incident, q.case, q.q, q.assignee, q.unit, q.holder, q.rule].every((v) => v === undefined)
const asksOpen = (q: AlarmQuery): boolean =>
  q.state !== undefined && words(q.state).every((w) => w === 'open' || w === 'pending' || w === 'handling')

/** One page by keyset: newest first, or gravest first and newest among them. */
export async function listAlarms(
  db: Db,
  q: AlarmQuery,
  reads: AlarmReach
): Promise<{ rows: ListedAlarm[]; next: string | null }> {
  const { limit = 50, sort = '-raisedAt' } = q
  const filters = filtersOf(q, reads.actorId)
  const after = q.cursor === undefined ? null : decode(q.cursor)
  const byLevel = sort === 'level'
  if (after) {
    const [level, us, id] = after
    const older = sql<boolean>`(a.raised_at, a.id) < (${instant(us)}, ${id}::uuid)`
    filters.push(byLevel ? sql`(a.level > ${level}::int or (a.level = ${level}::int and ${older}))` : older)
  }
  const order = byLevel ? sql`a.level, a.raised_at desc, a.id desc` : sql`a.raised_at desc, a.id desc`
  const onePage = sql`order by ${order} limit ${limit + 1}`
  const all = sql.join([alarmReachCondition(reads), ...filters], sql` and `)
  const found = walks(q) ? foundFirst() : all
  /** Which alarms the page has, where finding them before they are read is cheaper than walking the table in the order of the list. */
  function foundFirst(): RawBuilder<unknown> {
    const ids = (of: RawBuilder<unknown>) => sql`a.id = any(array(select a.id from (${of}) a ${onePage}))`
    const columns = sql`a.id, a.level, a.raised_at`
    // Open ones are found in the index that holds what desks ask for, whole, then sorted: walking them in order costs a page of the table for
    // each that is not the reader's, and the server believes that most are.
    if (asksOpen(q)) return ids(sql`select ${columns} from alarms.alarm a where ${all} offset 0`)
    const parts = byLevel ? null : partsOf(reads)
    if (!parts) return all
    // A page of each part of what the reader reaches has the page of the whole.
    const pages = parts.map(
      (part) => sql`(select ${columns} from alarms.alarm a where ${sql.join([part, ...filters], sql` and `)} ${onePage})`
    )
    return ids(sql.join(pages, sql` union `))
  }
  const { rows } = await sql<ListedAlarm>`select ${LISTED} from (select a.* from alarms.alarm a where ${found}
      ${onePage}) a ${JOINED} order by ${order}`.execute(db)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last ? encode([last.level, last.raised_us, last.id]) : null }
}

/** One alarm with what a list shows of it. */
export async function findListed(db: Db, id: string): Promise<ListedAlarm | undefined> {
  const { rows } = await sql<ListedAlarm>`select ${LISTED} from alarms.alarm a ${JOINED} where a.id = ${id}::uuid`.execute(db)
  return rows[0]
}

export interface CountRow {
  level: number
  state: string
  acknowledged: boolean
  mine: boolean
  n: number
}

/** Open alarms by level and state: they are few, and have an index of their own, however many are over. */
export async function countOpen(db: Db, q: AlarmQuery, reads: AlarmReach): Promise<CountRow[]> {
  const { state: _state, cursor: _cursor, ...rest } = q
  const { rows } = await sql<CountRow>`select a.level, a.state, a.acknowledged_at is not null as acknowledged,
      coalesce(a.assignee_id = ${reads.actorId}::uuid, false) as mine, count(*)::int as n
    from alarms.alarm a where ${OPEN} and ${sql.join(conditionsOf(rest, reads), sql` and `)} group by 1, 2, 3, 4`.execute(db)
  return rows
}

/** How many alarms a list has: exact up to a limit, beyond it at least so many. */
export async function countList(db: Db, q: AlarmQuery, reads: AlarmReach): Promise<number | { atLeast: number }> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from
    (select from alarms.alarm a where ${sql.join(conditionsOf(q, reads), sql` and `)} limit ${COUNTED + 1}) t`.execute(db)
  const n = rows[0]?.n ?? 0
  return n > COUNTED ? { atLeast: COUNTED } : n
}

export interface MarkRow {
  id: string
  no: number
  stream_id: number
  level: 1 | 2 | 3 | 4
  worst: 1 | 2 | 3 | 4
  state: AlarmRow['state']
  title: { zh: string; en: string }
  began_at: Date
  cleared_at: Date | null
}
const MARKS = 2000

/** Alarms of streams that stood within a time, for charts. */
export async function listMarks(db: Db, streams: readonly number[], from: Date, to: Date, reads: AlarmReach): Promise<MarkRow[]> {
  const { rows } = await sql<MarkRow>`select a.id, a.no, a.stream_id, a.level, a.worst, a.state, a.title, a.began_at, a.cleared_at
    from alarms.alarm a where a.stream_id = any(${[...streams]}::int[]) and a.raised_at < ${to} and coalesce(a.cleared_at, 'infinity') >= ${from}
      and a.suppression_id is null and ${alarmReachCondition(reads)} order by a.raised_at desc limit ${MARKS}`.execute(db)
  return rows
}
