/** Alarms become cases: wished for in the relay's transaction, reported once, and an urgent one sent straight to the unit that owns the thing. */
import type { AlarmsCaseWanted } from '@chengyun/contract/alarms'
import type { CaseReport, OperationKey } from '@chengyun/contract/cases'
import { sql } from 'kysely'
import { SYSTEM } from '../../../platform/actor.ts'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { linkCase, refuseCase } from '../../alarms/index.ts'
import type { CaseRecord } from '../domain/record.ts'
import type { CaseEnv } from '../env.ts'
import { moveCase } from './move.ts'
import { reportCase } from './report.ts'
import { findCase } from './store.ts'

const AT_ONCE = 5
/** A process that takes wishes and dies leaves them to the others after this. One that is only slow may meet another at the same wish: nothing is done twice. */
const LEASE_S = 15
const LONGEST_WAIT_S = 3600

/** Keeps what alarms wish for; called in the relay's transaction, so that each wish is kept once. One that was refused may be wished again. */
export async function keepWishes(tx: Tx, wishes: readonly AlarmsCaseWanted[], at: Date): Promise<void> {
  const rows = wishes.filter((w) => !w.existing).map((w) => ({ alarm_id: w.alarm.id, wanted: w }))
  await sql`insert into cases.alarm_wish (alarm_id, wanted, wanted_at, state, next_at)
    select distinct on (alarm_id) alarm_id, wanted, ${at}::timestamptz, 'waiting', ${at}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r(alarm_id uuid, wanted jsonb)
    on conflict (alarm_id) do update set wanted = excluded.wanted, wanted_at = excluded.wanted_at, state = 'waiting', next_at = excluded.next_at, error = null
      where cases.alarm_wish.state = 'refused'`.execute(tx)
  for (const wish of wishes) if (wish.existing) await keepGraver(tx, wish, wish.existing, at)
}

/** A case that is there, or will be, is to become urgent: kept once for a case, also for one that a person linked. */
async function keepGraver(
  tx: Tx,
  wish: AlarmsCaseWanted,
  { caseId, alarmIds }: NonNullable<AlarmsCaseWanted['existing']>,
  at: Date
): Promise<void> {
  const wanted = JSON.stringify(wish)
  const same = sql`(alarm_id = any(${alarmIds}::uuid[]) or case_id = ${caseId}::uuid)`
  const { rows } = await sql`select 1 from cases.alarm_wish where ${same}`.execute(tx)
  if (rows.length > 0)
    await sql`update cases.alarm_wish set graver = ${wanted}::jsonb, state = 'waiting', next_at = ${at}, attempts = 0
      where ${same} and state <> 'refused' and graver is null`.execute(tx)
  else if (caseId !== null)
    await sql`insert into cases.alarm_wish (alarm_id, wanted, graver, wanted_at, state, case_id, next_at)
      select ${wish.alarm.id}::uuid, ${wanted}::jsonb, ${wanted}::jsonb, ${at}::timestamptz, 'waiting', id, ${at}::timestamptz
      from cases."case" where id = ${caseId}::uuid on conflict do nothing`.execute(tx)
}

interface Wish {
  alarm_id: string
  wanted: AlarmsCaseWanted
  graver: AlarmsCaseWanted | null
  case_id: string | null
  attempts: number
}

const takeWishes = command(async (tx, _: null, { now }): Promise<Wish[]> => {
  const until = new Date(now.getTime() + LEASE_S * 1000)
  const { rows } = await sql<Wish>`update cases.alarm_wish set next_at = ${until}, attempts = attempts + 1 where alarm_id in (
      select alarm_id from cases.alarm_wish where state = 'waiting' and next_at <= ${now} order by wanted_at limit ${AT_ONCE} for update skip locked)
    returning alarm_id, wanted, graver, case_id, attempts`.execute(tx)
  return rows
})

