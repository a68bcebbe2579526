import { createHash } from 'node:crypto'
import { stepHash } from '@chengyun/contract/history'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../testing.ts'
import { apply, change, forgetAlarms, makeWells, RULE, type Wells } from './alarms.testing.ts'

let t: TestApp
let wells: Wells
beforeAll(async () => {
  t = await testApp()
  wells = await makeWells(t)
}, 90_000)
afterAll(() => t?.close())

beforeEach(() => forgetAlarms(t))

interface Row {
  id: string
  level: number
  worst: number
  state: string
  title: { zh: string }
  version: number
  incident_id: string | null
  suppression_id: string | null
  cleared_at: Date | null
  authority_id: string | null
  owner_id: string | null
  case_wanted_at: Date | null
  wake_at: Date | null
}
const alarms = async (): Promise<Row[]> => (await sql<Row>`select * from alarms.alarm order by no`.execute(t.database.db)).rows
const noticed = async () =>
  (
    await sql<{
      username: string
      kind: string
    }>`select u.username, n.kind from alarms.notice n join org.pub_user u on u.id = n.person_id order by n.id`.execute(
      t.database.db
    )
  ).rows
const T0 = Date.parse('2026-11-20T02:00:00Z')

describe('what the judge finds', () => {
  test('is an alarm with its item, title and history; it rises, falls and ends', async () => {
    const [well] = wells.west
    const began = { beganAt: T0 }
    await apply(t, [change(well!, 'raise', T0, { ...began, value: 21.5 })])
    await apply(t, [change(well!, 'level', T0 + 1000, { ...began, level: 1, value: 101 })])
    await apply(t, [change(well!, 'clear', T0 + 2000, { ...began, level: 1, value: 3, facts: { reason: 'recovered' } })])
    const [a, ...others] = await alarms()
    expect(others).toEqual([])
    expect(a).toMatchObject({
      level: 1,
      worst: 1,
      state: 'pending',
      title: { zh: 'W0号井甲烷101%LEL' },
      authority_id: wells.regulator,
      owner_id: wells.owner
    })
    expect(a!.cleared_at?.getTime()).toBe(T0 + 2000)
    const { rows } = await sql<
      Record<string, unknown> & { act: string; hash: string; prev_hash: string; seq: number; at: Date; data: unknown }
    >`
      select * from alarms.step where alarm_id = ${a!.id} order by seq`.execute(t.database.db)
    expect(rows.map((s) => s.act)).toEqual(['raise', 'level', 'wantCase', 'clear'])
    for (const s of rows)
      expect(
        stepHash(
          {
            caseId: a!.id,
            seq: s.seq,
            at: s.at.toISOString(),
            op: s.act,
            fromStatus: s.from_state as string | null,
            toStatus: s.to_state as string,
            actorId: s.actor_id as string,
            actorName: s.actor_name as string,
            unitId: s.unit_id as string | null,
            opinion: s.note as string | null,
            data: s.data,
            prevHash: s.prev_hash
          },
          (text) => createHash('sha256').update(text).digest('hex')
        )
      ).toBe(s.hash)
    await expect(sql`update alarms.step set note = 'x'`.execute(t.database.db)).rejects.toThrow(/append-only/)
  })

  test('said twice changes nothing, in whatever portions', async () => {
    const [a, b] = wells.west
    const story = [
      change(a!, 'raise', T0, { beganAt: T0, level: 3 }),
      change(a!, 'level', T0, { beganAt: T0, level: 2 }),
      change(b!, 'raise', T0 + 500, { level: 4 }),
      change(a!, 'level', T0 + 900, { beganAt: T0, level: 3 }),
      change(a!, 'clear', T0 + 1000, { beganAt: T0 }),
      change(a!, 'raise', T0 + 5000, { level: 3 })
    ]
    await apply(t, story)
    const before = await alarms()
    expect(before.map((r) => [r.level, r.cleared_at !== null])).toEqual([
      [3, true],
      [4, false],
      [3, false]
    ])
    await apply(t, story)
    for (const one of story) await apply(t, [one])
    expect(await alarms()).toEqual(before)
  })

  test('streams nobody knows are passed over', async () => {
    expect(await apply(t, [change({ code: 'x', itemId: 'x', streamId: 999_999 }, 'raise', T0)])).toEqual({ applied: 0 })
    expect(await alarms()).toEqual([])
  })

  test('found late, it wakes nobody', async () => {
    await apply(t, [change(wells.west[0]!, 'raise', T0, { late: true, level: 1 })])
    expect(await noticed()).toEqual([])
    expect((await alarms())[0]).toMatchObject({ state: 'pending', wake_at: null, case_wanted_at: null })
  })
})

