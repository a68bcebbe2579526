import {
  countsNow,
  dayCounted,
  INDICATOR_ERRORS,
  isMeasureKey,
  LIVE_MEASURES,
  type MeasureKey,
  type MeasureRow,
  measureCondition,
  type OverviewView,
  type RankingView,
  rateOf
} from '@chengyun/contract/indicators'
import type { RoleKey } from '@chengyun/contract/org'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import { type RawBuilder, sql } from 'kysely'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, type Grant, SYSTEM } from '../../platform/actor.ts'
import { runInTransaction } from '../../platform/db.ts'
import { buildHttp } from '../../platform/http.ts'
import { LiveHub } from '../../platform/live.ts'
import { type TestDatabase, testDb } from '../../platform/testing-db.ts'
import { OpenBoard } from './board.ts'
import { anyRow, factsOf, newCase, type TestCase, UNITS, writeCases, ZONE } from './case-rows.testing.ts'
import { applyMoves } from './commands/apply.ts'
import { spanAt } from './domain/filters.ts'
import type { Reach } from './domain/reach.ts'
import { listLiveSums } from './queries/live.ts'
import { GROUP_MEASURES, getNumbers, UNIT_MEASURES } from './queries/overview.ts'
import { indicatorRoutes } from './routes.ts'

const ROOT = '01900000-0000-7000-8000-000000000001'
const NOW = new Date('2026-01-25T03:00:00Z')

let t: TestDatabase
let app: FastifyInstance
let actor: Actor = SYSTEM
let cases: TestCase[]

const person = (role: RoleKey, over: Partial<Grant>): Actor => ({
  ...SYSTEM,
  system: false,
  grants: [
    {
      role,
      unitId: ROOT,
      unitIds: [ROOT, ...UNITS],
      regionCodes: null,
      dutyGridCodes: [],
      permissions: new Set(['indicators:read', 'cases:read']),
      ...over
    }
  ]
})
const READERS: [string, Actor][] = [
  ['the city', person('leader', {})],
  ['a district', person('dispatcher', { regionCodes: ['370202'] })],
  ['two districts', person('shiftLeader', { regionCodes: ['370202', '370211'] })],
  ['a street', person('inspector', { regionCodes: ['370202001'] })],
  ['a department', person('dept', { unitId: UNITS[0], unitIds: UNITS.slice(0, 2) })]
]

beforeAll(async () => {
  t = await testDb()
  await sql`insert into org.unit (id, key, kind, parent_id, path, name, short_name, valid_from_at) values
    (${ROOT}, 'root', 'city_center', null, array[${ROOT}]::uuid[], 'City centre', 'Centre', now()),
    (${UNITS[0]}, 'a1', 'city_department', ${ROOT}, array[${ROOT}, ${UNITS[0]}]::uuid[], 'Drainage', 'Drainage', now()),
    (${UNITS[1]}, 'a2', 'base_unit', ${UNITS[0]}, array[${ROOT}, ${UNITS[0]}, ${UNITS[1]}]::uuid[], 'Drainage team', 'Team', now()),
    (${UNITS[2]}, 'a3', 'city_department', ${ROOT}, array[${ROOT}, ${UNITS[2]}]::uuid[], 'Parks', 'Parks', now())`.execute(t.db)
  cases = fc.sample(anyRow, { numRuns: 500, seed: 42 }).map(newCase)
  await writeCases(t.db, cases)
  await runInTransaction(t.db, (tx) =>
    applyMoves(
      tx,
      cases.map((c) => ({ facts: { before: null, after: factsOf(c.row) } }))
    )
  )
  app = await buildHttp({
    settings: { CHENGYUN_TRUST_PROXY: false } as never,
    log: pino({ level: 'silent' }) as never,
    catalogues: [INDICATOR_ERRORS]
  })
  app.decorate('db', t.db)
  app.decorate(
    'hub',
    new LiveHub(t.db, [], (error) => {
      throw error
    })
  )
  app.addHook('onRequest', async (req) => {
    req.actor = actor
  })
  await app.register(indicatorRoutes, { prefix: '/api' })
  await app.ready()
})
afterAll(async () => {
  await app?.close()
  await t?.close()
})

