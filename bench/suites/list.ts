/** The desk's lists over HTTP with 4,000,000 cases, each beside its own SQL; first pages and pages two hundred further on. */
import type { CaseQuery } from '@chengyun/contract/cases'
import { pageQuery } from '../../packages/server/src/modules/cases/queries/list.ts'
import { loadDirectory, loadGrants } from '../../packages/server/src/modules/org/auth/grants.ts'
import type { Actor } from '../../packages/server/src/platform/actor.ts'
import type { Bed, Bench } from '../lib/bed.ts'
import type { Session } from '../lib/product.ts'
import { type BenchRow, quantile, round, timesOf } from '../lib/stats.ts'

const TARGET_MS = 100
const ASKED = 40
const DEEP_PAGES = 200

interface Question {
  name: string
  query: CaseQuery
  /** Who asks; the acceptor of the city when nobody is named. */
  as?: 'dept' | 'handler' | 'collector'
  deep?: boolean
}

interface Facts {
  unit: string
  street: string
  grid: string
  district: string
  common: string
  rare: string
  caseNo: string
  lng: number
  lat: number
  month: { from: string; to: string }
}

/** Real values of the data, so that every filter meets rows. */
async function factsOf(bed: Bed): Promise<Facts> {
  const one = async (text: string) => (await bed.pool.query<Record<string, string>>(text)).rows[0]!
  const most = async (column: string, order = 'desc') =>
    (
      await one(
        `select ${column} as v from (select ${column} from cases."case" where not is_open order by reported_at desc limit 50000) c where ${column} is not null group by 1 order by count(*) ${order} limit 1`
      )
    ).v!
  const sample = await one(
    `select case_no, grid_code, lng, lat from cases."case" where not is_open order by reported_at desc offset 1234 limit 1`
  )
  const day = 86_400_000
  return {
    unit: await most('unit_id'),
    street: await most('street_code'),
    district: await most('district_code'),
    common: await most('class_code'),
    rare: await most('class_code', 'asc'),
    grid: sample.grid_code!,
    caseNo: sample.case_no!,
    lng: Number(sample.lng),
    lat: Number(sample.lat),
    month: { from: new Date(Date.now() - 200 * day).toISOString(), to: new Date(Date.now() - 170 * day).toISOString() }
  }
}

const box = (f: Facts, half: number): string =>
  [f.lng - half, f.lat - half, f.lng + half, f.lat + half].map((v) => v.toFixed(5)).join(',')

