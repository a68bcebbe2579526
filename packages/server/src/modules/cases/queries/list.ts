import type { CaseQuery } from '@chengyun/contract/cases'
import { type RawBuilder, sql } from 'kysely'
import { type Actor, may } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { recordOf } from '../commands/store.ts'
import { refuse } from '../domain/guards.ts'
import type { CaseRecord } from '../domain/record.ts'
import { queuesFor } from '../policy.ts'
import { conditionsOf, halvesOf, lateCondition, queueConditions } from './filter.ts'
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

type Half = 'open' | 'closed'
const IS: Record<Half, RawBuilder<boolean>> = { open: sql`c.is_open`, closed: sql`not c.is_open` }

/** A table of cases as the list asks it: both halves one after the other, each on indexes of its own. */
function rowsOf(columns: RawBuilder<unknown>, halves: readonly RawBuilder<unknown>[], order: RawBuilder<unknown>, limit: number) {
  const [only, other] = halves
  if (!only) return sql<Record<string, unknown>>`select ${columns} from cases."case" c where false`
  if (!other) return sql<Record<string, unknown>>`${only}`
  return sql<Record<string, unknown>>`select * from ((${only}) union all (${other})) c order by ${order} limit ${limit}`
}

interface Page {
  sort: string
  limit: number
  after: Cursor | null
}

/**
 * The SQL of one page. Open and closed cases are asked for apart and merged: forty thousand open ones have indexes that follow every
 * step, four million closed ones have theirs, which no step touches.
 */
export function pageQuery(
  query: CaseQuery,
  actor: Actor,
  now: Date,
  { sort, limit, after }: Page,
  newerThan: Date | null = null
) {
  const conditions = conditionsOf(query, actor, now, { measure: measureOf(now) })
  const order = orderOf(sort)
  const halves = halvesOf(query).flatMap((half) => {
    const all = [...conditions, IS[half]]
    if (after) {
      const beyond = pageCondition(sort, after, half)
      if (beyond) all.push(beyond)
    }
    if (newerThan) all.push(sql`c.reported_at >= ${newerThan}`)
    // Nobody is late with a closed case: they follow all open ones, by id.
    const inner = sort === 'due' && half === 'closed' ? sql`c.id asc` : order
    return [sql`select c.* from cases."case" c ${where(all)} order by ${inner} limit ${limit}`]
  })
  return rowsOf(sql`c.*`, halves, order, limit)
}

const orderOf = (sort: string) =>
  sort === 'due'
    ? sql`c.due_at asc nulls last, c.id asc`
    : sort === 'reportedAt'
      ? sql`c.reported_at asc, c.id asc`
      : sql`c.reported_at desc, c.id desc`

/** One page of a list, by keyset: the thousandth page costs what the first does. */
export async function listCases(
  db: Db,
  query: CaseQuery,
  actor: Actor,
  now: Date
): Promise<{ rows: CaseRecord[]; nextCursor: string | null }> {
  const limit = query.limit ?? 50
  const sort = query.sort ?? (query.queue && query.queue !== 'all' ? 'due' : '-reportedAt')
  const page: Page = { sort, limit: limit + 1, after: query.cursor ? decode(query.cursor) : null }
  const rows = (await newestOnly(db, query, actor, now, page)) ?? (await pageQuery(query, actor, now, page).execute(db)).rows
  const found = rows.slice(0, limit).map(recordOf)
  const last = found.at(-1)
  return {
    rows: found,
    nextCursor: rows.length > limit && last ? encode({ key: sort === 'due' ? last.dueAt : last.reportedAt, id: last.id }) : null
  }
}

/** How many of the newest cases are looked through before an index of words or places is asked. */
const PROBED = 20_000

/**
 * Words and map windows that many cases have are found among the newest; only what is rare is worth a walk through all that fit and a
 * sort of them. The database cannot tell the two apart beforehand, so the newest are tried first. Null when they did not fill the page.
 */
async function newestOnly(
  db: Db,
  query: CaseQuery,
  actor: Actor,
  now: Date,
  page: Page
): Promise<Record<string, unknown>[] | null> {
  if (page.sort !== '-reportedAt' || !(query.q || query.bbox) || !halvesOf(query).includes('closed')) return null
  const before = page.after?.key ?? (query.measure ? null : query.to) ?? now.toISOString()
  const { rows } = await sql<{
    at: Date
  }>`select reported_at as at from cases."case" c where not c.is_open and reported_at < ${before}::timestamptz
    order by reported_at desc, id desc offset ${PROBED} limit 1`.execute(db)
  if (!rows[0]) return null
  const found = await pageQuery(query, actor, now, page, rows[0].at).execute(db)
  return found.rows.length === page.limit ? found.rows : null
}

function pageCondition(sort: string, after: Cursor, half: Half): RawBuilder<boolean> | null {
  if (sort !== 'due') {
    return sort === 'reportedAt'
      ? sql`(c.reported_at, c.id) > (${after.key}::timestamptz, ${after.id}::uuid)`
      : sql`(c.reported_at, c.id) < (${after.key}::timestamptz, ${after.id}::uuid)`
  }
  if (half === 'closed') return after.key === null ? sql`c.id > ${after.id}::uuid` : null
  if (after.key === null) return sql`(c.due_at is null and c.id > ${after.id}::uuid)`
  return sql`(c.due_at > ${after.key}::timestamptz or (c.due_at = ${after.key}::timestamptz and c.id > ${after.id}::uuid) or c.due_at is null)`
}

/** How many rows a filter has. Counted up to `cap`, so that an unbounded question about four million rows stays quick. */
export async function countCases(db: Db, query: CaseQuery, actor: Actor, now: Date, cap = 1_000_000_000): Promise<number> {
  const conditions = conditionsOf(query, actor, now, { measure: measureOf(now) })
  const halves = halvesOf(query).map((half) => sql`(select 1 from cases."case" c ${where([...conditions, IS[half]])})`)
  if (halves.length === 0) return 0
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from (${sql.join(halves, sql` union all `)} limit ${cap}) t`.execute(db)
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
  const columns = sql`c.id, c.lng, c.lat, c.status, c.due_at, c.class_code, c.kind, c.standard_ref, c.due_stage, jsonb_build_object(coalesce(c.due_stage, 'none'), c.clocks->c.due_stage) as clocks`
  const halves = halvesOf(query).map((half) => {
    const order = half === 'open' ? sql`order by c.due_at asc nulls last` : sql``
    return sql`select ${columns} from cases."case" c ${where([...conditions, IS[half]])} ${order} limit ${limit + 1}`
  })
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
    ${rowsOf(columns, halves, sql`due_at asc nulls last`, limit + 1)}`.execute(db)
  return { points: rows.slice(0, limit), truncated: rows.length > limit }
}