/** The alarm knows its case in the commit in which the wish does. Alarms before wishes, as the relay comes to them: otherwise the two wait for each other. */
const tellAlarm = command(async (tx, input: { alarmId: string; record: CaseRecord }, ctx): Promise<void> => {
  const { alarmId, record } = input
  await linkCase.within(tx, { alarmId, caseId: record.id, caseNo: record.caseNo, status: record.status }, ctx)
  await sql`update cases.alarm_wish set case_id = ${record.id}::uuid where alarm_id = ${alarmId}::uuid`.execute(tx)
})

/** Unless it became more urgent while it was being fulfilled: then it waits for that. */
const endWish = command(async (tx, input: { wish: Wish; code: string | null }, ctx): Promise<void> => {
  const { wish, code } = input
  const alarmId = wish.alarm_id
  if (code !== null) await refuseCase.within(tx, { alarmId, code }, ctx)
  await sql`update cases.alarm_wish set state = ${code === null ? 'done' : 'refused'}, next_at = null, error = ${code}
    where alarm_id = ${alarmId}::uuid and (${code !== null} or (graver is null) = ${wish.graver === null})`.execute(tx)
})

const postpone = command(async (tx, input: { wish: Wish; error: string }, { now }): Promise<void> => {
  const wait = Math.min(LONGEST_WAIT_S, 5 * 2 ** input.wish.attempts)
  await sql`update cases.alarm_wish set next_at = ${new Date(now.getTime() + wait * 1000)}, error = ${input.error.slice(0, 500)}
    where alarm_id = ${input.wish.alarm_id}::uuid`.execute(tx)
})

/** Fulfils the wishes that wait. Each step is one that can be taken again: whoever died in between has left nothing double. */
export async function fileAlarmCases(env: CaseEnv, now: Date): Promise<number> {
  const began = performance.now()
  let filed = 0
  for (;;) {
    // Many take a while: what is taken last is not older for it.
    const at = new Date(now.getTime() + performance.now() - began)
    const wishes = await takeWishes(env.db, SYSTEM, null, at)
    if (wishes.length === 0) return filed
    for (const wish of wishes) {
      await fileOne(env, wish, at).catch((error: unknown) => postpone(env.db, SYSTEM, { wish, error: String(error) }, at))
      filed += 1
    }
  }
}

async function fileOne(env: CaseEnv, wish: Wish, now: Date): Promise<void> {
  const caseId = wish.case_id ?? (await reportOne(env, wish, now))
  if (caseId === null) return
  const { wanted, graver } = wish
  if (wanted.urgent && wanted.unitId !== null && graver === null) await sendStraight(env, caseId, wanted, now)
  if (graver !== null) await makeUrgent(env, caseId, graver, now)
  await endWish(env.db, SYSTEM, { wish, code: null }, now)
}

/** Reports the case; null where none can be made of it. */
async function reportOne(env: CaseEnv, wish: Wish, now: Date): Promise<string | null> {
  const { alarm_id: alarmId, wanted } = wish
  let record: CaseRecord
  try {
    record = await reportCase(env, SYSTEM, reportOf(wanted), { now, key: `alarm:${alarmId}` })
  } catch (error) {
    // What is wrong with the wish does not get better by waiting.
    if (!(error instanceof AppError) || error.status >= 500) throw error
    await endWish(env.db, SYSTEM, { wish, code: error.code }, now)
    return null
  }
  await tellAlarm(env.db, SYSTEM, { alarmId, record }, now)
  return record.id
}

/**
 * The alarm of a case rose: it is urged (催办) and 特急 from this step on, whatever it waits for; what alarms reported goes straight to its unit, too. What
 * people reported and linked stays with its desk.
 */
