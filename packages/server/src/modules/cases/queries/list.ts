import { type CaseQuery, QUEUES } from '@chengyun/contract/cases'
import { type RawBuilder, sql } from 'kysely'
import { type Actor, may } from '../../../platform/actor.ts'
import { type Db, readArrays } from '../../../platform/db.ts'
import { refuse } from '../domain/guards.ts'
import { CASE_SELECT, type CaseRecord, recordOf } from '../domain/record.ts'
import { queuesFor, scopeFor } from '../policy.ts'
import { monthSpans } from '../search.ts'
import {
  conditionsOf,
  type FilterOptions,
  type Half,
  halvesOf,
  isNumber,
  isTiny,
  lateCondition,
  queueConditions
} from './filter.ts'
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

/** A table of cases as the list asks it: both halves one after the other, each on indexes of its own. */
function rowsOf(columns: RawBuilder<unknown>, halves: readonly RawBuilder<unknown>[], order: RawBuilder<unknown>, limit: number) {
  const [only, other] = halves
  if (!only) return sql`select ${columns} from cases."case" c where false`
  if (!other) return sql`${only}`
  return sql`select * from ((${only}) union all (${other})) c order by ${order} limit ${limit}`
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
export function pageQuery(query: CaseQuery, actor: Actor, now: Date, { sort, limit, after }: Page, options: FilterOptions = {}) {
  const order = orderOf(sort)
  // Words within a span are found by the span: then the halves need no walk each.
  const reached = halvesOf(query)
  const asked: (Half | undefined)[] =
    (options.within || options.months) && query.q && reached.length === 2 ? [undefined] : reached
  const halves = asked.map((half) => {
    const all = conditionsOf(query, actor, now, { ...options, half, measure: measureOf(now) })
    const beyond = after && pageCondition(sort, after, half)
    if (beyond) all.push(beyond)
    // Nobody is late with a closed case: they follow all open ones, by id.
    const inner = sort === 'due' && half === 'closed' ? sql`c.id asc` : order
    return sql`select ${ALL} from cases."case" c ${where(all)} order by ${inner} limit ${limit}`
  })
  return rowsOf(ALL, halves, order, limit)
}

const ALL = sql.raw(CASE_SELECT)

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
  const rows = isSought(query, sort) ? await seek(db, query, actor, now, page) : await readPage(db, query, actor, now, page)
  const found = rows.slice(0, limit)
  const last = found.at(-1)
  return {
    rows: found,
    nextCursor: rows.length > limit && last ? encode({ key: sort === 'due' ? last.dueAt : last.reportedAt, id: last.id }) : null
  }
}

const readPage = async (db: Db, ...asked: Parameters<typeof pageQuery>): Promise<CaseRecord[]> =>
  (await readArrays(db, pageQuery(...asked).compile(db))).map(recordOf)

/** How many of the newest cases are looked through before an index of words or places is asked. */
const PROBED = 20_000

const isSought = (query: CaseQuery, sort: string): boolean =>
  sort === '-reportedAt' &&
  halvesOf(query).includes('closed') &&
  ((query.bbox !== undefined && !isTiny(query.bbox)) || (query.q !== undefined && !isNumber(query.q)))

/**
 * Words and map windows that many cases have are found among the newest; only what is rare is worth finding all that fit and sorting
 * them. The server cannot tell the two apart beforehand, so the newest are tried first: both ways are bounded.
 */
async function seek(db: Db, query: CaseQuery, actor: Actor, now: Date, page: Page): Promise<CaseRecord[]> {
  const to = page.after?.key ?? (query.measure ? null : query.to) ?? now.toISOString()
  const newest = query.q ? sql`cases.search where` : sql`cases."case" where not is_open and`
  const { rows } = await sql<{
    at: Date
  }>`select reported_at as at from ${newest} reported_at <= ${to}::timestamptz order by reported_at desc offset ${PROBED} limit 1`.execute(
    db
  )
  const from = rows[0]?.at
  if (from) {
    const found = await readPage(db, query, actor, now, page, { within: { from, to: new Date(to) } })
    if (found.length === page.limit) return found
  }
  return query.q ? seekByMonth(db, query, actor, now, page, new Date(to)) : readPage(db, query, actor, now, page, { rare: true })
}

