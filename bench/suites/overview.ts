/** Overview numbers of a year from the tallies, over HTTP where a server is given, beside the live SQL of the same run. */
import { addDays, dayAt, MEASURES, type MeasureKey, measureCondition, numbered, startOfDay } from '@chengyun/contract/indicators'
import type pg from 'pg'
import { rebuildTallies } from '../../packages/server/src/modules/indicators/index.ts'
import { getNumbers } from '../../packages/server/src/modules/indicators/queries/overview.ts'
import type { Db } from '../../packages/server/src/platform/db.ts'
import { fillCases } from './overview-data.ts'

export interface OverviewBenchRow {
  name: string
  /** Milliseconds. */
  p50: number
  p95: number
  /** The raw limit, or what it is compared with, in the same unit and run; null where there is none. */
  raw: number | null
  target: string
  ok: boolean
  note: string
}

export interface OverviewBenchContext {
  pool: pg.Pool
  db: Db
  /** With a cookie of a city leader the suite asks over HTTP; without, the queries behind the route. */
  baseUrl?: string
  cookie?: string
  /** Cases to measure on: missing ones are made in an empty database. Default 4,000,000. */
  cases?: number
  log?: (line: string) => void
}

const ZONE = 'Asia/Shanghai'
const CITY = { kind: 'city', districts: null, keys: null } as const
const TARGET_MS = 25
const TARGET_RATIO = 100

const quantile = (times: readonly number[], q: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))]!
const round = (ms: number): number => Math.round(ms * 100) / 100

async function timed(work: () => Promise<unknown>, rounds: number, warmUp = 12): Promise<{ p50: number; p95: number }> {
  const times: number[] = []
  for (let i = -warmUp; i < rounds; i++) {
    const began = performance.now()
    await work()
    if (i >= 0) times.push(performance.now() - began)
  }
  return { p50: round(quantile(times, 0.5)), p95: round(quantile(times, 0.95)) }
}

/** The funnel and rates of a span by district straight from the cases: what the page would cost without tallies. */
function liveText(from: Date, to: Date, now: Date): { text: string; values: unknown[] } {
  const values: unknown[] = []
  const columns = (
    [
      'report',
      'register',
      'dispatch',
      'needDispose',
      'dispose',
      'inTimeDispose',
      'needClose',
      'close',
      'inTimeClose',
      'closed'
    ] satisfies MeasureKey[]
  ).map((key) => {
    const fragment = measureCondition(key, { from, to, now })
    const text = numbered(fragment, values.length + 1)
    values.push(...fragment.values)
    return `count(*) filter (where ${text})::int as "${key}"`
  })
  return { text: `select c.district_code, c.source_type, ${columns.join(', ')} from cases.pub_case c group by 1, 2`, values }
}

/** Do the tallies hold as many reports as there are cases? Then the cases came with their events, or were counted before. */
async function isCounted(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ same: boolean }>(
    `select (select count(*) from cases.pub_case) = (select coalesce(sum(report), 0) from indicators.tally where dimension = 'total' and grain = 'm' and area = '*') as same`
  )
  return rows[0]?.same ?? false
}

