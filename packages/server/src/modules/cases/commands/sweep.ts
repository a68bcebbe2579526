import type { ClockReminder } from '@chengyun/contract/cases'
import { calendarFor, reminderLevel } from '@chengyun/contract/clock'
import { sql } from 'kysely'
import { SYSTEM } from '../../../platform/actor.ts'
import { command } from '../../../platform/command.ts'
import { settle } from '../domain/plan.ts'
import type { CaseRecord } from '../domain/record.ts'
import type { CaseEnv } from '../env.ts'
import { moveCase } from './move.ts'
import { findCases, forgetCase } from './store.ts'

const BATCH = 500

/** Remember when to look again, and say what was passed. Not a step: nobody did anything. */
const remind = command(
  async (
    tx,
    input: { wakes: { id: string; version: number; wakeAt: string | null }[]; reminders: ClockReminder[] },
    { emit }
  ) => {
    await sql`update cases."case" c set wake_at = (w->>'wakeAt')::timestamptz from jsonb_array_elements(${JSON.stringify(input.wakes)}::jsonb) w
    where c.id = (w->>'id')::uuid and c.version = (w->>'version')::int`.execute(tx)
    for (const reminder of input.reminders) emit('cases.reminded', { ...reminder })
  }
)

/**
 * Look at every case whose clock asks for it: reminders at 50/80/100 %, suspensions that end. Costs by what is due, not by what
 * exists. Returns how many were looked at.
 */
export async function sweep(env: CaseEnv, now: Date): Promise<number> {
  let seen = 0
  for (;;) {
    const records = await findCases(env.db, 'cases-to-wake', 'c.wake_at <= $1 order by c.wake_at limit $2', [now, BATCH])
    if (records.length === 0) return seen
    seen += records.length
    const ended = records.filter((r) => r.status === 'suspended')
    for (const r of ended) await moveCase(env, SYSTEM, r.id, 'resume', { version: r.version }, { now })
    const running = records.filter((r) => r.status !== 'suspended')
    if (running.length > 0) {
      await remind(
        env.db,
        SYSTEM,
        { wakes: running.map((r) => wake(env, r, now)), reminders: running.flatMap((r) => due(env, r, now)) },
        now
      )
      for (const r of running) forgetCase(r.id)
    }
  }
}

function wake(env: CaseEnv, r: CaseRecord, now: Date): { id: string; version: number; wakeAt: string | null } {
  const next = settle(
    r,
    { current: env.reference.calendarOf(r.districtCode), book: env.reference.book, config: env.reference.config },
    now
  )
  return { id: r.id, version: r.version, wakeAt: next.wakeAt && Date.parse(next.wakeAt) > now.getTime() ? next.wakeAt : null }
}

/** The highest mark the running clock of the present holder has passed: said once, because the next look is after it. */
function due(env: CaseEnv, r: CaseRecord, now: Date): ClockReminder[] {
  const stage = r.dueStage
  const timer = stage ? r.clocks[stage] : undefined
  if (!stage || timer?.status !== 'running') return []
  const percent = reminderLevel(timer, now, calendarFor(env.reference.book, timer.calendarId, timer.calendarVersion))
  if (percent === 0) return []
  return [
    {
      caseId: r.id,
      caseNo: r.caseNo,
      stage,
      percent: percent as 50 | 80 | 100,
      deadlineAt: timer.deadlineAt,
      districtCode: r.districtCode,
      unitId: r.unitId,
      unitIds: r.unitIds,
      collectorId: r.collectorId,
      handlerId: r.handlerId
    }
  ]
}
