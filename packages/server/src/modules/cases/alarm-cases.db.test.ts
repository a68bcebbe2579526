import type { AlarmCard, AlarmPage } from '@chengyun/contract/alarms'
import type { CaseView } from '@chengyun/contract/cases'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { type TestApp, testApp } from '../../testing.ts'
import { apply, change, forgetAlarms, makeWells, RULE, raiseAlarm, type Wells } from '../alarms/alarms.testing.ts'
import { linkMissed } from '../alarms/commands/case-link.ts'
import { fileAlarmCases } from './commands/alarm-cases.ts'
import { runningEnv } from './runtime.ts'

let t: TestApp
let wells: Wells
beforeAll(async () => {
  t = await testApp()
  wells = await makeWells(t)
}, 90_000)
afterAll(() => t?.close())
beforeEach(async () => {
  await sql`truncate cases.alarm_wish`.execute(t.database.db)
  await forgetAlarms(t)
})

const file = async () => {
  await t.settle()
  await fileAlarmCases(runningEnv()!, new Date(Date.now() + 1000))
  // What the server took itself at the same moment is still under way.
  const waiting = async () =>
    (await sql`select 1 from cases.alarm_wish where state = 'waiting'`.execute(t.database.db)).rows.length
  await expect.poll(waiting).toBe(0)
  await t.settle()
}
const card = async (id: string) => (await (await t.as('shiftleader')).call<AlarmCard>('GET', `/api/alarms/${id}`)).body
const caseOf = async (id: string) => (await (await t.as('leader')).call<CaseView>('GET', `/api/cases/${id}`)).body
const casesOfWells = async () =>
  (await sql<{ id: string }>`select id from cases."case" where source_type = 'iot' order by case_no`.execute(t.database.db)).rows

test('level 1 is urgent and with its owner at once, watched by the regulator, reported once', async () => {
  const id = await raiseAlarm(t, wells.west[0]!, { level: 1, value: 120 })
  await file()
  const alarm = await card(id)
  expect(alarm.case).toMatchObject({ status: 'pending_handle' })
  expect(alarm.state).toBe('handling')
  const c = await caseOf(alarm.case!.id)
  expect(c).toMatchObject({ status: 'pending_handle', urgent: true, sourceType: 'iot', severity: 'major', supervised: true })
  expect(JSON.stringify(c)).toContain(wells.owner)
  expect(c.description).toContain('甲烷120%LEL')
  const before = await casesOfWells()
  // A process that died anywhere in between leaves the wish waiting: everything is tried again, nothing is done again.
  await sql`update cases.alarm_wish set state = 'waiting', next_at = now()`.execute(t.database.db)
  await Promise.all([1, 2, 3].map(() => fileAlarmCases(runningEnv()!, new Date(Date.now() + 1000))))
  await t.settle()
  expect(await casesOfWells()).toEqual(before)
  expect((await caseOf(c.id)).version).toBe(c.version)
  expect((await card(id)).version).toBe(alarm.version)
})

test('level 2 is reported and waits for the desk; the alarm follows the case and asks for a judgement when it ends', async () => {
  const id = await raiseAlarm(t, wells.west[1]!, { level: 2 })
  await file()
  const alarm = await card(id)
  expect(alarm.case).toMatchObject({ status: 'reported' })
  const cancelled = await (await t.as('acceptor')).call<CaseView>('POST', `/api/cases/${alarm.case!.id}/operations/cancel`, {
    version: 1,
    opinion: '现场已恢复'
  })
  expect(cancelled.status).toBe(200)
  await t.settle()
  expect(await card(id)).toMatchObject({ case: { status: 'cancelled' }, asksVerdict: true, state: 'pending' })
  const asked = await (await t.as('shiftleader')).call<AlarmPage>('GET', '/api/alarms?asksVerdict=true')
  expect(asked.body.items.map((a) => a.id)).toEqual([id])
  const { rows } = await sql`select 1 from alarms.notice where kind = 'caseEnded'`.execute(t.database.db)
  expect(rows.length).toBeGreaterThan(0)
})

test('one incident, one case; the same item under the same rule, one case', async () => {
  const at = Date.now() - 60_000
  await apply(
    t,
    wells.west.map((w) => change(w, 'raise', at, { level: 2 }))
  )
  await file()
  const { rows } = await sql<{ case_id: string | null }>`select distinct case_id from alarms.alarm`.execute(t.database.db)
  expect(rows).toHaveLength(1)
  expect(rows[0]!.case_id).not.toBeNull()
  await apply(t, [
    change(wells.west[0]!, 'clear', at + 1000, { beganAt: at }),
    change(wells.west[0]!, 'raise', at + 20_000, { level: 2 })
  ])
  await file()
  expect((await sql`select distinct case_id from alarms.alarm`.execute(t.database.db)).rows).toHaveLength(1)
})

test('an alarm that joined while the case was being brought is linked afterwards, once', async () => {
  const at = Date.now() - 60_000
  const [well] = wells.west
  const first = await raiseAlarm(t, well!, { level: 2 }, at)
  await file()
  await apply(t, [change(well!, 'clear', at + 1000, { beganAt: at })])
  const second = await raiseAlarm(t, well!, { level: 2 }, at + 20_000)
  const made = await card(first)
  expect(await card(second)).toMatchObject({ case: { id: made.case!.id } })
  // As two transactions leave it that did not see each other.
  await sql`update alarms.alarm set case_id = null, case_no = null, case_status = null where id = ${second}`.execute(
    t.database.db
  )
  await linkMissed(t.database.db, SYSTEM, null)
  const { version } = await card(second)
  expect(await card(second)).toMatchObject({ state: 'handling', case: { id: made.case!.id, status: 'reported' } })
  expect(await linkMissed(t.database.db, SYSTEM, null)).toBe(0)
  expect((await card(second)).version).toBe(version)
})

