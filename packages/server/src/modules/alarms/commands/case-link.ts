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

const ENDED = ['closed', 'forced_close', 'cancelled', 'not_registered']
const AT_ONCE = 200

interface CaseOfAnother {
  /** The alarm that joined. */
  id: string
  caseId: string
  caseNo: string
  status: string
}

/** An alarm and all that wait for the same case: of its incident, of the same item under the same rule, and so on from each of these. */
async function wishing(tx: Tx, alarmId: string): Promise<AlarmRow[]> {
  const ids = [alarmId]
  for (let from = 0; from < ids.length; ) {
    const last = ids.slice(from)
    from = ids.length
    const { rows } = await sql<{ id: string }>`select distinct a.id from alarms.alarm w join alarms.alarm a
        on w.incident_id = a.incident_id or (w.item_id = a.item_id and w.rule_id = a.rule_id)
      where w.id = any(${last}::uuid[]) and a.id <> all(${ids}::uuid[]) and a.case_id is null and a.case_wanted_at is not null`.execute(
      tx
    )
    ids.push(...rows.map((r) => r.id))
  }
  return findAlarms(tx, sql`a.id = any(${ids}::uuid[]) and (a.id = ${alarmId}::uuid or a.case_id is null)`, true)
}

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

/**
 * Alarms that joined one whose case was being brought at that moment: neither transaction saw the other, and the case is there. Answers how many
 * were looked at; there may be more.
 */
export const linkMissed = command(async (tx, _: null, ctx): Promise<number> => {
  const { rows: missed } =
    await sql<CaseOfAnother>`select a.id, c.case_id as "caseId", c.case_no as "caseNo", c.case_status as status
    from alarms.alarm a cross join lateral (select w.case_id, w.case_no, w.case_status from alarms.alarm w
      where (w.incident_id = a.incident_id or (w.item_id = a.item_id and w.rule_id = a.rule_id))
        and w.case_id is not null and w.case_status <> all(${ENDED}::text[]) order by w.raised_at, w.id limit 1) c
    where a.case_id is null and a.case_wanted_at is not null and a.case_fault is null limit ${AT_ONCE}`.execute(tx)
  if (missed.length === 0) return 0
  const cases = new Map(missed.map((m) => [m.id, m]))
  const rows = await findAlarms(tx, sql`a.id = any(${[...cases.keys()]}::uuid[]) and a.case_id is null`, true)
  const drafts = rows.map(draftOf)
  for (const draft of drafts) {
    const { caseId, caseNo, status } = cases.get(draft.row.id)!
    Object.assign(draft.row, { case_id: caseId, case_no: caseNo, case_status: status })
    draft.steps.push({ act: 'linkCase', at: ctx.now, note: null, data: { caseId, caseNo, joined: true } })
  }
  await writeDrafts(tx, drafts, ctx)
  return missed.length
})

/** No case could be made of an alarm; a person sees why and can ask again. */
export const refuseCase = command(async (tx, input: { alarmId: string; code: string }, ctx): Promise<void> => {
  const drafts = (await wishing(tx, input.alarmId)).filter((r) => r.case_id === null).map(draftOf)
  for (const draft of drafts) {
    draft.row.case_fault = input.code
    draft.steps.push({ act: 'case', at: ctx.now, note: null, data: { fault: input.code } })
  }
  await writeDrafts(tx, drafts, ctx)
})

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
    out.tell({ draft, kind: 'caseEnded', personIds: people, channels: ['inApp', 'sms'] })
    out.tell({ draft, kind: 'caseEnded', party: 'hub', roles: ['shiftLeader'], channels: ['inApp', 'sms'] })
  }
  await writeDrafts(tx, drafts, ctx)
  await out.flush(tx, ctx)
}
