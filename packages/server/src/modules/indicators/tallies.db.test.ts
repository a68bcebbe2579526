import type { CaseMoved } from '@chengyun/contract/cases'
import {
  countsNow,
  dayAt,
  dayCounted,
  KEPT_MEASURES,
  MEASURE_KEYS,
  type MeasureRow,
  measureCondition,
  measureOf,
  ROWS_OF,
  startOfDay
} from '@chengyun/contract/indicators'
import fc from 'fast-check'
import { type RawBuilder, sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendToOutbox } from '../../platform/command.ts'
import { runInTransaction } from '../../platform/db.ts'
import { defineModule } from '../../platform/module.ts'
import { startRelay } from '../../platform/outbox.ts'
import { type TestDatabase, testDb } from '../../platform/testing-db.ts'
import { anyRow, factsOf, newCase, type TestCase, writeCases, ZONE } from './case-rows.testing.ts'
import { applyMoves } from './commands/apply.ts'
import { checkTallies, rebuildTallies } from './commands/recount.ts'
import { listeners } from './listeners.ts'
import { MEASURE_COLUMNS } from './tables.ts'

let t: TestDatabase
beforeAll(async () => {
  t = await testDb()
})
afterAll(() => t?.close())

const clear = async () => {
  await sql`truncate cases."case" cascade`.execute(t.db)
  await sql`truncate indicators.tally, platform.outbox`.execute(t.db)
}
const asSql = <T>({ parts, values }: { parts: readonly string[]; values: readonly unknown[] }) =>
  sql(parts as unknown as TemplateStringsArray, ...values) as RawBuilder<T>

test('the table has a column for each kept measure, in their order', async () => {
  const { rows } = await sql<{
    name: string
  }>`select attname as name from pg_attribute where attrelid = 'indicators.tally'::regclass and attnum > 5 order by attnum`.execute(
    t.db
  )
  expect(rows.map((r) => `"${r.name}"`)).toEqual(MEASURE_COLUMNS)
})

test('program and database count the same rows, measure by measure', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRow, { minLength: 40, maxLength: 60 }),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 30 }),
      async (rows, offset, length) => {
        await clear()
        const cases = rows.map(newCase)
        await writeCases(t.db, cases)
        const from = startOfDay(dayAt(Date.parse('2025-12-25T04:00:00Z') + offset * 86_400_000, ZONE), ZONE)
        const to = startOfDay(dayAt(from.getTime() + length * 86_400_000 + 43_200_000, ZONE), ZONE)
        const now = new Date('2026-01-20T03:00:00Z')
        for (const key of MEASURE_KEYS) {
          const condition = asSql<boolean>(measureCondition(key, { from, to, now }))
          const found = await sql<{ id: string }>`select c.id from cases.pub_case c where ${condition}`.execute(t.db)
          const rowsOf = ROWS_OF[key] ?? key
          const counts = (row: MeasureRow) => {
            if (measureOf(rowsOf).on === null) return countsNow(rowsOf, row, now)
            const day = dayCounted(rowsOf, row, ZONE)
            return day !== null && startOfDay(day, ZONE) >= from && startOfDay(day, ZONE) < to
          }
          expect(found.rows.map((r) => r.id).sort(), key).toEqual(
            cases
              .filter((c) => counts(c.row))
              .map((c) => c.id)
              .sort()
          )
        }
      }
    ),
    { numRuns: 12 }
  )
}, 120_000)