async function makeUrgent(env: CaseEnv, caseId: string, wanted: AlarmsCaseWanted, now: Date): Promise<void> {
  const record = await findCase(env.db, caseId, true)
  if (!record?.isOpen) return
  if (!record.urgent) {
    const opinion = `监测报警升级，转为特急（报警 ${wanted.alarm.id}）`
    await moveCase(env, SYSTEM, caseId, 'urge', { version: record.version, opinion }, { now, becomesUrgent: wanted.alarm.id })
  }
  if (record.sourceType === 'iot' && wanted.unitId !== null) await sendStraight(env, caseId, wanted, now)
  else await superviseOnce(env, caseId, wanted, now)
}

const SEVERITY = { 1: 'major', 2: 'serious', 3: 'general', 4: 'daily' } as const

function reportOf(wanted: AlarmsCaseWanted): CaseReport {
  const { alarm } = wanted
  if (alarm.lng === null || alarm.lat === null) throw new AppError('CASE_NOT_PLACED', 422)
  return {
    standardRef: wanted.standardRef as NonNullable<CaseReport['standardRef']>,
    kind: wanted.kind,
    classCode: wanted.classCode,
    description: wanted.description,
    location: [alarm.lng, alarm.lat],
    sourceType: 'iot',
    severity: SEVERITY[alarm.level],
    urgent: wanted.urgent,
    needVisit: false,
    foundAt: alarm.raisedAt,
    ...(wanted.address !== '' && { address: wanted.address }),
    ...(alarm.typeId === 'component' && /^\d{16,17}$/.test(alarm.itemCode) && { componentId: alarm.itemCode })
  }
}

const STEPS: Readonly<Record<string, OperationKey>> = {
  reported: 'accept',
  pending_register: 'register',
  pending_dispatch: 'dispatch'
}

/** 特急，点对点: accepted, registered and dispatched to the unit without waiting for a desk; the regulator's supervision stands on record. */
async function sendStraight(env: CaseEnv, caseId: string, wanted: AlarmsCaseWanted, now: Date): Promise<void> {
  const unitId = wanted.unitId!
  const opinion = `监测报警，点对点派遣（报警 ${wanted.alarm.id}）`
  let record = (await findCase(env.db, caseId, true))!
  for (let op = STEPS[record.status]; op !== undefined; op = STEPS[record.status]) {
    const conditionId = op === 'register' ? gravestCondition(env, record) : undefined
    // Without a condition there is no limit to run: the desk registers it, and sees that it is urgent.
    if (op === 'register' && conditionId === undefined) break
    const input = { version: record.version, opinion, ...(conditionId && { conditionId }), ...(op === 'dispatch' && { unitId }) }
    record = await moveCase(env, SYSTEM, caseId, op, input, { now, directTo: { unitId, reason: { alarmId: wanted.alarm.id } } })
  }
  await superviseOnce(env, caseId, wanted, now)
}

async function superviseOnce(env: CaseEnv, caseId: string, wanted: AlarmsCaseWanted, now: Date): Promise<void> {
  const record = await findCase(env.db, caseId, true)
  if (!wanted.supervise || !record?.isOpen || record.supervised) return
  const supervision = {
    version: record.version,
    kind: 'important' as const,
    level: '1' as const,
    opinion: '一级监测报警，行业主管部门督办'
  }
  await moveCase(env, SYSTEM, caseId, 'supervise', supervision, { now })
}

const HOURS: Readonly<Record<string, number>> = {
  urgent_minute: 1 / 60,
  urgent_hour: 1,
  work_hour: 3,
  urgent_day: 24,
  natural_day: 24,
  work_day: 24
}

/** Of the conditions of a class the one with the shortest limit. */
function gravestCondition(env: CaseEnv, record: CaseRecord): string | undefined {
  const hours = (c: { kind: string; value: number }) => (HOURS[c.kind] ?? 24) * c.value
  return env.reference
    .conditionsOf(record.standardRef, record.kind, record.classCode)
    .map((c) => ({ id: c.id, hours: hours(env.reference.limitOf(c, record.districtCode)) }))
    .sort((a, b) => a.hours - b.hours)[0]?.id
}