describe('who is told', () => {
  test('by level: the hub of the place, the regulator, the owner; nobody twice', async () => {
    await apply(t, [change(wells.west[0]!, 'raise', T0, { level: 1 })])
    const told = await noticed()
    const names = told.map((n) => n.username)
    expect(names).toContain('shiftleader')
    expect(names.some((n) => n.startsWith('dept.water-group'))).toBe(true)
    expect(names.some((n) => n.startsWith('dept.urban-management'))).toBe(true)
    expect(names.filter((n) => n.includes('370203'))).toEqual([])
    expect(new Set(names).size).toBe(names.length)
  })

  test('a light alarm is for its owner alone, and needs nobody', async () => {
    await apply(t, [change(wells.west[0]!, 'raise', T0, { level: 4 })])
    expect((await alarms())[0]).toMatchObject({ authority_id: null, owner_id: wells.owner, wake_at: null })
    expect(await noticed()).toEqual([])
  })
})

describe('a burst', () => {
  test('is one incident with one word, and one case', async () => {
    const all = wells.west.slice(0, 8)
    for (const [i, well] of all.entries()) await apply(t, [change(well, 'raise', T0 + i * 10_000, { level: 2 })])
    const rows = await alarms()
    expect(new Set(rows.map((r) => r.incident_id)).size).toBe(1)
    expect(rows[0]!.incident_id).not.toBeNull()
    const told = await noticed()
    const shift = told.filter((n) => n.username === 'shiftleader')
    // Four by themselves, then the incident, then silence.
    expect(shift.map((n) => n.kind)).toEqual(['raised', 'raised', 'raised', 'raised', 'incident'])
    expect(rows.filter((r) => r.wake_at !== null)).toHaveLength(1)
  })

  test('at one instant is one word', async () => {
    await apply(
      t,
      wells.west.map((well) => change(well, 'raise', T0, { level: 3 }))
    )
    const shift = (await noticed()).filter((n) => n.username === 'dispatcher')
    expect(shift.map((n) => n.kind)).toEqual(['incident'])
    const { rows } = await sql`select * from alarms.incident`.execute(t.database.db)
    expect(rows).toHaveLength(1)
  })

  test('does not take in what is far away, long ago, or of another family', async () => {
    const far = wells.east.slice(0, 2).map((w) => change(w, 'raise', T0))
    const old = wells.west.slice(0, 2).map((w) => change(w, 'raise', T0 - 3_600_000))
    const other = change(wells.west[3]!, 'raise', T0, { rule: { ...RULE, id: 'city/h2s', family: 'h2s' } })
    await apply(t, [...old, ...far, other, ...wells.west.slice(4, 7).map((w) => change(w, 'raise', T0))])
    expect((await alarms()).every((r) => r.incident_id === null)).toBe(true)
  })
})

test('suppressed alarms are recorded, counted and silent', async () => {
  await sql`insert into alarms.suppression (id, scope, reason, starts_at, ends_at, created_at, created_by, created_by_name)
    values ('0197a000-0000-7000-8000-000000000001', ${JSON.stringify({ itemIds: [wells.west[0]!.itemId] })}, '检修',
      ${new Date(T0 - 1000)}, ${new Date(T0 + 60_000)}, now(), gen_random_uuid(), 'x')`.execute(t.database.db)
  await apply(t, [change(wells.west[0]!, 'raise', T0, { level: 1 }), change(wells.west[1]!, 'raise', T0, { level: 1 })])
  expect((await alarms()).map((r) => r.suppression_id !== null)).toEqual([true, false])
  expect(
    new Set(
      (await sql<{ alarm_id: string }>`select alarm_id from alarms.notice`.execute(t.database.db)).rows.map((r) => r.alarm_id)
    ).size
  ).toBe(1)
  const { rows } = await sql`select hidden from alarms.suppression`.execute(t.database.db)
  expect(rows).toEqual([{ hidden: 1 }])
})
