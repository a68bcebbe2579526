import type { JournalBatch } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { openUrl } from '../../platform/db/open.ts'
import type { TestDatabase } from '../../platform/testing-db.ts'
import { testCity, testSettings } from '../../testing.ts'
import { correctReading } from './commands/correct.ts'
import { DAY_MS, dayOf } from './commands/days.ts'
import { daysToPack, packDay } from './commands/pack.ts'
import { dropOld, remakeDirtyHours } from './commands/remake.ts'
import { type JournalFollower, offerFollower } from './ports.ts'
import { chartOf } from './queries/chart.ts'
import { readDay, readRollups, readSeries } from './queries/readings.ts'
import { type Streams, streamsOf } from './runtime.ts'
import { batchOf, makeStation, makeStream, type Row, stored } from './streams.testing.ts'

/** What each follower took, by its database handle: a process of its own in these tests. */
const taken: { by: object; batches: JournalBatch[]; ticks: number[]; saved: number | null }[] = []
let savedSeq: number | null = null
offerFollower((db): JournalFollower => {
  const mine = { by: db, batches: [] as JournalBatch[], ticks: [] as number[], saved: null as number | null }
  taken.push(mine)
  return {
    name: 'test',
    open: async () => savedSeq,
    take: async (batch) => void mine.batches.push(batch),
    tick: async (now) => void mine.ticks.push(now),
    save: async (seq) => {
      savedSeq = seq
      mine.saved = seq
    }
  }
})

let database: TestDatabase
let thing: number
const now = Math.floor(Date.now() / 60_000) * 60_000
const failed = (error: unknown): void => {
  if ((error as { code?: string }).code !== '57P01') console.error(error)
}

beforeAll(async () => {
  database = await testCity(testSettings())
  thing = (await makeStation(database.db)).thing
})
afterAll(() => database.close())
/** A test that fails leaves no process behind that would follow for the next. */
const running = new Set<() => Promise<void>>()
afterEach(async () => {
  for (const end of [...running]) await end()
})

const open = async (): Promise<{ streams: Streams; db: typeof database.db; close(): Promise<void> }> => {
  const { db, close } = await openUrl(database.url, 6)
  const streams = await streamsOf(db, { failed })
  const end = async (): Promise<void> => {
    if (!running.delete(end)) return
    await streams.close()
    await close()
  }
  running.add(end)
  return { streams, db, close: end }
}