/**
 * The index of words reads all that have the words; with a month beside them it reads that month's. The newest months first, until the
 * page is full.
 */
async function seekByMonth(db: Db, query: CaseQuery, actor: Actor, now: Date, page: Page, to: Date): Promise<CaseRecord[]> {
  const { rows } = await sql<{ first: Date | null }>`select min(reported_at) as first from cases.search`.execute(db)
  const first = rows[0]?.first
  const found: CaseRecord[] = []
  if (!first) return found
  for (const months of monthSpans(to, first)) {
    const rest = { ...page, limit: page.limit - found.length }
    found.push(...(await readPage(db, query, actor, now, rest, { months, rare: true })))
    if (found.length >= page.limit) break
  }
  return found
}

function pageCondition(sort: string, after: Cursor, half: Half | undefined): RawBuilder<boolean> | null {
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
  const halves = halvesOf(query).map(
    (half) => sql`(select 1 from cases."case" c ${where(conditionsOf(query, actor, now, { half, measure: measureOf(now) }))})`
  )
  if (halves.length === 0) return 0
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from (${sql.join(halves, sql` union all `)} limit ${cap}) t`.execute(db)
  return rows[0]?.n ?? 0
}

const COMMON_QUEUES = ['open', 'soon', 'overdue', 'supervised', 'suspended', 'requests'] as const

/**
 * The desk's queues with their counts, in one pass over what is open and in scope. Cases that no queue tells apart are counted together
 * first, so that the conditions of some twenty queues are looked at for hundreds of groups and not for forty thousand cases; they are
 * the very conditions of the lists.
 */
export async function countQueues(db: Db, actor: Actor, now: Date): Promise<{ key: string; count: number; late: number }[]> {
  const own = queuesFor(actor)
  const keys = [...own, ...COMMON_QUEUES]
  const base = conditionsOf({ open: true }, actor, now)
  const late = lateCondition('late', now)
  const columns = keys.flatMap((key, i) => {
    const mine = queueConditions(key, actor, now)
    const test = mine.length === 0 ? sql`true` : sql.join(mine, sql` and `)
    return [
      sql`coalesce(sum(n) filter (where ${test}), 0)::int as ${sql.ref(`n${i}`)}`,
      sql`coalesce(sum(n) filter (where ${test} and ${late}), 0)::int as ${sql.ref(`l${i}`)}`
    ]
  })
  // Instants only matter by the side of now they lie on; people only when it is this one.
  const side = (column: string) => {
    const at = sql.ref(`c.${column}`)
    return sql`case when ${at} < ${now} then '-infinity'::timestamptz when ${at} = ${now} then ${at} when ${at} > ${now} then 'infinity'::timestamptz end as ${sql.ref(column)}`
  }
  const me = (column: string) =>
    sql`case when ${sql.ref(`c.${column}`)} = ${actor.id}::uuid then ${sql.ref(`c.${column}`)} end as ${sql.ref(column)}`
  const byUnit = own.some((key) => {
    const scope = scopeFor(actor, QUEUES[key].permission)
    return !scope.all && scope.unitIds.length > 0
  })
  const unit = byUnit ? sql`c.unit_id` : sql`null::uuid as unit_id`
  const groups = sql`select true as is_open, c.status, c.supervised, c.request_kind, ${unit}, ${me('collector_id')}, ${me('handler_id')}, ${side('due_at')}, ${side('soon_at')}, count(*) as n
    from cases."case" c ${where(base)} group by 2, 3, 4, 5, 6, 7, 8, 9`
  const { rows } = await sql<Record<string, number>>`select ${sql.join(columns)} from (${groups}) c`.execute(db)
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
  const columns = sql`c.id, c.lng, c.lat, c.status, c.due_at, c.class_code, c.kind, c.standard_ref, c.due_stage, jsonb_build_object(coalesce(c.due_stage, 'none'), c.clocks->c.due_stage) as clocks`
  const halves = halvesOf(query).map((half) => {
    const order = half === 'open' ? sql`order by c.due_at asc nulls last` : sql``
    return sql`select ${columns} from cases."case" c ${where(conditionsOf(query, actor, now, { half, measure: measureOf(now) }))} ${order} limit ${limit + 1}`
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
