import type { AlarmsCaseWanted } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import type { AlarmRow } from '../domain/alarm.ts'
import { responseAt } from '../domain/respond.ts'
import type { Responses } from '../queries/responses.ts'
import { type Draft, factsOf } from './store.ts'

const MOST_WORDS = 500
/** A case of its own that can stand for another alarm: of the same incident, or of the same item and rule. */
interface Standing {
  id: string
  item_id: string
  rule_id: string
  incident_id: string | null
  case_id: string | null
  case_no: string | null
  case_status: string | null
}

/**
 * Alarms whose level becomes a case ask for one, unless the same incident, or the same item under the same rule, has one already. The case that is there
 * becomes urgent when an alarm of it is at a level that is.
 */
export async function wantCases(tx: Tx, ctx: CommandContext, drafts: readonly Draft[], responses: Responses): Promise<void> {
  const wanting = new Set(drafts.filter(({ row }) => wantsCase(row)))
  const rising = drafts.filter(({ row }) => isUrgent(row) && hasCase(row))
  if (wanting.size + rising.length === 0) return
  const standing = await casesStanding(
    tx,
    [...wanting, ...rising].map((d) => d.row)
  )
  const sameAs = ({ row }: Draft) =>
    standing.filter(
      (s) =>
        (row.incident_id !== null && s.incident_id === row.incident_id) ||
        (s.item_id === row.item_id && s.rule_id === row.rule_id)
    )
  for (const draft of rising) urge(draft, ctx, responses, sameAs(draft))
  for (const draft of wanting) {
    const same = sameAs(draft)
    if (same.length > 0) {
      joinCase(draft, same[0]!, ctx.now)
      if (isUrgent(draft.row)) urge(draft, ctx, responses, same)
    } else {
      askForCase(draft, ctx, responses, {})
      standing.push({ ...draft.row })
    }
  }
}

const isUrgent = (a: AlarmRow): boolean => (a.follow.case?.urgent ?? [1]).includes(a.level) && !a.sensor_fault
const ENDED: readonly string[] = ['closed', 'forced_close', 'cancelled', 'not_registered']
/** A case that is there and under way, or on its way. */
const hasCase = (a: AlarmRow): boolean =>
  a.suppression_id === null &&
  (a.case_id === null ? a.case_wanted_at !== null && a.case_fault === null : !ENDED.includes(a.case_status ?? ''))

/** What there is of a case becomes urgent; `cases` takes it once, however often it is said. */
function urge(draft: Draft, ctx: CommandContext, responses: Responses, same: readonly Standing[]): void {
  const { row } = draft
  const existing = { caseId: row.case_id, alarmIds: [...new Set([row.id, ...same.map((s) => s.id)])] }
  const wanted = { ...wantedOf(row, responses, { urgent: true }), existing }
  ctx.emit('alarms.caseWanted', wanted as unknown as Record<string, unknown>)
  draft.steps.push({
    act: 'wantCase',
    at: ctx.now,
    note: null,
    data: { urgent: true, unitId: wanted.unitId, caseId: row.case_id }
  })
}

const wantsCase = (a: AlarmRow): boolean =>
  a.follow.case?.levels.includes(a.level) === true && a.case_id === null && a.case_wanted_at === null && a.suppression_id === null

async function casesStanding(tx: Tx, rows: readonly AlarmRow[]): Promise<Standing[]> {
  const incidentIds = rows.flatMap((r) => (r.incident_id === null ? [] : [r.incident_id]))
  const { rows: found } =
    await sql<Standing>`select id, item_id, rule_id, incident_id, case_id, case_no, case_status from alarms.alarm
    where (case_id is not null or case_wanted_at is not null) and case_fault is null
      and coalesce(case_status, '') <> all(${ENDED}::text[])
      and ((item_id = any(${rows.map((r) => r.item_id)}::uuid[]) and rule_id = any(${rows.map((r) => r.rule_id)}::text[]))
        or incident_id = any(${incidentIds}::uuid[]))`.execute(tx)
  return found
}

function joinCase(draft: Draft, same: Standing, now: Date): void {
  const { row } = draft
  row.case_wanted_at = now
  if (same.case_id === null) return
  Object.assign(row, { case_id: same.case_id, case_no: same.case_no, case_status: same.case_status })
  draft.steps.push({ act: 'linkCase', at: now, note: null, data: { caseId: same.case_id, caseNo: same.case_no, joined: true } })
}

/** What a person may say of the case to be; the rule says the rest. */
export interface CaseWish {
  classCode?: string
  kind?: 'component' | 'matter'
  standardRef?: string
  description?: string
  unitId?: string
  urgent?: boolean
}

/** Asks `cases` for a case of this alarm, in the transaction of the step. */
export function askForCase(draft: Draft, ctx: CommandContext, responses: Responses, wish: CaseWish): void {
  const { row } = draft
  row.case_wanted_at = ctx.now
  row.case_fault = null
  const wanted = wantedOf(row, responses, wish)
  ctx.emit('alarms.caseWanted', wanted as unknown as Record<string, unknown>)
  draft.steps.push({
    act: 'wantCase',
    at: ctx.now,
    note: null,
    data: { classCode: wanted.classCode, urgent: wanted.urgent, unitId: wanted.unitId }
  })
}

function wantedOf(row: AlarmRow, responses: Responses, wish: CaseWish): AlarmsCaseWanted {
  const rule = row.follow.case
  const urgent = wish.urgent ?? isUrgent(row)
  const level = responseAt(responses(row.pack, row.follow.response), row.level)
  return {
    alarm: factsOf(row),
    standardRef: wish.standardRef ?? rule?.standardRef ?? 'GB/T 47678.5-2026',
    kind: wish.kind ?? rule?.kind ?? 'matter',
    classCode: wish.classCode ?? rule?.classCode ?? '',
    description: (wish.description ?? describe(row)).slice(0, MOST_WORDS),
    address: row.address,
    unitId: wish.unitId ?? (urgent ? row.holder_id : null),
    urgent,
    supervise: level.supervise ?? false,
    existing: null
  }
}

const describe = (a: AlarmRow): string =>
  `${a.title.zh}（${[a.item_name, a.item_code].filter((w) => !a.title.zh.includes(w)).join(' ') || a.item_code}）${a.advice ? `。${a.advice.zh}` : ''}`
