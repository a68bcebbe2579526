import { type Generated, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Db, prepared, runInTransaction, type Tx } from '../db.ts'
import { type TestDatabase, testDb } from '../testing-db.ts'

declare module '../db.ts' {
  interface Tables {
    'public.guard_probe': { id: Generated<number>; word: string }
  }
}

const write = (tx: Tx, word: string) => tx.insertInto('public.guard_probe').values({ word }).execute()
const count = async (db: Db) =>
  (
    await db
      .selectFrom('public.guard_probe')
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirst()
  )?.n

let t: TestDatabase
beforeAll(async () => {
  t = await testDb()
  await sql`create table guard_probe (id bigint generated always as identity primary key, word text not null)`.execute(t.db)
})
afterAll(() => t.close())

const refused = { code: 'OUTER_HANDLE_IN_TRANSACTION' }

describe('the outer handle inside a transaction', () => {
  it('does not compile where a writer wants a Tx, while a reader takes both', async () => {
    // @ts-expect-error a Db is not a Tx
    const wrong = () => write(t.db, 'never')
    expect(wrong).toBeTypeOf('function')
    await runInTransaction(t.db, async (tx) => expect(await count(tx)).toBe(0))
  })

  it('is refused for a query, a second transaction, a stream and a prepared statement, and the transaction rolls back', async () => {
    const misuses: (() => Promise<unknown>)[] = [
      () => count(t.db),
      () => runInTransaction(t.db, (tx) => write(tx, 'nested')),
      () => t.db.transaction().execute((tx) => write(tx, 'nested')),
      () => t.db.selectFrom('public.guard_probe').selectAll().stream().next(),
      () => prepared(t.db, 'probe', 'select 1', []),
      () => prepared(t.pool, 'probe', 'select 1', [])
    ]
    for (const misuse of misuses) {
      const attempt = runInTransaction(t.db, async (tx) => {
        await write(tx, 'lost')
        await new Promise((done) => setTimeout(done, 1))
        await misuse()
      })
      await expect(attempt).rejects.toMatchObject(refused)
    }
    expect(await count(t.db)).toBe(0)
  })

  it('is free again after commit and after rollback, and for work the transaction left behind', async () => {
    let late: Promise<unknown> | undefined
    await runInTransaction(t.db, async (tx) => {
      await write(tx, 'kept')
      late = new Promise((done) => setTimeout(done, 50)).then(() => count(t.db))
    })
    expect(await late).toBe(1)
    await expect(runInTransaction(t.db, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await count(t.db)).toBe(1)
  })

  it('does not disturb other work of the process', async () => {
    const counts = runInTransaction(t.db, async (tx) => {
      await write(tx, 'slow')
      await tx.executeQuery(sql`select pg_sleep(0.05)`.compile(tx))
    })
    await expect(count(t.db)).resolves.toBe(1)
    await counts
    expect(await count(t.db)).toBe(2)
  })
})

describe('prepared()', () => {
  it('plans once per connection and commits by itself', async () => {
    const text = 'insert into guard_probe (word) values ($1) returning id'
    const rows = await prepared<{ id: number }>(t.db, 'guard_insert', text, ['a'])
    expect(rows[0]?.id).toBeTypeOf('number')
    expect(await prepared(t.db, 'guard_count', `select count(*) as n from guard_probe where word = $1`, ['a'])).toEqual([
      { n: 1 }
    ])
  })
})

describe('column types', () => {
  it('reads integers, decimals, days, instants and their arrays as what they mean', async () => {
    const { rows } = await t.pool.query(
      `select 9007199254740991::int8 as safe, 9007199254740993::int8 as beyond, 1.25::numeric as share, date '2026-02-28' as day,
              timestamptz '2026-02-28 08:00+08' as at, array[1,null,3]::int8[] as ids, array[date '2026-01-01'] as days, array[0.5]::numeric[] as shares`
    )
    expect(rows[0]).toEqual({
      safe: 9007199254740991,
      beyond: 9007199254740993n,
      share: 1.25,
      day: '2026-02-28',
      at: new Date('2026-02-28T00:00:00Z'),
      ids: [1, null, 3],
      days: ['2026-01-01'],
      shares: [0.5]
    })
  })
})
