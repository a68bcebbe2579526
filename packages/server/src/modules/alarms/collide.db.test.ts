import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { poolOf } from '../../platform/db.ts'
import { type TestApp, testApp } from '../../testing.ts'
import { apply, change, forgetAlarms, makeWells, RULE, raiseAlarm, type Well, type Wells } from './alarms.testing.ts'
import { climbLadders } from './commands/ladder.ts'
import { suppress, sweepSuppressions } from './commands/suppressions.ts'

// Judge, ladder, suppressions and people write the same alarms at the same time, in transactions of their own.
let t: TestApp
let wells: Wells
let all: Well[]
beforeAll(async () => {
  t = await testApp()
  wells = await makeWells(t)
  all = [...wells.west, ...wells.east]
}, 90_000)
afterAll(() => t?.close())
beforeEach(() => forgetAlarms(t))

const idsOf = async (): Promise<string[]> =>
  (await sql<{ id: string }>`select id from alarms.alarm order by random()`.execute(t.database.db)).rows.map((r) => r.id)
/** Deadlocks the server has told of in its log, each with who waited for whom. The log of the statistics comes up to ten seconds late. */
async function deadlocks(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(t.database.db)
  const log = readFileSync(inject('testServer').logFile, 'utf8')
  return log.split(/^(?=\d{4}-\d\d-\d\d )/m).filter((line) => line.includes(` ${rows[0]!.name} DETAIL:  Process `))
}
/** Every step once and in a row: nothing written twice, nothing lost. */
async function expectWholeHistories(): Promise<void> {
  const { rows } = await sql<{ odd: number }>`select count(*)::int as odd from (
      select a.id from alarms.alarm a join alarms.step s on s.alarm_id = a.id group by a.id
      having count(*) <> a.version or max(s.seq) <> a.version or min(s.seq) <> 1
        or count(*) filter (where s.act = 'raise') <> 1 or count(*) filter (where s.act = 'clear') > 1) t`.execute(t.database.db)
  expect(rows[0]!.odd).toBe(0)
}

test('the judge loses a deadlock and begins anew: what it found is written once', async () => {
  const at = Date.now() - 60_000
  const rule = { ...RULE, family: 'alone' }
  const [a, b] = [wells.west[0]!, wells.east[9]!]
  await apply(t, [change(a, 'raise', at, { rule }), change(b, 'raise', at + 1, { rule })])
  const { rows } = await sql<{ id: string }>`select id from alarms.alarm order by raised_at`.execute(t.database.db)
  const before = await deadlocks()
  const person = await poolOf(t.database.db).connect()
  try {
    // The one that waits longer is the one that is told of the deadlock.
    await person.query("begin; set local deadlock_timeout = '20s'")
    await person.query('select 1 from alarms.alarm where id = $1 for update', [rows[1]!.id])
    const judged = apply(t, [
      change(a, 'level', at + 5000, { rule, beganAt: at, level: 2 }),
      change(b, 'level', at + 5000, { rule, beganAt: at + 1, level: 2 })
    ])
    await expect
      .poll(
        async () =>
          (
            await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(
              t.database.db
            )
          ).rows.length
      )
      .toBe(1)
    await person.query('select 1 from alarms.alarm where id = $1 for update', [rows[0]!.id])
    await person.query('commit')
    expect(await judged).toEqual({ applied: 2 })
  } finally {
    person.release()
  }
  expect((await deadlocks()).slice(before.length)).toHaveLength(1)
  await expectWholeHistories()
  const { rows: levels } = await sql<{ level: number }>`select level from alarms.alarm`.execute(t.database.db)
  expect(levels).toEqual([{ level: 2 }, { level: 2 }])
})

