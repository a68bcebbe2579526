import type { AlarmCard, PermitView, TaskView } from '@chengyun/contract/alarms'
import type { ActuatorDeclaration } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { appendToOutbox } from '../../platform/command.ts'
import { runInTransaction } from '../../platform/db.ts'
import { type TestApp, testApp } from '../../testing.ts'
import { streamsOf } from '../streams/index.ts'
import { forgetAlarms, makeWells, raiseAlarm, WELL, type Wells } from './alarms.testing.ts'
import { saveActuators } from './commands/actuators.ts'
import { runTasks } from './commands/tasks.ts'
import { rowsBatch } from './judge/judge.testing.ts'

const FAN: ActuatorDeclaration = {
  key: 'fan',
  name: { zh: '风机', en: 'Fan' },
  commands: [
    { value: 'start', name: { zh: '启动', en: 'Start' } },
    { value: 'stop', name: { zh: '停止', en: 'Stop' } }
  ],
  automatic: true
}
const VALVE: ActuatorDeclaration = {
  ...FAN,
  key: 'valve',
  automatic: false,
  confirms: { stream: 'gas', values: { start: 1 }, withinS: 20 }
}

let t: TestApp
let wells: Wells
beforeAll(async () => {
  t = await testApp()
  wells = await makeWells(t)
  await saveActuators(t.database.db, SYSTEM, { pack: 'city', typeId: WELL, declarations: [FAN, VALVE] })
  await sql`insert into streams.device (item_id, type_id, code, thing_id, protocol, account, secret_hash, secret_enc, secret_at, created_at, updated_at)
    select t.item_id, t.type_id, i.code, t.id, 'mqtt', i.code, 'x', 'x', now(), now(), now()
    from streams.thing t join registry.item i on i.id = t.item_id where i.code in ('W-0', 'W-1')`.execute(t.database.db)
}, 90_000)
afterAll(() => t?.close())
beforeEach(async () => {
  await sql`delete from alarms.task`.execute(t.database.db)
  await sql`delete from alarms.permit`.execute(t.database.db)
  await forgetAlarms(t)
})

const tasks = async () =>
  (
    await sql<{
      id: string
      state: string
      automatic: boolean
      answer: { error?: string } | null
    }>`select id, state, automatic, answer from alarms.task order by no`.execute(t.database.db)
  ).rows
const reply = async (msgId: string, code: number) => {
  await runInTransaction(t.database.db, (tx) =>
    appendToOutbox(
      tx,
      [{ name: 'streams.deviceReplied', payload: { deviceId: 'x', msgId, code, data: null, at: new Date().toISOString() } }],
      new Date()
    )
  )
  await t.settle()
  await t.settle()
}
/** Runs what is due until the tasks stand so: the server runs them too, and a row it holds is skipped here. */
const runUntil = (states: string[], at = () => new Date()) =>
  expect
    .poll(async () => {
      await runTasks(t.database.db, at())
      return (await tasks()).map((k) => k.state)
    })
    .toEqual(states)
const give = async (who: string, more: object = {}) =>
  (await t.as(who)).call<TaskView & { code?: string }>('POST', '/api/alarms/tasks', {
    itemId: wells.west[0]!.itemId,
    actuator: 'fan',
    command: 'start',
    confirm: 'W-0',
    reason: '浓度升高，先行通风',
    ...more
  })

test('a person confirms by the code of the item; the device answers; all of it on the trail', async () => {
  expect((await give('shiftleader', { confirm: 'W-1' })).body.code).toBe('ALARMS_CONFIRMATION_WRONG')
  expect((await give('shiftleader', { command: 'explode' })).body.code).toBe('ALARMS_COMMAND_UNKNOWN')
  expect((await give('dispatcher')).status).toBe(403)
  const id = await raiseAlarm(t, wells.west[0]!, { level: 3 })
  const made = await give('shiftleader', { alarmId: id })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ state: 'sent', automatic: false })
  await t.settle()
  const { rows } = await sql<{
    payload: object
  }>`select payload from platform.event where name = 'streams.deviceCommanded' order by seq desc limit 1`.execute(t.database.db)
  expect(rows[0]!.payload).toMatchObject({ msgId: made.body.id, method: 'fan.start' })
  expect((await give('shiftleader')).body.code).toBe('ALARMS_TASK_OPEN')
  await reply(made.body.id, 0)
  expect(await tasks()).toMatchObject([{ state: 'confirmed' }])
  const { body } = await (await t.as('shiftleader')).call<AlarmCard>('GET', `/api/alarms/${id}`)
  expect(body.steps.filter((s) => s.act === 'actuate')).toHaveLength(2)
  const trail = await sql<{
    action: string
  }>`select action from platform.audit where object_id = ${made.body.id} order by seq`.execute(t.database.db)
  expect(trail.rows.map((r) => r.action)).toEqual(['alarms.taskQueued', 'alarms.taskEnded'])
})

