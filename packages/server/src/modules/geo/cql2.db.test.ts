import type * as GeoJSON from 'geojson'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, testDb } from '../../platform/testing-db.ts'
import type { Node } from './domain/cql2/ast.ts'
import { compileTest, type FieldValue } from './domain/cql2/evaluate.ts'
import { parseCql2 } from './domain/cql2/parse.ts'
import { checkProperties, type PublishedField } from './domain/ogc/fields.ts'
import { randomOf } from './domain/random.ts'
import { prepare } from './domain/simple-features.ts'
import { type SqlColumns, sqlOf } from './queries/cql2.ts'

const title = { zh: '', en: '' }
const FIELDS: PublishedField[] = [
  { name: 'code', title, type: 'string' },
  { name: '状态', title, type: 'string' },
  { name: 'flow', title, type: 'number' },
  { name: 'lit', title, type: 'boolean' },
  { name: 'seen', title, type: 'date-time' },
  { name: 'tags', title, type: 'strings' }
]
const COLUMNS: SqlColumns = {
  fields: new Map(
    ['code', 'flow', 'lit', 'seen', 'tags'].map((n) => [n, sql.ref(n)] as const).concat([['状态', sql.ref('status')]])
  ),
  times: new Set(['seen']),
  texts: new Set(['code', '状态']),
  point: { lng: sql<number>`lng`, lat: sql<number>`lat` }
}

interface Row {
  code: string
  状态: string | null
  flow: number | null
  lit: boolean | null
  seen: string | null
  tags: string[] | null
  at: [number, number] | null
}

const random = randomOf('cql2')
const pick = <T>(...of: T[]): T => of[Math.floor(random() * of.length)] as T
const ROWS: Row[] = Array.from({ length: 400 }, (_, i) => ({
  code: `3702${String(i).padStart(4, '0')}`,
  状态: pick('完好', '破损', 'Lost_1', "O'B", null),
  flow: pick(null, 0, 1, 2.5, -3, Math.round(random() * 100)),
  lit: pick(true, false, null),
  seen: pick(null, '2026-07-01T00:00:00Z', new Date(Date.UTC(2026, 5, 1) + Math.floor(random() * 90) * 43_200_000).toISOString()),
  tags: pick(null, ['a'], ['a', 'b'], ['b', 'c'], []),
  at: pick<[number, number] | null>(null, [120 + random() / 10, 36 + random() / 10], [120.05, 36.05])
}))

describe('a filter in SQL and in memory', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDb()
    await sql`create table public.probe (code text, status text, flow float8, lit boolean, seen timestamptz, tags text[], lng float8, lat float8)`.execute(
      database.db
    )
    for (const r of ROWS)
      await sql`insert into public.probe values (${r.code}, ${r.状态}, ${r.flow}, ${r.lit}, ${r.seen}, ${r.tags}, ${r.at?.[0] ?? null}, ${r.at?.[1] ?? null})`.execute(
        database.db
      )
  })
  afterAll(() => database.close())

  async function both(filter: Node): Promise<[string[], string[]]> {
    checkProperties(filter, FIELDS, true)
    const test = compileTest(filter, COLUMNS.times)
    const inMemory = ROWS.filter(
      (r) =>
        test({
          value: (name) => r[name as keyof Row] as FieldValue,
          geometry: () => r.at && prepare({ type: 'Point', coordinates: r.at } as GeoJSON.Point)
        }) === true
    ).map((r) => r.code)
    const { rows } = await sql<{
      code: string
    }>`select code from public.probe where ${sqlOf(filter, COLUMNS)} order by code`.execute(database.db)
    return [rows.map((r) => r.code), inMemory]
  }

  const TEXTS = [
    "状态 = '完好'",
    "状态 <> '完好'",
    "NOT 状态 = '完好'",
    "状态 IN ('破损', 'O''B')",
    "状态 NOT IN ('破损')",
    "状态 LIKE 'Lost\\_%'",
    "状态 LIKE '%t_1'",
    "casei(状态) LIKE casei('LOST%')",
    '状态 IS NULL',
    'geom IS NULL OR tags IS NOT NULL',
    'flow BETWEEN 0 AND 2.5',
    'flow NOT BETWEEN 0 AND 2.5',
    '(flow + 2) * 3 > flow ^ 2 - 1',
    'flow / flow = 1',
    'flow % 2 = 1',
    'flow div 2 = 1',
    'lit',
    'NOT lit OR flow > 50',
    "code >= '37020100' AND code < '37020200'",
    "seen > TIMESTAMP('2026-07-01T00:00:00Z')",
    "seen = DATE('2026-07-01')",
    "seen BETWEEN '2026-06-10' AND '2026-06-20T12:00:00Z'",
    "T_DURING(seen, INTERVAL('2026-06-10', '2026-06-20'))",
    "T_INTERSECTS(seen, DATE('2026-07-01'))",
    "T_DISJOINT(seen, DATE('2026-07-01'))",
    "T_BEFORE(seen, INTERVAL('2026-06-20', '..'))",
    "T_AFTER(seen, INTERVAL('..', '2026-06-20'))",
    "T_EQUALS(seen, TIMESTAMP('2026-07-01T00:00:00Z'))",
    "A_CONTAINS(tags, ('a','b'))",
    "A_OVERLAPS(tags, ('c'))",
    "A_CONTAINEDBY(tags, ('a','b'))",
    "A_EQUALS(tags, ('a'))",
    'S_INTERSECTS(geom, BBOX(120.02, 36.02, 120.06, 36.07))',
    'S_WITHIN(geom, POLYGON((120.01 36.01, 120.09 36.02, 120.05 36.09, 120.01 36.01),(120.04 36.03,120.05 36.03,120.05 36.04,120.04 36.04,120.04 36.03)))',
    'S_DISJOINT(geom, MULTIPOLYGON(((120.01 36.01, 120.03 36.01, 120.03 36.03, 120.01 36.01)),((120.06 36.06, 120.09 36.06, 120.09 36.09, 120.06 36.06))))',
    'S_CONTAINS(BBOX(120.02, 36.02, 120.06, 36.07), geom)',
    'S_EQUALS(geom, POINT(120.05 36.05))',
    'S_INTERSECTS(geom, LINESTRING(120.05 36.0, 120.05 36.1))',
    'S_OVERLAPS(geom, BBOX(120.02, 36.02, 120.06, 36.07))',
    'NOT S_WITHIN(geom, BBOX(120.02, 36.02, 120.06, 36.07))'
  ]
  it.each(TEXTS)('%s', async (text) => {
    const [inSql, inMemory] = await both(parseCql2(text))
    expect(inSql).toEqual(inMemory)
  })

  it('agrees on any combination of them', async () => {
    for (let i = 0; i < 60; i += 1) {
      const [a, b, c] = [pick(...TEXTS), pick(...TEXTS), pick(...TEXTS)]
      const text = pick(`(${a}) AND (${b}) OR NOT (${c})`, `NOT ((${a}) OR (${b})) AND (${c})`, `(${a}) OR (${b})`)
      const [inSql, inMemory] = await both(parseCql2(text))
      expect(inSql, text).toEqual(inMemory)
    }
  })

  it.each([
    'nobody = 1',
    "flow = 'x'",
    '状态 > 5',
    'geom = 1',
    'S_INTERSECTS(geom, geom)',
    'lit + 1 = 2',
    'flow',
    "A_CONTAINS(code, ('a'))",
    "flow LIKE '1%'"
  ])('refuses %s', (text) => {
    expect(() => checkProperties(parseCql2(text), FIELDS, true)).toThrow()
  })
})
