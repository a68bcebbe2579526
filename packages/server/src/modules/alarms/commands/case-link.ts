import type { CaseMoved } from '@chengyun/contract/cases'
import { sql } from 'kysely'
import { SYSTEM } from '../../../platform/actor.ts'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import type { AlarmRow } from '../domain/alarm.ts'
import { command } from './command.ts'
import { lockIncidents } from './lock.ts'
import { Outbound } from './outbound.ts'
import { draftOf, findAlarms, writeDrafts } from './store.ts'

/** An alarm, and those that wait for the same case: of its incident, or of the same item under the same rule. */
const wishing = (tx: Tx, alarmId: string): Promise<AlarmRow[]> =>
  findAlarms(
    tx,
    sql`(a.id = ${alarmId}::uuid or (a.case_id is null and a.case_wanted_at is not null and exists (select 1 from alarms.alarm w
      where w.id = ${alarmId}::uuid and (w.incident_id = a.incident_id or (w.item_id = a.item_id and w.rule_id = a.rule_id)))))`,
    true
  )

/** The case that was made of an alarm: the alarm knows it from now on, and so does everything of its incident that asked for one. */
export const linkCase = command(
  async (tx, input: { alarmId: string; caseId: string; caseNo: string; status: string }, ctx): Promise<void> => {
    const rows = await wishing(tx, input.alarmId)
    const drafts = rows.filter((r) => r.case_id !== input.caseId).map(draftOf)
    for (const draft of drafts) {
      Object.assign(draft.row, { case_id: input.caseId, case_no: input.caseNo, case_status: input.status, case_fault: null })
      draft.steps.push({ act: 'linkCase', at: ctx.now, note: null, data: { caseId: input.caseId, caseNo: input.caseNo } })
    }
    await writeDrafts(tx, drafts, ctx)
    const incidentIds = drafts.flatMap((d) => (d.row.incident_id === null ? [] : [d.row.incident_id]))
    await lockIncidents(tx, incidentIds)
    if (incidentIds.length > 0)
      await sql`update alarms.incident set case_id = ${input.caseId}::uuid, case_no = ${input.caseNo}, version = version + 1
        where id = any(${incidentIds}::uuid[]) and case_id is null`.execute(tx)
  }
)

/** No case could be made of an alarm; a person sees why and can ask again. */
export const refuseCase = command(async (tx, input: { alarmId: string; code: string }, ctx): Promise<void> => {
  const drafts = (await wishing(tx, input.alarmId)).filter((r) => r.case_id === null).map(draftOf)
  for (const draft of drafts) {
    draft.row.case_fault = input.code
    draft.steps.push({ act: 'case', at: ctx.now, note: null, data: { fault: input.code } })
  }
  await writeDrafts(tx, drafts, ctx)
})

const ENDED = ['closed', 'forced_close', 'cancelled', 'not_registered']

/** A case moved: its alarms stand otherwise. One that ends while the alarm still stands asks for a judgement. */
export async function followCases(tx: Tx, moves: readonly CaseMoved[], ctx: CommandContext): Promise<void> {
  const { now } = ctx
  const last = new Map(moves.map((m) => [m.caseId, m]))
  const rows = await findAlarms(tx, sql`a.case_id = any(${[...last.keys()]}::uuid[])`, true)
  if (rows.length === 0) return
  const out = new Outbound()
  const drafts = rows.map(draftOf)
  for (const draft of drafts) {
    const { row } = draft
    const move = last.get(row.case_id!)!
    if (row.case_status === move.status) continue
    const wasOpen = !ENDED.includes(row.case_status ?? '')
    row.case_status = move.status
    draft.steps.push({ act: 'case', at: now, note: null, data: { status: move.status, op: move.op, caseNo: move.caseNo } })
    if (!wasOpen || !ENDED.includes(move.status) || row.cleared_at !== null || row.verdict !== null) continue
    row.asks_verdict = true
    const people = [move.actorId, row.assignee_id].filter((id): id is string => id !== null && id !== SYSTEM.id)
    out.tell({ draft, kind: 'caseEnded', personIds: people, channels: ['inApp'] })
    out.tell({ draft, kind: 'caseEnded', party: 'hub', roles: ['shiftLeader'], channels: ['inApp'] })
  }
  await writeDrafts(tx, drafts, ctx)
  await out.flush(tx, ctx)
}