const get = async <T>(url: string, headers: Record<string, string> = {}) => {
  const res = await app.inject({ url: `/api/indicators/${url}`, headers })
  return { status: res.statusCode, etag: String(res.headers.etag), body: (res.body === '' ? null : res.json()) as T }
}
const overview = async (query: string) => (await get<OverviewView>(`overview?${query}`)).body
const SPAN = 'period=custom&from=2025-12-28&to=2026-02-10'

const COLUMNS: Record<string, string> = {
  district: 'district_code',
  street: 'street_code',
  unit: 'unit_id::text',
  source: 'source_type',
  major: 'major_code'
}

/** How many rows the query string of a number selects: the same conditions the list of cases is made of. */
async function rowsBehind(filter: string, now: Date): Promise<number> {
  const params = new URLSearchParams(filter)
  const measure = params.get('measure') as MeasureKey
  const at = (name: string) => (params.get(name) ? new Date(params.get(name)!) : undefined)
  const { parts, values } = measureCondition(measure, { from: at('from'), to: at('to'), now })
  const where: RawBuilder<boolean>[] = [sql(parts as unknown as TemplateStringsArray, ...values)]
  for (const [name, value] of params) {
    if (name in COLUMNS) where.push(sql`${sql.raw(`c.${COLUMNS[name]}`)} = any(${value.split(',')})`)
  }
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from cases."case" c where ${sql.join(where, sql` and `)}`.execute(t.db)
  return rows[0]!.n
}

const summed = new Set<string>(['rework', 'return'])

describe.each(READERS)('the overview of %s', (_name, reader) => {
  test('every number has exactly its rows behind it', async () => {
    actor = reader
    const view = await overview(SPAN)
    const now = new Date(view.asOf)
    const numbers: [string, number, string | null][] = [
      ...view.funnel.map((f): [string, number, string | null] => [f.measure, f.count, f.filter]),
      ...[view.open, view.late].map((m): [string, number, string | null] => [m.measure, m.count, m.filter]),
      ...view.rates
        .flatMap((r) => [r.numerator, r.denominator])
        .map((m): [string, number, string | null] => [m.measure, m.count, m.filter]),
      ...Object.entries(view.counts).map(([key, n]): [string, number, string | null] => [
        key,
        n,
        `measure=${key}&${view.filter}`
      ]),
      ...[...view.byDistrict, ...view.byUnit, ...view.bySource, ...view.byMajor].flatMap((g) =>
        Object.entries(g.counts).map(([key, n]): [string, number, string | null] => [
          key,
          n,
          g.filter === null ? null : `measure=${key}&${g.filter}`
        ])
      ),
      ...view.trend.flatMap((d): [string, number, string | null][] => [
        ['report', d.inflow, `measure=report&${d.filter}`],
        ['disposed', d.disposed, `measure=disposed&${d.filter}`]
      ])
    ]
    expect(numbers.length).toBeGreaterThan(100)
    let checked = 0
    for (const [key, n, filter] of numbers) {
      if (filter === null || summed.has(key)) continue
      expect(new URLSearchParams(filter).get('measure')).toBe(key)
      expect(await rowsBehind(filter, now), filter).toBe(n)
      checked++
    }
    expect(checked).toBeGreaterThan(100)
    expect(view.funnel[0]!.count).toBeGreaterThan(0)
    expect(view.byUnit.length + view.bySource.length).toBeGreaterThan(3)
  }, 60_000)

  test('groups and days add up to the whole', async () => {
    actor = reader
    const view = await overview(SPAN)
    const report = view.funnel.find((f) => f.key === 'report')!.count
    for (const groups of [view.byDistrict, view.bySource, view.byMajor])
      expect(groups.reduce((n, g) => n + g.counts.report!, 0)).toBe(report)
    expect(view.trend.reduce((n, d) => n + d.inflow, 0)).toBe(report)
    expect(view.byDistrict.reduce((n, g) => n + g.counts.open!, 0)).toBe(view.open.count)
    expect(view.trend).toHaveLength(45)
    for (const r of view.rates)
      expect(r.value).toBe(
        rateOf(r.key, { [r.numerator.measure]: r.numerator.count, [r.denominator.measure]: r.denominator.count })
      )
  })

  test('what is kept equals what is counted live', async () => {
    const reach = await reachOfReader(reader)
    for (const span of [
      { from: '2025-12-28', to: '2026-02-11' },
      { from: '2026-01-01', to: '2026-02-01' },
      { from: '2026-01-15', to: '2026-01-16' }
    ]) {
      const board = await new OpenBoard(
        t.db,
        new LiveHub(t.db, [], (error) => {
          throw error
        })
      ).at(0)
      const open = (by: 'district' | 'unit') => board.sums(by, reach, NOW)
      const kept = await getNumbers(t.db, { reach, span, timeZone: ZONE, now: NOW, top: 50, open })
      const live = (by: 'district' | 'unit' | 'source', measures: readonly MeasureKey[]) =>
        listLiveSums(t.db, { by, measures, reach, span: spanAt(span, ZONE), now: NOW })
      const table = (
        rows: readonly { key: string | null; counts: Partial<Record<MeasureKey, number>> }[],
        measures: readonly MeasureKey[]
      ) =>
        Object.fromEntries(
          rows
            .map((r) => [r.key ?? '-', measures.map((m) => r.counts[m] ?? 0)] as const)
            .filter(([, v]) => v.some((n) => n > 0))
            .sort()
        )
      expect(table(kept.districts, GROUP_MEASURES)).toEqual(table(await live('district', GROUP_MEASURES), GROUP_MEASURES))
      expect(table(kept.units, UNIT_MEASURES)).toEqual(
        table(
          (await live('unit', UNIT_MEASURES)).filter((r) => r.key !== null),
          UNIT_MEASURES
        )
      )
      expect(table(kept.sources, GROUP_MEASURES)).toEqual(table(await live('source', GROUP_MEASURES), GROUP_MEASURES))
    }
  })
})

async function reachOfReader(reader: Actor): Promise<Reach> {
  actor = reader
  const { reach } = await overview('period=today')
  return reach
}

const counted = (rows: readonly MeasureRow[], key: MeasureKey, from: string, to: string) =>
  rows.filter((r) =>
    LIVE_MEASURES.includes(key) ? countsNow(key, r, NOW) : ((d) => d !== null && d >= from && d <= to)(dayCounted(key, r, ZONE))
  ).length

describe('scope', () => {
  const numberOf = async (query: string, key = 'report') => (await overview(query)).funnel.find((f) => f.key === key)!.count

  test('each reader counts what the post reaches and nothing else', async () => {
    const rows = cases.map((c) => c.row)
    const of = (keep: (r: MeasureRow) => boolean) => counted(rows.filter(keep), 'report', '2025-12-28', '2026-02-10')
    const expected = [
      of(() => true),
      of((r) => r.districtCode === '370202'),
      of((r) => r.districtCode === '370202' || r.districtCode === '370211'),
      of((r) => r.streetCode === '370202001'),
      of((r) => r.unitId === UNITS[0] || r.unitId === UNITS[1])
    ]
    for (const [i, [, reader]] of READERS.entries()) {
      actor = reader
      expect(await numberOf(SPAN)).toBe(expected[i])
    }
    actor = person('dept', { role: 'collector', permissions: new Set() })
    expect(await numberOf(SPAN)).toBe(0)
  })

  test('a part of the reach can be asked for; a part outside it does not exist', async () => {
    const statusOf = async (query: string) => (await get(`overview?${SPAN}&${query}`)).status
    actor = READERS[0]![1]
    const rows = cases.map((c) => c.row)
    expect(await numberOf(`${SPAN}&district=370203`)).toBe(
      counted(
        rows.filter((r) => r.districtCode === '370203'),
        'report',
        '2025-12-28',
        '2026-02-10'
      )
    )
    expect(await numberOf(`${SPAN}&unit=${UNITS[0]}&district=370202`)).toBe(
      counted(
        rows.filter((r) => r.districtCode === '370202' && (r.unitId === UNITS[0] || r.unitId === UNITS[1])),
        'report',
        '2025-12-28',
        '2026-02-10'
      )
    )
    expect(await statusOf('unit=01900000-0000-7000-8000-0000000000ff')).toBe(404)
    actor = READERS[1]![1]
    expect([
      await statusOf('district=370202'),
      await statusOf('district=370203'),
      await statusOf('street=370202002'),
      await statusOf('street=370203001')
    ]).toEqual([200, 404, 200, 404])
    actor = READERS[3]![1]
    expect([await statusOf('street=370202001'), await statusOf('street=370202002'), await statusOf('district=370203')]).toEqual([
      200, 404, 404
    ])
    actor = READERS[4]![1]
    expect([
      await statusOf(`unit=${UNITS[1]}`),
      await statusOf(`unit=${UNITS[2]}`),
      await statusOf('street=370202001'),
      await statusOf('district=370203')
    ]).toEqual([200, 404, 404, 200])
  })
})

describe('answers', () => {
  test('unchanged while nothing happened, fresh after an event or a recount', async () => {
    actor = READERS[0]![1]
    const first = await get('overview?period=30d')
    expect(first.status).toBe(200)
    const same = await get('overview?period=30d', { 'if-none-match': first.etag })
    expect([same.status, same.body]).toEqual([304, null])
    actor = READERS[1]![1]
    expect((await get('overview?period=30d', { 'if-none-match': first.etag })).status).toBe(200)
    actor = READERS[0]![1]
    await sql`update platform.relay set event_seq = event_seq + 1`.execute(t.db)
    const next = await get('overview?period=30d', { 'if-none-match': first.etag })
    expect(next.status).toBe(200)
    const rebuilt = await app.inject({ method: 'POST', url: '/api/indicators/rebuild' })
    expect(rebuilt.json()).toMatchObject({ cases: 500 })
    expect((await get('overview?period=30d', { 'if-none-match': next.etag })).status).toBe(200)
    expect((await get<object>('check')).body).toMatchObject({ differences: 0 })
  })

  test('a wrong period is refused by name', async () => {
    for (const query of [
      'period=custom',
      'period=custom&from=2026-02-30&to=2026-03-01',
      'period=custom&from=2026-03-02&to=2026-03-01',
      'from=2020-01-01&to=2026-01-01',
      'period=7d&from=2026-01-01&to=2026-01-02'
    ]) {
      const { status, body } = await get<{ code: string }>(`overview?${query}`)
      expect([query, status, body.code]).toEqual([query, 400, 'INDICATOR_PERIOD_INVALID'])
    }
    expect((await get<{ code: string }>('overview?district=37&period=today')).body.code).toBe('INVALID_REQUEST')
    expect((await get<{ code: string }>('overview?colour=red')).body.code).toBe('INVALID_REQUEST')
  })

  test('rankings: by rate and by count, kept and live, best first', async () => {
    actor = READERS[0]![1]
    for (const [dimension, measure] of [
      ['district', 'closeRate'],
      ['street', 'overtimeDisposeRate'],
      ['unit', 'reworkRate'],
      ['unit', 'late'],
      ['source', 'report'],
      ['major', 'overtimeToDispose'],
      ['street', 'open']
    ] as const) {
      const { body } = await get<RankingView>(`ranking?dimension=${dimension}&measure=${measure}&${SPAN}`)
      expect(body.items.length, dimension).toBeGreaterThan(1)
      const values = body.items.flatMap((i) => i.value ?? [])
      expect(values).toEqual([...values].sort((a, b) => (body.direction === 'lower' ? a - b : b - a)))
      for (const item of body.items) {
        if (isMeasureKey(measure)) expect(await rowsBehind(item.numerator.filter!, new Date(body.asOf))).toBe(item.value)
        if (!summed.has(item.numerator.measure))
          expect(await rowsBehind(item.numerator.filter!, new Date(body.asOf))).toBe(item.numerator.count)
      }
    }
    const units = (await get<RankingView>(`ranking?dimension=unit&measure=needDispose&${SPAN}`)).body.items
    expect(units.map((u) => u.name).sort()).toEqual(['Drainage', 'Drainage team', 'Parks'])
    actor = READERS[3]![1]
    const street = (await get<RankingView>(`ranking?dimension=unit&measure=needDispose&${SPAN}`)).body.items
    for (const item of street) expect(await rowsBehind(item.numerator.filter!, NOW)).toBe(item.value)
    expect((await get<{ code: string }>('ranking?dimension=unit&measure=beauty')).body.code).toBe('INDICATOR_UNKNOWN')
  })

  test('definitions name every measure and rate', async () => {
    const { body } = await get<{ measures: { key: string }[]; indicators: { key: string; version: number }[] }>('definitions')
    expect(body.measures.map((m) => m.key)).toContain('overtimeToDispose')
    expect(body.indicators.find((i) => i.key === 'inTimeCloseRate')).toMatchObject({
      version: 1,
      numerator: 'inTimeClose',
      denominator: 'needClose',
      exclusions: ['selfHandled', 'cancelled', 'suspended']
    })
  })
})