test('the relay holds an alarm and comes to its wish while the case is being told: one waits for the other, not both', async () => {
  const before = (await deadlocks()).length
  const pool = poolOf(t.database.db)
  const [relay, gate] = [await pool.connect(), await pool.connect()]
  try {
    // No case is filed before the alarm is held.
    await gate.query('begin; lock table cases.alarm_wish in exclusive mode')
    await relay.query("begin; set local deadlock_timeout = '20s'")
    const id = await raiseAlarm(t, wells.west[0]!, { level: 2 })
    await relay.query('select 1 from alarms.alarm where id = $1 for update', [id])
    await gate.query('commit')
    const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
      and query like 'select a.id%'`
    // Not by the transaction at hand: it keeps what it saw of the others first.
    await expect.poll(async () => (await pool.query(waits)).rows.length).toBeGreaterThan(0)
    const wished = await relay.query('update cases.alarm_wish set attempts = attempts where alarm_id = $1', [id])
    expect(wished.rowCount).toBe(1)
    await relay.query('commit')
    const caseOf = async () =>
      (await sql<{ case_no: string | null }>`select case_no from alarms.alarm where id = ${id}`.execute(t.database.db)).rows[0]
        ?.case_no
    await expect.poll(caseOf).toMatch(/\d/)
  } finally {
    relay.release()
    gate.release()
  }
  expect((await deadlocks()).slice(before)).toEqual([])
}, 60_000)

test('bursts of the judge, acts for many, ladders and windows at once: all of it happens, once, and nobody waits in a circle', async () => {
  const ROUNDS = 12
  const { db } = t.database
  const shift = await t.as('shiftleader')
  const before = await deadlocks()
  const begins = Date.now() - 600_000
  let isJudging = true
  let acted = 0
  const refusals: unknown[] = []
  await apply(
    t,
    all.map((w, i) => change(w, 'raise', begins - 60_000 + i))
  )
  const judge = async (): Promise<void> => {
    for (let r = 0; r < ROUNDS; r++) {
      const at = begins + r * 20_000
      await apply(
        t,
        all.map((w, i) => change(w, 'raise', at + ((i * 7 + r) % 20)))
      )
      await apply(
        t,
        [...all].reverse().map((w) => {
          const i = all.indexOf(w)
          return change(w, i % 2 === 0 ? 'clear' : 'level', at + 9000, {
            beganAt: at + ((i * 7 + r) % 20),
            ...(i % 2 === 1 && { level: 2 })
          })
        })
      )
    }
    isJudging = false
  }
  const act = (path: string, body: object) => async (): Promise<void> => {
    while (isJudging) {
      const ids = (await idsOf()).slice(0, 60)
      const answer = await shift.call('POST', path, { ids, ...body })
      if (answer.status === 200 || answer.status === 201) acted += 1
      else refusals.push(answer.body)
    }
  }
  const inTurn = (work: () => Promise<unknown>) => async (): Promise<void> => {
    while (isJudging) await work()
  }
  await Promise.all([
    judge(),
    act('/api/alarms/bulk', { act: 'acknowledge', note: '已知' })(),
    act('/api/alarms/bulk', { act: 'comment', note: '查看' })(),
    act('/api/alarms/incidents', { note: '同一事件' })(),
    inTurn(async () => {
      await sql`update alarms.alarm set wake_at = now() where id = any(array(select id from alarms.alarm where wake_at is not null order by id for update skip locked))`.execute(
        db
      )
      await climbLadders(db, SYSTEM, null, new Date())
    })(),
    inTurn(async () => {
      const now = Date.now()
      const window = { startsAt: new Date(begins - 120_000).toISOString(), endsAt: new Date(now + 40).toISOString() }
      await suppress(db, SYSTEM, { scope: { itemIds: [wells.west[3]!.itemId] }, reason: '检修', ...window })
      await sweepSuppressions(db, SYSTEM, null, new Date(now + 100))
    })()
  ])
  expect(refusals).toEqual([])
  expect(acted).toBeGreaterThan(5)
  await t.settle()
  const { rows } = await sql<{ n: number; standing: number; graver: number }>`select count(*)::int as n,
    count(*) filter (where cleared_at is null)::int as standing, count(*) filter (where worst <= 2)::int as graver from alarms.alarm
    where raised_at >= ${new Date(begins)}`.execute(db)
  expect(rows[0]!.n).toBe(ROUNDS * all.length)
  expect(rows[0]!.standing).toBe((ROUNDS * all.length) / 2)
  expect(rows[0]!.graver).toBeGreaterThanOrEqual((ROUNDS * all.length) / 2)
  await expectWholeHistories()
  const { rows: dead } = await sql`select 1 from platform.dead_letter`.execute(db)
  expect(dead).toEqual([])
  expect((await deadlocks()).slice(before.length)).toEqual([])
}, 90_000)
