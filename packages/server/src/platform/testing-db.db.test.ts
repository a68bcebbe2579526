import { expect, it } from 'vitest'
import { listMigrations, readLedger } from './db/migrate.ts'
import { testDb } from './testing-db.ts'

it('gives every caller a database of its own, migrated, without waiting for a migration', async () => {
  const times: number[] = []
  for (let i = 0; i < 4; i++) {
    const began = performance.now()
    const t = await testDb()
    times.push(performance.now() - began)
    expect((await readLedger(t.pool)).length).toBeGreaterThanOrEqual(listMigrations([]).length)
    await t.pool.query('create table public.mine (n int)')
    await t.close()
  }
  // 30–90 ms on the embedded engine, up to 200 ms on PostgreSQL 15; the limit leaves room for a machine busy with other work.
  expect(Math.min(...times)).toBeLessThan(3_000)
})