describe('the journal and who follows it', () => {
  test('two processes: both know the latest, one follows, every batch once and in order; the other takes over', async () => {
    const s = await makeStream(database.db, thing, 'both')
    const [a, b] = [await open(), await open()]
    await a.streams.followers.start()
    await b.streams.followers.start()
    expect(a.streams.followers.leads).toEqual(expect.arrayContaining(['latest', 'rollups', 'test']))
    expect(b.streams.followers.leads).toEqual([])
    const sent: number[] = []
    await Promise.all(
      [a, b].map(async ({ streams }, who) => {
        for (let i = 0; i < 30; i++) {
          const at = now - 100_000 + i * 2000 + who
          sent.push(at)
          await streams.intake.submit(batchOf([[s, at, i]]))
        }
      })
    )
    await a.streams.settle()
    await b.streams.journal.follow()
    expect(b.streams.latest.get(s)).toEqual(a.streams.latest.get(s))
    const first = taken.find((t) => t.by === a.db)!
    const seqs = first.batches.map((x) => x.seq)
    expect(seqs).toEqual([...seqs].sort((x, y) => x - y))
    expect(new Set(seqs).size).toBe(seqs.length)
    expect(first.batches.flatMap((x) => [...x.readings.at]).sort()).toEqual([...sent].sort())
    for (let i = 1; i < first.batches.length; i++)
      expect(first.batches[i]!.receivedAt).toBeGreaterThanOrEqual(first.batches[i - 1]!.receivedAt)

    await a.close()
    await b.streams.intake.submit(batchOf([[s, now, 99]]))
    await expect
      .poll(() => b.streams.followers.leads, { timeout: 20_000 })
      .toEqual(expect.arrayContaining(['latest', 'rollups', 'test']))
    await b.streams.settle()
    const second = taken.find((t) => t.by === b.db)!
    expect(second.batches.flatMap((x) => [...x.readings.values])).toEqual([99])
    await b.close()
  }, 60_000)

  test('a leader whose connection breaks follows again from where its state ends; readings go on', async () => {
    const s = await makeStream(database.db, thing, 'broken')
    const a = await open()
    await a.streams.followers.start()
    await a.streams.intake.submit(batchOf([[s, now - 2000, 1]]))
    await a.streams.settle()
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`.execute(
      database.db
    )
    await expect
      .poll(
        () =>
          a.streams.intake.submit(batchOf([[s, now, 2]])).then(
            () => true,
            () => false
          ),
        { timeout: 20_000 }
      )
      .toBe(true)
    await expect
      .poll(() => a.streams.followers.leads, { timeout: 20_000 })
      .toEqual(expect.arrayContaining(['latest', 'rollups', 'test']))
    await a.streams.settle()
    expect(a.streams.latest.get(s)).toMatchObject({ value: 2 })
    const values = taken.filter((t) => t.by === a.db).flatMap((t) => t.batches.flatMap((b) => [...b.readings.values]))
    expect(values).toContain(2)
    await a.close()
  }, 60_000)

  test('both send the same at once: it is stored once', async () => {
    const s = await makeStream(database.db, thing, 'same')
    const [a, b] = [await open(), await open()]
    const rows: Row[] = Array.from({ length: 400 }, (_, i) => [s, now - 400_000 + i * 1000, i])
    const receipts = await Promise.all([a, b].map(({ streams }) => streams.intake.submit(batchOf(rows))))
    expect(receipts.map((r) => r.stored).sort((x, y) => x - y)).toEqual([0, 400])
    expect(await stored(database.db, s)).toHaveLength(400)
    await a.close()
    await b.close()
  })

  test('a process that dies without a word: the next one knows the latest from checkpoint and journal', async () => {
    const s = await makeStream(database.db, thing, 'dead')
    const a = await open()
    await a.streams.followers.start()
    await a.streams.intake.submit(
      batchOf([
        [s, now - 60_000, 1],
        [s, now, 2]
      ])
    )
    await a.close()
    const b = await open()
    expect(b.streams.latest.get(s)).toMatchObject({ at: now, value: 2, changedAt: now })
    await b.streams.intake.submit(batchOf([[s, now + 1000, 2]]))
    // Nobody follows: no checkpoint. Only the journal has it.
    await b.close()
    const c = await open()
    expect(c.streams.latest.get(s)).toMatchObject({ at: now + 1000, value: 2, changedAt: now })
    expect(c.streams.latest.stateOf(s, { staleAfterS: 180, stuckAfterS: 0 }, now + 2000)).toBe('good')
    expect(c.streams.latest.stateOf(s, { staleAfterS: 180, stuckAfterS: 0 }, now + 200_000)).toBe('stale')
    expect(c.streams.latest.stateOf(s, { staleAfterS: 180, stuckAfterS: 0 }, now + 2_000_000)).toBe('noData')
    await c.close()
  })

  test('rows that all have saved are removed, but for the last', async () => {
    const s = await makeStream(database.db, thing, 'trim')
    const a = await open()
    await a.streams.intake.submit(batchOf([[s, now, 1]]))
    await sql`update streams.journal set received_at = received_at - interval '1 hour'`.execute(database.db)
    await a.streams.followers.start()
    await a.streams.settle()
    await a.close()
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from streams.journal`.execute(database.db)
    expect(rows[0]!.n).toBe(1)
    const b = await open()
    expect(b.streams.latest.get(s)?.value).toBe(1)
    await b.close()
  })
})