const questions = (f: Facts): Question[] => [
  { name: 'newest of the city', query: {}, deep: true },
  { name: 'oldest first', query: { sort: 'reportedAt' }, deep: true },
  { name: 'soonest due, all', query: { sort: 'due' } },
  { name: 'queue to accept', query: { queue: 'toAccept' }, deep: true },
  { name: 'queue handling', query: { queue: 'handling' }, deep: true },
  { name: 'queue overdue', query: { queue: 'overdue' } },
  { name: 'queue soon', query: { queue: 'soon' } },
  { name: 'queue supervised', query: { queue: 'supervised' } },
  { name: 'queue requests', query: { queue: 'requests' } },
  { name: 'queue to visit', query: { queue: 'toVisit' } },
  { name: 'handling by a unit', query: { queue: 'handling', unit: f.unit } },
  { name: 'a unit', query: { unit: f.unit }, deep: true },
  { name: 'a district', query: { district: f.district }, deep: true },
  { name: 'a district, closed', query: { district: f.district, status: 'closed' } },
  { name: 'a street', query: { street: f.street }, deep: true },
  { name: 'a grid', query: { grid: f.grid } },
  { name: 'a common class', query: { classCode: f.common }, deep: true },
  { name: 'a rare class', query: { classCode: f.rare } },
  { name: 'a rare class in a street', query: { classCode: f.rare, street: f.street } },
  { name: 'a major class', query: { major: f.common.slice(0, 2) } },
  { name: 'a common source', query: { source: 'collector' }, deep: true },
  { name: 'a source without cases', query: { source: 'satellite' } },
  { name: 'a severity without cases', query: { severity: 'major' } },
  { name: 'late', query: { late: 'late' } },
  { name: 'cancelled', query: { status: 'cancelled' } },
  { name: 'supervised', query: { supervised: true } },
  { name: 'urgent', query: { urgent: true } },
  { name: 'handled on the spot', query: { selfHandled: true } },
  { name: 'a month half a year ago', query: f.month, deep: true },
  { name: 'that month, district and class', query: { ...f.month, district: f.district, classCode: f.common } },
  { name: 'words: 垃圾 (one in eight)', query: { q: '垃圾' }, deep: true },
  { name: 'words: 井盖缺失', query: { q: '井盖缺失' } },
  { name: 'words: a road and a thing', query: { q: '江阳路 路灯' } },
  { name: 'words: none has them', query: { q: '恐龙化石' } },
  { name: 'words in a district', query: { q: '冰雪', district: f.district } },
  { name: 'words, open ones', query: { q: '污水', queue: 'open' } },
  { name: 'a case number', query: { q: f.caseNo } },
  { name: 'start of a case number', query: { q: f.caseNo.slice(0, 14) } },
  { name: 'a window of 400 m', query: { bbox: box(f, 0.002) } },
  { name: 'a window of 4 km', query: { bbox: box(f, 0.02) } },
  { name: 'a window of the whole city', query: { bbox: box(f, 1) } },
  { name: 'a window of 4 km, open ones', query: { bbox: box(f, 0.02), open: true } },
  { name: 'behind a number: closed late, a month', query: { ...f.month, measure: 'overtimeClose' } },
  { name: 'behind a number: disposed, a month and district', query: { ...f.month, measure: 'dispose', district: f.district } },
  { name: 'newest of a department', query: {}, as: 'dept', deep: true },
  { name: 'department: handling', query: { queue: 'handling' }, as: 'dept' },
  { name: "a handler's own", query: {}, as: 'handler' },
  { name: "a collector's own and his grids", query: {}, as: 'collector' }
]

export async function run(bench: Bench): Promise<BenchRow[]> {
  const bed = await bench.bed('full')
  const facts = await factsOf(bed)
  const rows: BenchRow[] = []
  const people = new Map<string, { session: Session; actor: Actor }>()
  for (const username of ['acceptor', 'dept', 'handler', 'collector'])
    people.set(username, { session: await bed.product.signIn(username), actor: await actorOf(bed, username) })
  const only = process.env.BENCH_LIST
  for (const question of questions(facts).filter((x) => !only || x.name.includes(only)))
    rows.push(...(await measure(bench, bed, question, people.get(question.as ?? 'acceptor')!)))
  if (!only) rows.push(await queues(bed, people.get('acceptor')!.session))
  return rows
}

async function measure(
  bench: Bench,
  bed: Bed,
  { name, query, deep }: Question,
  { session, actor }: { session: Session; actor: Actor }
): Promise<BenchRow[]> {
  const first = await pageTimes(bed, query, session, actor)
  const p95 = quantile(first.ours, 0.95)
  const ratio = quantile(first.ours, 0.5) / quantile(first.raw, 0.5)
  const overhead = quantile(first.ours, 0.5) - quantile(first.raw, 0.5)
  bench.say(
    `  ${name}: p50 ${round(quantile(first.ours, 0.5))}, p95 ${round(p95)}, raw p50 ${round(quantile(first.raw, 0.5))} ms, ${first.rows} rows`
  )
  const out: BenchRow[] = [
    {
      suite: 'list',
      name,
      unit: 'ms',
      ours: p95,
      limit: quantile(first.raw, 0.95),
      ratio,
      target: 'p95 ≤ 100 ms, ≤ 1.5 × raw',
      ok: p95 <= TARGET_MS && ratio <= 1.5,
      note: `p50 ${round(quantile(first.ours, 0.5), 1)} ms (${round(overhead, 1)} ms more than its SQL); ${first.rows} rows${p95 <= TARGET_MS && ratio > 1.5 ? '; within 100 ms, over 1.5 ×' : ''}`
    }
  ]
  if (!deep) return out
  const cursor = await walk(bed, query, session)
  if (!cursor) return out
  const far = await pageTimes(bed, { ...query, cursor }, session, actor)
  const dearer = quantile(far.ours, 0.5) / quantile(first.ours, 0.5)
  out.push({
    suite: 'list',
    name: `${name}: page ${DEEP_PAGES + 1}`,
    unit: 'ms',
    ours: quantile(far.ours, 0.95),
    limit: p95,
    ratio: dearer,
    target: '≤ 2 × the first',
    ok: dearer <= 2 && quantile(far.ours, 0.95) <= TARGET_MS,
    note: `limit: the first page; p50 ${round(quantile(far.ours, 0.5), 1)} ms`
  })
  return out
}