/** Runs the suite; `log` gets a line per step. */
export async function run(ctx: OverviewBenchContext): Promise<OverviewBenchRow[]> {
  const { pool, db } = ctx
  const log = ctx.log ?? (() => {})
  const made = await fillCases(pool, ctx.cases ?? 4_000_000, log)
  let rebuildMs = 0
  if (made || !(await isCounted(pool))) {
    const began = performance.now()
    await rebuildTallies(db)
    rebuildMs = performance.now() - began
    await pool.query('vacuum analyze indicators.tally')
  }
  const { rows } = await pool.query<{ cases: number; open: number; cells: number }>(
    `select (select count(*)::int from cases.pub_case) as cases, (select count(*)::int from cases.pub_case where is_open) as open,
      (select count(*)::int from indicators.tally) as cells`
  )
  const { cases, open, cells } = rows[0]!
  log(`${cases} cases, ${open} open, ${cells} tallies${rebuildMs > 0 ? ` counted anew in ${round(rebuildMs / 1000)} s` : ''}`)

  const now = new Date()
  const today = dayAt(now.getTime(), ZONE)
  const year = { from: addDays(today, -364), to: addDays(today, 1) }
  const ask = async (query: string): Promise<void> => {
    const res = await fetch(`${ctx.baseUrl}/api/indicators/overview?${query}`, { headers: { cookie: ctx.cookie ?? '' } })
    if (!res.ok) throw new Error(`overview answered ${res.status}: ${await res.text()}`)
    await res.text()
  }
  const overHttp = ctx.baseUrl !== undefined
  const overview = (span: { from: string; to: string }, reach: Parameters<typeof getNumbers>[1]['reach'] = CITY) =>
    overHttp
      ? () =>
          ask(
            `period=custom&from=${span.from}&to=${addDays(span.to, -1)}${reach.districts ? `&district=${reach.districts.join(',')}` : ''}`
          )
      : () => getNumbers(db, { reach, span, timeZone: ZONE, now, top: 10, open: () => [] })

  const question = liveText(startOfDay(year.from, ZONE), startOfDay(year.to, ZONE), now)
  const ours = await timed(overview(year), 60)
  const live = await timed(() => pool.query(question), 3, 1)
  const again = await timed(overview(year), 60)
  const p95 = Math.max(ours.p95, again.p95)
  const ratio = round(live.p50 / Math.max(ours.p50, again.p50))
  const district = await timed(overview(year, { kind: 'district', districts: ['370202'], keys: null }), 40)
  const month = await timed(overview({ from: addDays(today, -29), to: addDays(today, 1) }), 40)
  const via = overHttp ? 'over HTTP' : 'queries behind the route'
  const out: OverviewBenchRow[] = [
    {
      name: 'overview of a year, city',
      p50: ours.p50,
      p95,
      raw: live.p50,
      target: `p95 ≤ ${TARGET_MS} ms`,
      ok: p95 <= TARGET_MS,
      note: `${via}; ${cases} cases`
    },
    {
      name: 'live ÷ kept',
      p50: ratio,
      p95: ratio,
      raw: null,
      target: `≥ ${TARGET_RATIO} ×`,
      ok: ratio >= TARGET_RATIO,
      note: `live SQL by district × source: ${live.p50} ms`
    },
    {
      name: 'overview of a year, one district',
      ...district,
      raw: null,
      target: `p95 ≤ ${TARGET_MS} ms`,
      ok: district.p95 <= TARGET_MS,
      note: via
    },
    {
      name: 'overview of 30 days, city',
      ...month,
      raw: null,
      target: `p95 ≤ ${TARGET_MS} ms`,
      ok: month.p95 <= TARGET_MS,
      note: via
    },
    {
      name: 'tallies counted anew',
      p50: round(rebuildMs),
      p95: round(rebuildMs),
      raw: null,
      target: 'none',
      ok: true,
      note: `${cells} cells, ${Object.keys(MEASURES).length} measures`
    }
  ]
  if (overHttp) {
    const res = await fetch(`${ctx.baseUrl}/api/indicators/overview?period=year`, { headers: { cookie: ctx.cookie ?? '' } })
    const tag = res.headers.get('etag') ?? ''
    await res.text()
    const unchanged = await timed(async () => {
      const again304 = await fetch(`${ctx.baseUrl}/api/indicators/overview?period=year`, {
        headers: { cookie: ctx.cookie ?? '', 'if-none-match': tag }
      })
      await again304.text()
    }, 60)
    out.push({
      name: 'overview unchanged (ETag)',
      ...unchanged,
      raw: null,
      target: 'none',
      ok: true,
      note: 'answered 304 while nothing happened'
    })
  }
  for (const row of out)
    log(`${row.ok ? 'ok  ' : 'MISS'} ${row.name}: p50 ${row.p50}, p95 ${row.p95} (${row.target}) ${row.note}`)
  return out
}