describe('what is old', () => {
  const today = dayOf(now)
  const at = (day: number, minute: number): number => day * DAY_MS + minute * 60_000

  test('late readings of old days go into packs, once; a day of rows is packed with them; all is read as before', async () => {
    const s = await makeStream(database.db, thing, 'old')
    const a = await open()
    const day = today - 5
    expect(
      await a.streams.intake.submit(
        batchOf([
          [s, at(day, 3), 3],
          [s, at(day, 1), 1],
          [s, at(day, 3), 9]
        ])
      )
    ).toMatchObject({
      stored: 2,
      repeated: 1
    })
    // Rows of that day, as they lay there before it grew old.
    await sql`create table streams.${sql.raw(`reading_${new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')}`)}
      partition of streams.reading for values from (${sql.lit(new Date(day * DAY_MS).toISOString())}) to (${sql.lit(new Date((day + 1) * DAY_MS).toISOString())})`.execute(
      database.db
    )
    await sql`insert into streams.day values (${new Date(day * DAY_MS).toISOString().slice(0, 10)}::date, 'hot', now()) on conflict (day) do update set state = 'hot'`.execute(
      database.db
    )
    for (const minute of [0, 2, 4, 5])
      await sql`insert into streams.reading (at, value, stream_id, extra) values (${new Date(at(day, minute))}, ${minute}, ${s},
        ${minute === 4 ? '{"parameters":{"a":1}}' : null}::jsonb)`.execute(database.db)
    expect(
      await a.streams.intake.submit(
        batchOf([
          [s, at(day, 2), 99],
          [s, at(day, 7), 7]
        ])
      )
    ).toMatchObject({ stored: 1, repeated: 1 })
    const before = await readSeries(database.db, s, at(day, 0), at(day + 1, 0))
    expect([...before.values]).toEqual([0, 1, 2, 3, 4, 5, 7])
    expect(await daysToPack(database.db, today - 3)).toEqual([day])
    expect(await packDay(database.db, day)).toMatchObject({ readings: 7, packs: 1 })
    expect(await daysToPack(database.db, today - 3)).toEqual([])
    const after = await readSeries(database.db, s, at(day, 0), at(day + 1, 0))
    expect(after).toEqual(before)
    expect((await readSeries(database.db, s, at(day, 2), at(day, 5))).extra).toEqual(new Map([[2, { parameters: { a: 1 } }]]))
    expect((await readDay(database.db, [s, s + 1000], day)).get(s)?.length).toBe(7)
    expect(
      await a.streams.intake.submit(
        batchOf([
          [s, at(day, 5), 99],
          [s, at(day, 6), 6]
        ])
      )
    ).toMatchObject({ stored: 1, repeated: 1 })
    expect([...(await readSeries(database.db, s, at(day, 0), at(day + 1, 0))).values]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    await a.close()
  })

  test('roll-ups count each reading once, late ones and other processes included; a correction moves them', async () => {
    const s = await makeStream(database.db, thing, 'sums', { intervalS: 10 })
    const hour = Math.floor((now - 7_200_000) / 3_600_000) * 3_600_000
    for (const part of [
      [
        [s, hour + 1000, 10],
        [s, hour + 61_000, 20],
        [s, hour + 62_000, 500, 5]
      ],
      [
        [s, hour + 2000, 30],
        [s, hour + 3_600_000, 7]
      ]
    ] as Row[][]) {
      const a = await open()
      await a.streams.followers.start()
      await a.streams.intake.submit(batchOf(part))
      await a.streams.settle()
      await a.close()
    }
    const first = { at: hour, count: 3, min: 10, max: 30, sum: 60, last: 20 }
    expect((await readRollups(database.db, 'hour', s, hour, hour + 7_200_000))[0]).toEqual(first)
    expect(await readRollups(database.db, 'minute', s, hour, hour + 3_600_000)).toEqual([
      { at: hour, count: 2, min: 10, max: 30, sum: 40, last: 30 },
      { at: hour + 60_000, count: 1, min: 20, max: 20, sum: 20, last: 20 }
    ])
    const days = await readRollups(database.db, 'day', s, hour - 2 * DAY_MS, hour + DAY_MS)
    expect(days.reduce((n, d) => n + d.count, 0)).toBe(4)

    await correctReading(database.db, SYSTEM, { streamId: s, at: hour + 2000, to: { value: 12 }, reason: '抄表' })
    expect((await readRollups(database.db, 'hour', s, hour, hour + 1))[0]).toMatchObject({ count: 3, sum: 42 })
    await sql`update streams.dirty_hour set since = now() - interval '1 hour'`.execute(database.db)
    expect(await remakeDirtyHours(database.db)).toBe(1)
    expect((await readRollups(database.db, 'hour', s, hour, hour + 1))[0]).toEqual({ ...first, max: 20, sum: 42 })
    expect(await remakeDirtyHours(database.db)).toBe(0)
    await expect(correctReading(database.db, SYSTEM, { streamId: s, at: hour + 5, to: null, reason: 'x' })).rejects.toMatchObject(
      { code: 'STREAMS_READING_NOT_FOUND' }
    )
  })

  test('a correction reaches packs and the latest; a reading can be taken away', async () => {
    const s = await makeStream(database.db, thing, 'fixed')
    const a = await open()
    const day = today - 6
    await a.streams.intake.submit(
      batchOf([
        [s, at(day, 1), 1],
        [s, at(day, 2), 2],
        [s, now, 5]
      ])
    )
    await correctReading(a.db, SYSTEM, { streamId: s, at: at(day, 2), to: { value: 2.5, quality: 0 }, reason: '校准' })
    await correctReading(a.db, SYSTEM, { streamId: s, at: at(day, 1), to: null, reason: '误报' })
    await correctReading(a.db, SYSTEM, { streamId: s, at: now, to: { value: 6 }, reason: '抄表' })
    expect([...(await readSeries(a.db, s, at(day, 0), now + 1)).values]).toEqual([2.5, 6])
    await a.streams.hear({ name: 'streams.corrected', payload: { streamId: s, at: now, value: 6, quality: 7 } })
    expect(a.streams.latest.get(s)).toMatchObject({ value: 6, quality: 7 })
    await a.close()
  })

  test('charts: gaps stay gaps, a month is answered from readings, years from hours', async () => {
    const s = await makeStream(database.db, thing, 'drawn')
    const a = await open()
    const begin = now - 2 * 3_600_000
    await a.streams.intake.submit(
      batchOf(Array.from({ length: 120 }, (_, i): Row => [s, begin + i * 60_000, i % 10]).filter((_, i) => i < 40 || i > 60))
    )
    const asked = { from: begin, to: now, pixels: 12, how: 'minmax' as const }
    const [chart] = await chartOf(a.db, a.streams, [s], asked, now)
    expect(chart!.source).toBe('readings')
    expect(chart!.mean.filter((m) => m === null)).toHaveLength(1)
    expect(chart!.at.length).toBe(12 - 2 + 1)
    expect(chart!.min[0]).toBe(0)
    expect(chart!.max[0]).toBe(9)
    const [lttb] = await chartOf(a.db, a.streams, [s], { ...asked, how: 'lttb', pixels: 30 }, now)
    expect(lttb!.at.length).toBeLessThanOrEqual(33)
    const years = { from: now - 900 * DAY_MS, to: now, pixels: 100, how: 'minmax' as const }
    expect((await chartOf(a.db, a.streams, [s], years, now))[0]).toMatchObject({ source: 'hour', max: [9] })
    await a.close()
  })

  test('what is older than it is kept is dropped by whole months', async () => {
    const dropped = await dropOld(database.db, now + 400 * DAY_MS, { raw: 300, minute: 60, hour: 3660 })
    expect(dropped.some((name) => name.startsWith('pack_'))).toBe(true)
    expect(dropped.some((name) => name.startsWith('rollup_minute_'))).toBe(true)
    expect(dropped.some((name) => name.startsWith('rollup_hour_'))).toBe(false)
  })
})
