import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { openUrl } from '../../platform/db/open.ts'
import type { TestDatabase } from '../../platform/testing-db.ts'
import { testCity, testSettings } from '../../testing.ts'
import { setMaintenance } from './commands/catalogue.ts'
import type { Receipt } from './ports.ts'
import { readSeries } from './queries/readings.ts'
import { type Streams, streamsOf } from './runtime.ts'
import { batchOf, makeStation, makeStream, type Row, stored } from './streams.testing.ts'

let database: TestDatabase
let streams: Streams
let thing: number
const now = Math.floor(Date.now() / 60_000) * 60_000

beforeAll(async () => {
  database = await testCity(testSettings())
  thing = (await makeStation(database.db)).thing
  streams = await streamsOf(database.db, { queue: 2000, failed: (error) => console.error(error) })
  await streams.followers.start()
})
afterAll(async () => {
  await streams.close()
  await database.close()
})

describe('the way in', () => {
  test('what is acknowledged is stored, is the latest, and stands in the journal', async () => {
    const s = await makeStream(database.db, thing, 'first')
    const receipt = await streams.intake.submit(
      batchOf([
        [s, now - 120_000, 40.5],
        [s, now - 60_000, 41],
        [s, now, 41.25]
      ])
    )
    expect(receipt).toEqual({ stored: 3, repeated: 0, late: 0, refused: [] })
    expect(await stored(database.db, s)).toEqual([
      [now - 120_000, 40.5, 0],
      [now - 60_000, 41, 0],
      [now, 41.25, 0]
    ])
    expect(streams.latest.get(s)).toMatchObject({ at: now, value: 41.25, quality: 0 })
    const { rows } = await sql<{ n: number }>`select sum(count)::int as n from streams.journal`.execute(database.db)
    expect(rows[0]!.n).toBe(3)
  })

  test('the same again is dropped and said so, late ones are stored, of two of one instant the first stays', async () => {
    const s = await makeStream(database.db, thing, 'second')
    await streams.intake.submit(batchOf([[s, now, 10]]))
    const receipt = await streams.intake.submit(
      batchOf([
        [s, now, 99],
        [s, now - 30_000, 8],
        [s, now - 30_000, 88],
        [s, now - 60_000, 7],
        [s, now + 1000, 11]
      ])
    )
    expect(receipt).toEqual({ stored: 3, repeated: 2, late: 2, refused: [] })
    expect(await stored(database.db, s)).toEqual([
      [now - 60_000, 7, 0],
      [now - 30_000, 8, 0],
      [now, 10, 0],
      [now + 1000, 11, 0]
    ])
    expect(streams.latest.get(s)?.value).toBe(11)
    expect(await streams.intake.submit(batchOf([[s, now - 30_000, 5]]))).toMatchObject({ stored: 0, repeated: 1 })
  })

  test('garbage is refused by name and spoils nothing beside it', async () => {
    const s = await makeStream(database.db, thing, 'third')
    const batch = batchOf([
      [s, now, Number.NaN],
      [s, now, Number.POSITIVE_INFINITY],
      [987_654, now, 1],
      [s, Date.UTC(1970, 0, 2), 1],
      [s, Date.UTC(2100, 0, 1), 1],
      [s, Number.NaN, 1],
      [-5, now, 1],
      [s, now, 1, 77],
      [s, now + 1, 20],
      [s, now + 2, 2]
    ])
    batch.extra = new Map([[9, { parameters: { text: 'a\u0000b' } }]])
    const { stored: count, refused } = await streams.intake.submit(batch)
    expect(count).toBe(1)
    expect(refused.map((r) => [r.index, r.code])).toEqual([
      [0, 'STREAMS_VALUE_INVALID'],
      [1, 'STREAMS_VALUE_INVALID'],
      [2, 'STREAMS_NOT_FOUND'],
      [3, 'STREAMS_TOO_OLD'],
      [4, 'STREAMS_IN_FUTURE'],
      [5, 'STREAMS_TOO_OLD'],
      [6, 'STREAMS_NOT_FOUND'],
      [7, 'STREAMS_VALUE_INVALID'],
      [9, 'STREAMS_VALUE_INVALID']
    ])
    expect(await stored(database.db, s)).toEqual([[now + 1, 20, 0]])
  })

  test('what lies outside the range, and what comes while somebody works there, is kept and marked', async () => {
    const s = await makeStream(database.db, thing, 'fourth')
    await streams.intake.submit(
      batchOf([
        [s, now, 151],
        [s, now + 1, -51],
        [s, now + 2, 150]
      ])
    )
    expect((await stored(database.db, s)).map((r) => r[2])).toEqual([2, 2, 0])
    await setMaintenance(database.db, SYSTEM, { ids: [s], until: new Date(now + 5000), reason: '检修' })
    await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids: [s] } })
    await streams.intake.submit(
      batchOf([
        [s, now + 3, 20],
        [s, now + 5000, 20]
      ])
    )
    expect((await stored(database.db, s)).map((r) => r[2])).toEqual([2, 2, 0, 4, 0])
  })

  test('many in one flush: by COPY, with texts beside the numbers', async () => {
    const s = await makeStream(database.db, thing, 'fifth', { kind: 'category' })
    const rows = Array.from({ length: 1500 }, (_, i) => [s, now - i * 1000, Number.NaN] as const).reverse()
    const batch = batchOf(rows)
    batch.extra = new Map(rows.map((_, i) => [i, { result: i % 2 === 0 ? '开' : 'say "no" \\' }]))
    expect(await streams.intake.submit(batch)).toMatchObject({ stored: 1500 })
    const { rows: read } = await sql<{ result: string; n: number }>`select extra->>'result' as result, count(*)::int as n
      from streams.reading where stream_id = ${s} group by 1`.execute(database.db)
    expect(read.sort((a, b) => a.result.length - b.result.length)).toEqual([
      { result: '开', n: 750 },
      { result: 'say "no" \\', n: 750 }
    ])
    expect(streams.latest.get(s)?.extra).toEqual({ result: 'say "no" \\' })
  })

  test('who sends more than may wait is told to come again; what was accepted is stored', async () => {
    const s = await makeStream(database.db, thing, 'sixth')
    const part = (n: number) => batchOf(Array.from({ length: 900 }, (_, i) => [s, now - 10_000_000 + n * 1000 + i, i] as const))
    const outcomes = await Promise.allSettled([0, 1, 2, 3].map((n) => streams.intake.submit(part(n))))
    expect(outcomes.map((o) => o.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected'])
    expect((outcomes[2] as PromiseRejectedResult).reason).toMatchObject({ code: 'STREAMS_TOO_MANY', status: 503 })
    expect(await stored(database.db, s)).toHaveLength(1800)
  })

  test('a flush that fails stores nothing, says so, and the same may be sent again', async () => {
    const s = await makeStream(database.db, thing, 'seventh')
    await sql`create function streams.break() returns trigger language plpgsql as $$ begin raise exception 'the disk is gone'; end $$`.execute(
      database.db
    )
    await sql`create trigger break before insert on streams.journal execute function streams.break()`.execute(database.db)
    const rows = Array.from({ length: 600 }, (_, i) => [s, now + i, i] as const)
    await expect(streams.intake.submit(batchOf(rows))).rejects.toThrow('the disk is gone')
    await expect(streams.intake.submit(batchOf(rows.slice(0, 3)))).rejects.toThrow('the disk is gone')
    expect(await stored(database.db, s)).toEqual([])
    expect(streams.latest.get(s)).toBeUndefined()
    await sql`drop trigger break on streams.journal`.execute(database.db)
    expect(await streams.intake.submit(batchOf(rows))).toMatchObject({ stored: 600, repeated: 0 })
    await sql`drop function streams.break()`.execute(database.db)
  })
})

