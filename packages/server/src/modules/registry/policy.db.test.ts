import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestDatabase, testDb } from '../../platform/testing-db.ts'
import { type Reach, type ReachedRow, reaches } from './policy.ts'
import { reachCondition } from './queries/reach.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDb()
})
afterAll(() => database.close())

const GRIDS = [
  '370202',
  '370202001',
  '370202001001',
  '370202001001001',
  '370202001001002',
  '370202002001001',
  '370203001001001',
  '3702030010010019'
]
const UNITS = [1, 2, 3].map((n) => `00000000-0000-7000-8000-00000000000${n}`)
const unit = fc.option(fc.constantFrom(...UNITS), { nil: null })
const row: fc.Arbitrary<ReachedRow> = fc.record({
  grid_code: fc.option(fc.constantFrom(...GRIDS), { nil: null }),
  authority_id: unit,
  owner_id: unit,
  maintainer_id: unit
})
const reach: fc.Arbitrary<Reach> = fc.oneof(
  fc.constant({ all: true } as const),
  fc.record({
    all: fc.constant(false as const),
    regions: fc.subarray(['370202', '370203', '370202001', '370202001001']),
    unitIds: fc.subarray(UNITS),
    grids: fc.subarray(GRIDS.filter((g) => g.length === 15))
  })
)

test('what the program reaches is what its SQL reaches, for any reach and any item', async () => {
  await fc.assert(
    fc.asyncProperty(reach, fc.array(row, { minLength: 1, maxLength: 20 }), async (asked, rows) => {
      const condition = reachCondition(asked) ?? sql`true`
      const { rows: found } = await sql<{
        n: number
      }>`select n from jsonb_to_recordset(${JSON.stringify(rows.map((r, n) => ({ ...r, n })))}::jsonb)
        as i(n int, grid_code text collate "C", authority_id uuid, owner_id uuid, maintainer_id uuid) where ${condition} order by n`.execute(
        database.db
      )
      expect(found.map((r) => r.n)).toEqual(rows.flatMap((r, n) => (reaches(asked, r) ? [n] : [])))
    }),
    { numRuns: 150 }
  )
})