test('after any flow of moves, in any batches, every cell equals a fresh count; so does a rebuild', async () => {
  const flows = fc.array(fc.array(anyRow, { minLength: 1, maxLength: 5 }), { minLength: 5, maxLength: 25 })
  await fc.assert(
    fc.asyncProperty(flows, fc.integer({ min: 1, max: 17 }), fc.nat(), async (standings, batch, pending) => {
      await clear()
      const cases = standings.map((rows) => ({ ...newCase(rows.at(-1)!), rows }))
      const moves = cases.flatMap(({ rows }) =>
        rows.map((row, i) => ({ facts: { before: i === 0 ? null : factsOf(rows[i - 1]!), after: factsOf(row) } }))
      )
      await writeCases(t.db, cases as TestCase[])
      // Some moves still wait in the outbox: neither the check nor a rebuild may count them twice or forget them.
      const waiting = moves.slice(moves.length - (pending % moves.length))
      const done = moves.slice(0, moves.length - waiting.length)
      for (let i = 0; i < done.length; i += batch) await runInTransaction(t.db, (tx) => applyMoves(tx, done.slice(i, i + batch)))
      await runInTransaction(t.db, (tx) =>
        appendToOutbox(
          tx,
          waiting.map((m) => ({ name: 'cases.moved', payload: m })),
          new Date()
        )
      )
      expect(await checkTallies(t.db)).toMatchObject({ differences: 0, first: [] })
      const before = await allTallies()
      await rebuildTallies(t.db)
      expect(await allTallies()).toEqual(before)
      const relay = startRelay(
        t.db,
        [defineModule({ name: 'indicators', dependsOn: [], migrations: new URL('./migrations/', import.meta.url), listeners })],
        (what, error) => {
          throw new Error(what, { cause: error })
        }
      )
      await relay.settle()
      await relay.stop()
      expect(await checkTallies(t.db)).toMatchObject({ differences: 0, first: [] })
    }),
    { numRuns: 15 }
  )
}, 120_000)

const nonZero = MEASURE_COLUMNS.map((c) => `${c} <> 0`).join(' or ')
const allTallies = async () =>
  (await sql.raw(`select * from indicators.tally where ${nonZero} order by dimension, grain, starts_on, area, key`).execute(t.db))
    .rows

test('the check names a cell that was tampered with, the rebuild puts it right and dates it', async () => {
  await clear()
  const c = newCase(fc.sample(anyRow, { numRuns: 1, seed: 7 })[0]!)
  await writeCases(t.db, [c])
  await runInTransaction(t.db, (tx) =>
    applyMoves(tx, [{ facts: { before: null, after: factsOf(c.row) } } as Pick<CaseMoved, 'facts'>])
  )
  await sql`update indicators.tally set report = report + 5 where dimension = 'source' and grain = 'd' and area = '*'`.execute(
    t.db
  )
  await sql`delete from indicators.tally where dimension = 'major'`.execute(t.db)
  const check = await checkTallies(t.db)
  expect(check.first).toContainEqual(
    expect.objectContaining({ dimension: 'source', grain: 'd', area: '*', measure: 'report', kept: 6, counted: 1 })
  )
  expect(check.first.filter((d) => d.dimension === 'major')).not.toHaveLength(0)
  const revision = async () => (await t.db.selectFrom('indicators.revision').select('number').executeTakeFirstOrThrow()).number
  const before = await revision()
  await rebuildTallies(t.db)
  expect(await revision()).toBe(before + 1)
  expect((await checkTallies(t.db)).differences).toBe(0)
})

test('moves that happen while the tallies are counted anew are counted once', async () => {
  await clear()
  const rows = fc.sample(anyRow, { numRuns: 120, seed: 11 })
  const cases = rows.map(newCase)
  const relay = startRelay(
    t.db,
    [defineModule({ name: 'indicators', dependsOn: [], migrations: new URL('./migrations/', import.meta.url), listeners })],
    (what, error) => {
      throw new Error(what, { cause: error })
    }
  )
  const working = (async () => {
    for (const c of cases) {
      await runInTransaction(t.db, async (tx) => {
        await writeCases(tx, [c])
        await appendToOutbox(
          tx,
          [{ name: 'cases.moved', payload: { facts: { before: null, after: factsOf(c.row) } } }],
          new Date()
        )
      })
    }
  })()
  for (let i = 0; i < 4; i++) await rebuildTallies(t.db)
  await working
  await relay.settle()
  await relay.stop()
  expect(await checkTallies(t.db)).toMatchObject({ cases: 120, differences: 0 })
  expect(KEPT_MEASURES.length).toBe(MEASURE_COLUMNS.length)
}, 60_000)
