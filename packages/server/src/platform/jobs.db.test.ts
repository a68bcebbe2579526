import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startJobs } from './jobs.ts'
import type { Job } from './module.ts'
import { type TestDatabase, testDb } from './testing-db.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDb({ poolSize: 3 })
})
afterAll(() => database?.close())

test('more jobs than the pool has connections fall due at once: all are done, and a person is answered meanwhile', async () => {
  const { db } = database
  const done: string[] = []
  const failed: unknown[] = []
  const jobs = Array.from(
    { length: 12 },
    (_, i): Job => ({
      name: `test.${i}`,
      everyS: 3600,
      run: async ({ db }) => {
        await sql`select pg_sleep(0.05)`.execute(db)
        await sql`select 1`.execute(db)
        done.push(`test.${i}`)
      }
    })
  )
  const runner = startJobs(db, jobs, {} as never, { info: () => undefined, error: (_o, m) => failed.push(m) })
  const all = Promise.all(jobs.map((job) => runner.runNow(job.name, new Date())))
  await sql`select 1`.execute(db)
  await all
  await runner.stop()
  expect(failed).toEqual([])
  expect(done.toSorted()).toEqual(jobs.map((j) => j.name).toSorted())
})

test('a job runs in one process at a time', async () => {
  const { db } = database
  let runs = 0
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const job: Job = {
    name: 'test.alone',
    everyS: 3600,
    run: async () => {
      runs += 1
      await gate
    }
  }
  const log = { info: () => undefined, error: (o: object) => expect.fail(JSON.stringify(o)) }
  const [a, b] = [startJobs(db, [job], {} as never, log), startJobs(db, [job], {} as never, log)]
  const first = a.runNow(job.name, new Date())
  await expect.poll(() => runs).toBe(1)
  await b.runNow(job.name, new Date())
  expect(runs).toBe(1)
  open()
  await first
  await b.runNow(job.name, new Date())
  expect(runs).toBe(2)
  await a.stop()
  await b.stop()
})