const textOf = (query: CaseQuery): string =>
  new URLSearchParams(Object.fromEntries(Object.entries(query).map(([k, v]) => [k, String(v)]))).toString()

async function ask(bed: Bed, query: CaseQuery, session: Session): Promise<{ items: unknown[]; nextCursor: string | null }> {
  const res = await fetch(`${bed.product.url}/api/cases?${textOf(query)}`, { headers: { cookie: session.cookie } })
  if (!res.ok) throw new Error(`${textOf(query)} answered ${res.status}: ${await res.text()}`)
  return (await res.json()) as { items: unknown[]; nextCursor: string | null }
}

/** Ours over HTTP and the SQL of the same page by the bare driver, taking turns. */
async function pageTimes(
  bed: Bed,
  query: CaseQuery,
  session: Session,
  actor: Actor
): Promise<{ ours: number[]; raw: number[]; rows: number }> {
  const { cursor, ...plain } = query
  const [key, id] = cursor ? (JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string | null, string]) : [null, '']
  const sort = query.sort ?? (query.queue ? 'due' : '-reportedAt')
  const compiled = pageQuery(plain, actor, new Date(), { sort, limit: 51, after: cursor ? { key, id } : null }).compile(bed.db)
  const raw = () => bed.pool.query({ text: compiled.sql, values: [...compiled.parameters] })
  const { items } = await ask(bed, query, session)
  const slow = (await timesOf(raw, 1, 0))[0]! > 1000
  const [ours, bare]: [number[], number[]] = [[], []]
  for (let i = 0; i < (slow ? 3 : ASKED); i += 4) {
    ours.push(...(await timesOf(() => ask(bed, query, session), slow ? 1 : 4, i === 0 ? 2 : 0)))
    bare.push(...(await timesOf(raw, slow ? 1 : 4, i === 0 ? 2 : 0)))
  }
  return { ours, raw: bare, rows: items.length }
}

async function walk(bed: Bed, query: CaseQuery, session: Session): Promise<string | null> {
  let cursor: string | null = null
  for (let i = 0; i < DEEP_PAGES; i += 1) {
    const page: { nextCursor: string | null } = await ask(bed, { ...query, ...(cursor && { cursor }) }, session)
    if (!page.nextCursor) return cursor
    cursor = page.nextCursor
  }
  return cursor
}

async function queues(bed: Bed, session: Session): Promise<BenchRow> {
  const times = await timesOf(async () => {
    const res = await fetch(`${bed.product.url}/api/cases/queues`, { headers: { cookie: session.cookie } })
    if (!res.ok) throw new Error(`queues answered ${res.status}`)
    await res.text()
  }, ASKED)
  const p95 = quantile(times, 0.95)
  return {
    suite: 'list',
    name: 'counts of all queues',
    unit: 'ms',
    ours: p95,
    limit: null,
    ratio: null,
    target: 'p95 ≤ 100 ms',
    ok: p95 <= TARGET_MS,
    note: `p50 ${round(quantile(times, 0.5), 1)} ms`
  }
}

async function actorOf(bed: Bed, username: string): Promise<Actor> {
  const { rows } = await bed.pool.query<{ id: string; name: string }>('select id, name from org.pub_user where username = $1', [
    username
  ])
  const { grants } = await loadGrants(bed.db, await loadDirectory(bed.db), rows[0]!.id, new Date())
  return { ...rows[0]!, username, unitId: grants[0]?.unitId ?? null, unitName: null, grants, sessionId: null, ip: null }
}
