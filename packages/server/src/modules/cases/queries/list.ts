import type { CaseQuery } from '@chengyun/contract/cases'
import { type RawBuilder, sql } from 'kysely'
import { type Actor, may } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { recordOf } from '../commands/store.ts'
import { refuse } from '../domain/guards.ts'
import type { CaseRecord } from '../domain/record.ts'
import { queuesFor } from '../policy.ts'
import { conditionsOf, lateCondition, queueConditions } from './filter.ts'
import { measureOf } from './measure.ts'

const where = (conditions: readonly RawBuilder<boolean>[]) =>
  conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`

interface Cursor {
  key: string | null
  id: string
}
const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify([cursor.key, cursor.id])).toString('base64url')
function decode(text: string): Cursor {
  try {
    const [key, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as [unknown, unknown]
    if (
      (key === null || (typeof key === 'string' && !Number.isNaN(Date.parse(key)))) &&
      typeof id === 'string' &&
      /^[0-9a-f-]{36}$/.test(id)
    )
      return { key, id }
  } catch {
    // fall through to the coded refusal
  }
  throw refuse('CASE_QUERY_INVALID', { field: 'cursor' })
}

/** One page of a list, by keyset: the thousandth page costs what the first does. */
export async function listCases(
  db: Db,
  query: CaseQuery,
  actor: Actor,
  now: Date
): Promise<{ rows: CaseRecord[]; nextCursor: string | null }> {
  const limit = query.limit ?? 50
  const sort = query.sort ?? (query.queue && query.queue !== 'all' ? 'due' : '-reportedAt')
  const conditions = conditionsOf(query, actor, now, { measure: measureOf(now) })
  const after = query.cursor ? decode(query.cursor) : null
  const order =
    sort === 'due'
      ? sql`c.due_at asc nulls last, c.id asc`
      : sort === 'reportedAt'
        ? sql`c.reported_at asc, c.id asc`
        : sql`c.reported_at desc, c.id desc`
  if (after) conditions.push(pageCondition(sort, after))
  const { rows } = await sql<
    Record<string, unknown>
  >`select c.* from cases."case" c ${where(conditions)} order by ${order} limit ${limit + 1}`.execute(db)
  const page = rows.slice(0, limit).map(recordOf)
  const last = page.at(-1)
  return {
    rows: page,
    nextCursor: rows.length > limit && last ? encode({ key: sort === 'due' ? last.dueAt : last.reportedAt, id: last.id }) : null
  }
}

function pageCondition(sort: string, after: Cursor): RawBuilder<boolean> {
  if (sort !== 'due') {
    return sort === 'reportedAt'
      ? sql`(c.reported_at, c.id) > (${after.key}::timestamptz, ${after.id}::uuid)`
      : sql`(c.reported_at, c.id) < (${after.key}::timestamptz, ${after.id}::uuid)`
  }
  if (after.key === null) return sql`(c.due_at is null and c.id > ${after.id}::uuid)`
  return sql`(c.due_at > ${after.key}::timestamptz or (c.due_at = ${after.key}::timestamptz and c.id > ${after.id}::uuid) or c.due_at is null)`
}

/** How many rows a filter has. Counted up to `cap`, so that an unbounded question about four million rows stays quick. */
export async function countCases(db: Db, query: CaseQuery, actor: Actor, now: Date, cap = 1_000_000_000): Promise<number> {
  const conditions = conditionsOf(query, actor, now, { measure: measureOf(now) })
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from (select 1 from cases."case" c ${where(conditions)} limit ${cap}) t`.execute(db)
  return rows[0]?.n ?? 0
}

const COMMON_QUEUES = ['open', 'soon', 'overdue', 'supervised', 'suspended', 'requests'] as const

/** The desk's queues with their counts, in one pass over what is open and in scope. */
export async function countQueues(db: Db, actor: Actor, now: Date): Promise<{ key: string; count: number; late: number }[]> {
  const own = queuesFor(actor)
  const keys = [...own, ...COMMON_QUEUES]
  const base = conditionsOf({ open: true }, actor, now)
  const late = lateCondition('late', now)
  const columns = keys.flatMap((key, i) => {
    const mine = queueConditions(key, actor, now)
    const test = mine.length === 0 ? sql`true` : sql.join(mine, sql` and `)
    return [
      sql`count(*) filter (where ${test})::int as ${sql.ref(`n${i}`)}`,
      sql`count(*) filter (where ${test} and ${late})::int as ${sql.ref(`l${i}`)}`
    ]
  })
  const { rows } = await sql<Record<string, number>>`select ${sql.join(columns)} from cases."case" c ${where(base)}`.execute(db)
  const row = rows[0] ?? {}
  const open = keys.map((key, i) => ({ key: key as string, count: row[`n${i}`] ?? 0, late: row[`l${i}`] ?? 0 }))
  return [...open, ...(await countClosedQueues(db, actor, now))]
}

/** Queues of closed cases, for those who have something to do with them; each stands on a small partial index. */
const CLOSED_QUEUES = { toVisit: 'cases:visit', unsatisfied: 'cases:reopen', appeals: 'cases:reviewAppeal' } as const

async function countClosedQueues(db: Db, actor: Actor, now: Date): Promise<{ key: string; count: number; late: number }[]> {
  const mine = Object.entries(CLOSED_QUEUES).filter(([, permission]) => may(actor, permission))
  return Promise.all(
    mine.map(async ([key]) => {
      const { rows } = await sql<{
        n: number
      }>`select count(*)::int as n from cases."case" c ${where(conditionsOf({ queue: key }, actor, now))}`.execute(db)
      return { key, count: rows[0]?.n ?? 0, late: 0 }
    })
  )
}

/** Points of the map: at most `limit`, soonest due first. */
export async function listPoints(db: Db, query: CaseQuery, actor: Actor, now: Date, limit = 2000) {
  const conditions = conditionsOf(query, actor, now, { measure: measureOf(now) })
  const { rows } = await sql<{
    id: string
    lng: number
    lat: number
    status: string
    due_at: Date | null
    class_code: string
    kind: string
    standard_ref: string
    clocks: CaseRecord['clocks']
    due_stage: string | null
  }>`
    select c.id, c.lng, c.lat, c.status, c.due_at, c.class_code, c.kind, c.standard_ref, c.due_stage, jsonb_build_object(coalesce(c.due_stage, 'none'), c.clocks->c.due_stage) as clocks
    from cases."case" c ${where(conditions)} order by c.due_at asc nulls last limit ${limit + 1}`.execute(db)
  return { points: rows.slice(0, limit), truncated: rows.length > limit }
}