describe('whatever comes, however it comes', () => {
  test('many gateways at once, repeated, out of order, of old days too: each instant is stored once, and every reading is accounted for', async () => {
    const ids = await Promise.all(['a1', 'a2', 'a3', 'a4'].map((key) => makeStream(database.db, thing, key)))
    let seed = 42
    const dice = (n: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return (seed >>> 8) % n
    }
    const wide = await openUrl(database.url, 6)
    const other = await streamsOf(wide.db, { failed: (error) => console.error(error) })
    const all = new Map<string, number>()
    const begin = now - 3_600_000
    const jobs: Promise<Receipt>[] = []
    let sent = 0
    for (let g = 0; g < 60; g++) {
      const rows = Array.from({ length: 20 + dice(300) }, (): Row => {
        const old = dice(20) === 0 ? (5 + dice(3)) * 86_400_000 + dice(2) * 31 * 86_400_000 : 0
        const [id, at] = [ids[dice(4)]!, begin - old + dice(1500) * 1000]
        return [id, at, at % 1000]
      })
      for (const [id, at] of rows) all.set(`${id}:${at}`, 1)
      sent += rows.length
      // Two processes: what one has just stored comes to the other again.
      const to = g % 3 === 0 ? other : streams
      jobs.push(retried(() => to.intake.submit(batchOf(rows))))
    }
    const receipts = await Promise.all(jobs)
    await other.close()
    await wide.close()
    expect(receipts.reduce((n, r) => n + r.stored + r.repeated, 0)).toBe(sent)
    expect(receipts.reduce((n, r) => n + r.stored, 0)).toBe(all.size)
    const found: string[] = []
    for (const id of ids) {
      const series = await readSeries(database.db, id, 0, now + 1)
      for (let i = 0; i < series.length; i++) found.push(`${id}:${series.at[i]}`)
    }
    expect(found.sort()).toEqual([...all.keys()].sort())
    const { rows } = await sql<{
      n: number
    }>`select sum(count)::int as n from streams.journal where received_at >= now() - interval '1 hour'`.execute(database.db)
    expect(rows[0]!.n).toBeGreaterThanOrEqual(all.size)
    await streams.journal.follow()
    for (const id of ids) {
      const series = await readSeries(database.db, id, 0, now + 1)
      expect(streams.latest.get(id)?.at).toBe(series.at[series.length - 1])
    }
  }, 60_000)
})

/** As a gateway does: who is told to come again comes again. */
async function retried(submit: () => Promise<Receipt>): Promise<Receipt> {
  for (;;) {
    try {
      return await submit()
    } catch (error) {
      if ((error as { code?: string }).code !== 'STREAMS_TOO_MANY') throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