test('a stream confirms where it can; silence and refusals are failures people hear of', async () => {
  const valve = await give('shiftleader', { actuator: 'valve' })
  await reply(valve.body.id, 0)
  expect(await tasks()).toMatchObject([{ state: 'sent' }])
  // It was followed, though the device says something else by now.
  const { intake } = await streamsOf(t.database.db)
  const at = Date.now()
  await intake.submit(
    rowsBatch([
      [wells.west[0]!.streamId, at, 1],
      [wells.west[0]!.streamId, at + 1, 0]
    ])
  )
  await runUntil(['confirmed'])
  const id = await raiseAlarm(t, wells.west[0]!, { level: 3 })
  const silent = await give('shiftleader', { alarmId: id })
  await runUntil(['confirmed', 'timedOut'], () => new Date(Date.now() + 31_000))
  const refused = await give('shiftleader', { alarmId: id })
  await reply(refused.body.id, 7)
  expect((await tasks()).map((k) => k.state)).toEqual(['confirmed', 'timedOut', 'failed'])
  expect(silent.body.state).toBe('sent')
  const notices = await sql`select 1 from alarms.notice where kind = 'taskFailed'`.execute(t.database.db)
  expect(notices.rows.length).toBeGreaterThanOrEqual(2)
  const nobody = await give('shiftleader', { itemId: wells.west[5]!.itemId, confirm: 'W-5' })
  expect(nobody.body).toMatchObject({ state: 'failed', answer: { error: 'noDevice' } })
})

test('rules act by themselves only where actuator and operator both allow it, once for an alarm', async () => {
  await raiseAlarm(t, wells.west[0]!, { level: 2 })
  expect(await tasks()).toEqual([])
  const shift = await t.as('shiftleader')
  const permit = (key: string) =>
    shift.call<{ code?: string }>('PUT', `/api/alarms/actuators/${wells.west[1]!.itemId}/${key}/permit`, {
      allowed: true,
      reason: '经评审可自动通风'
    })
  expect((await permit('valve')).body.code).toBe('ALARMS_AUTOMATIC_NOT_ALLOWED')
  expect((await permit('fan')).status).toBe(200)
  const id = await raiseAlarm(t, wells.west[1]!, { level: 2 })
  await shift.call('POST', `/api/alarms/${id}/acts/level`, { level: 1, note: '升级' })
  await t.settle()
  await runUntil(['sent'])
  expect(await tasks()).toMatchObject([{ automatic: true }])
})

test('who allowed what automatically: listed for those who reach the item, withdrawn by those who may act', async () => {
  const leader = await t.as('shiftleader')
  const item = wells.west[0]!.itemId
  const put = (allowed: boolean) =>
    leader.call('PUT', `/api/alarms/actuators/${item}/fan/permit`, { allowed, reason: '无人值守' })
  const list = async (who: typeof leader) => (await who.call<{ items: PermitView[] }>('GET', '/api/alarms/permits')).body.items
  expect((await put(true)).status).toBe(200)
  expect(await list(leader)).toMatchObject([
    { item: { code: 'W-0' }, actuator: 'fan', name: FAN.name, automatic: true, reason: '无人值守', can: ['withdraw'] }
  ])
  expect(await list(await t.as('dispatcher'))).toMatchObject([{ actuator: 'fan', can: [] }])
  expect((await put(false)).status).toBe(200)
  expect(await list(leader)).toEqual([])
})

test('where the stream that confirms is missing the actuator is not there: not offered, not commanded, not left to rules', async () => {
  const shift = await t.as('shiftleader')
  const item = wells.west[1]!.itemId
  const permit = (allowed: boolean) =>
    shift.call<{ code?: string }>('PUT', `/api/alarms/actuators/${item}/fan/permit`, { allowed, reason: '经评审可自动通风' })
  const confirmedBy = (stream: string) =>
    saveActuators(t.database.db, SYSTEM, {
      pack: 'city',
      typeId: WELL,
      declarations: [{ ...FAN, confirms: { stream, values: { start: 1 }, withinS: 20 } }, VALVE]
    })
  await confirmedBy('gas')
  expect((await permit(true)).status).toBe(200)
  await confirmedBy('fanRunning')
  const { body } = await shift.call<{ items: { declaration: { key: string } }[] }>('GET', `/api/alarms/actuators/${item}`)
  expect(body.items.map((a) => a.declaration.key)).toEqual(['valve'])
  expect((await give('shiftleader')).body.code).toBe('ALARMS_ACTUATOR_NOT_FOUND')
  await raiseAlarm(t, wells.west[1]!, { level: 1 })
  expect(await tasks()).toEqual([])
  expect((await permit(false)).status).toBe(200)
  expect((await permit(true)).body.code).toBe('ALARMS_ACTUATOR_NOT_FOUND')
  await saveActuators(t.database.db, SYSTEM, { pack: 'city', typeId: WELL, declarations: [FAN, VALVE] })
})