test('a wish that cannot be a case is told to the alarm, and can be made again by hand', async () => {
  const rule = { ...RULE, id: 'city/odd', family: 'odd', case: { ...RULE.case!, classCode: '99999' } }
  const id = await raiseAlarm(t, wells.west[2]!, { level: 1, rule })
  await file()
  expect(await card(id)).toMatchObject({ case: null, caseFault: 'CASE_CLASS_UNKNOWN' })
  const shift = await t.as('shiftleader')
  const again = await shift.call('POST', `/api/alarms/${id}/acts/wantCase`, { classCode: '06010', kind: 'matter' })
  expect(again.status).toBe(200)
  await file()
  const done = await card(id)
  expect(done.case).not.toBeNull()
  expect(done.caseFault).toBeNull()
})

test('linked by hand to a case the person may see', async () => {
  const id = await raiseAlarm(t, wells.west[3]!, { level: 3 })
  const shift = await t.as('shiftleader')
  const made = await shift.call<CaseView>('POST', '/api/cases', {
    kind: 'matter',
    classCode: '06010',
    description: '井盖异味',
    location: [120.3155, 36.0655],
    sourceType: 'hotline'
  })
  const linked = await shift.call<AlarmCard>('POST', `/api/alarms/${id}/acts/linkCase`, { caseNo: made.body.caseNo })
  expect(linked.body).toMatchObject({ state: 'handling', case: { id: made.body.id, no: made.body.caseNo, status: 'reported' } })
})

test('a case whose alarm rises to level 1 becomes urgent, once: urged, straight to its owner, supervised', async () => {
  const at = Date.now() - 60_000
  const [well] = wells.west
  const id = await raiseAlarm(t, well!, { level: 2 }, at)
  await file()
  const reported = await caseOf((await card(id)).case!.id)
  expect(reported).toMatchObject({ status: 'reported', urgent: false, severity: 'serious' })
  await apply(t, [change(well!, 'level', at + 5000, { beganAt: at, level: 1, value: 130 })])
  await file()
  const c = await caseOf(reported.id)
  expect(c).toMatchObject({ status: 'pending_handle', urgent: true, severity: 'major', supervised: true })
  expect(JSON.stringify(c)).toContain(wells.owner)
  const steps = await sql<{
    op: string
    data: { urgent?: boolean; alarmId?: string }
  }>`select op, data from cases.step where case_id = ${c.id}::uuid
    and op in ('urge', 'supervise') order by seq`.execute(t.database.db)
  expect(steps.rows.map((s) => s.op)).toEqual(['urge', 'supervise'])
  expect(steps.rows[0]!.data).toMatchObject({ urgent: true, alarmId: id })
  // It falls and rises again, the ladder says it too, and a process died in between: the case is urgent already.
  await apply(t, [
    change(well!, 'level', at + 6000, { beganAt: at, level: 2 }),
    change(well!, 'level', at + 7000, { beganAt: at, level: 1 })
  ])
  await sql`update cases.alarm_wish set state = 'waiting', next_at = now()`.execute(t.database.db)
  await file()
  expect((await caseOf(c.id)).version).toBe(c.version)
  expect(await casesOfWells()).toContainEqual({ id: c.id })
})

test('risen before the case was made, or joined by a graver one of its incident: one case, urgent', async () => {
  const at = Date.now() - 60_000
  const a = wells.west[0]!
  await apply(t, [change(a, 'raise', at, { level: 2 })])
  await apply(t, [change(a, 'level', at + 1000, { beganAt: at, level: 1 })])
  await file()
  const first = (await sql<{ case_id: string }>`select distinct case_id from alarms.alarm`.execute(t.database.db)).rows
  expect(first).toHaveLength(1)
  expect(await caseOf(first[0]!.case_id)).toMatchObject({ urgent: true, status: 'pending_handle' })
  await sql`truncate cases.alarm_wish`.execute(t.database.db)
  await forgetAlarms(t)
  await apply(
    t,
    wells.west.slice(0, 9).map((w, k) => change(w, 'raise', at + k * 100, { level: 2 }))
  )
  await file()
  await apply(t, [change(wells.west[9]!, 'raise', at + 5000, { level: 1 })])
  await file()
  const { rows } = await sql<{ case_id: string | null }>`select distinct case_id from alarms.alarm`.execute(t.database.db)
  expect(rows).toHaveLength(1)
  expect(await caseOf(rows[0]!.case_id!)).toMatchObject({ urgent: true, supervised: true })
})

test('a case that people reported and linked is urged and supervised, and stays with its desk', async () => {
  const at = Date.now() - 60_000
  const id = await raiseAlarm(t, wells.west[4]!, { level: 3 }, at)
  const shift = await t.as('shiftleader')
  const made = await shift.call<CaseView>('POST', '/api/cases', {
    kind: 'matter',
    classCode: '06010',
    description: '井盖异味',
    location: [120.3155, 36.0655],
    sourceType: 'hotline'
  })
  await shift.call('POST', `/api/alarms/${id}/acts/linkCase`, { caseNo: made.body.caseNo })
  await apply(t, [change(wells.west[4]!, 'level', at + 5000, { beganAt: at, level: 1 })])
  await file()
  expect(await caseOf(made.body.id)).toMatchObject({ status: 'reported', urgent: true, supervised: true, sourceType: 'hotline' })
})
