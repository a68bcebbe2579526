import { createHash } from 'node:crypto'
import type { AlarmFacts, AlarmState } from '@chengyun/contract/alarms'
import { nextStep } from '@chengyun/contract/history'
import { type RawBuilder, sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import type { CommandContext } from '../../../platform/command.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { ALARM_COLUMNS, type AlarmRow, type AlarmStep, stateOf } from '../domain/alarm.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** An alarm on its way to the table: as it is to be, and what happened to it in this transaction. */
export interface Draft {
  row: AlarmRow
  isNew: boolean
  /** Where it stood before; null of a new one. */
  from: AlarmState | null
  steps: (AlarmStep & { actor?: Actor | undefined })[]
}

export const draftOf = (row: AlarmRow): Draft => ({ row, isNew: false, from: row.state, steps: [] })

const COLUMNS = sql.raw(ALARM_COLUMNS.map((c) => `a.${c}`).join(', '))
const NAMES = sql.raw(ALARM_COLUMNS.join(', '))
const VALUES = sql.raw(ALARM_COLUMNS.map((c) => `r.${c}`).join(', '))

/** Alarms that fit a condition on `a`, oldest first; locked until the transaction ends where asked. */
export async function findAlarms(db: Db | Tx, condition: RawBuilder<unknown>, lock = false): Promise<AlarmRow[]> {
  const { rows } = await sql<AlarmRow>`select ${COLUMNS} from alarms.alarm a where ${condition} order by a.raised_at, a.id
    ${lock ? sql`for no key update` : sql``}`.execute(db)
  return rows
}

export const findAlarm = async (db: Db | Tx, id: string, lock = false): Promise<AlarmRow | undefined> =>
  (await findAlarms(db, sql`a.id = ${id}::uuid`, lock))[0]

/** What others are told of an alarm. */
export const factsOf = (a: AlarmRow): AlarmFacts => ({
  id: a.id,
  level: a.level,
  state: a.state,
  ruleId: a.rule_id,
  pack: a.pack,
  title: a.title,
  sensorFault: a.sensor_fault,
  restricted: a.restricted,
  typeId: a.type_id,
  itemId: a.item_id,
  itemCode: a.item_code,
  itemName: a.item_name,
  streamId: a.stream_id,
  gridCode: a.grid_code,
  lng: a.lng,
  lat: a.lat,
  unitIds: [a.authority_id, a.owner_id, a.maintainer_id, a.unit_id].filter((id): id is string => id !== null),
  raisedAt: a.raised_at.toISOString(),
  clearedAt: a.cleared_at?.toISOString() ?? null,
  acknowledged: a.acknowledged_at !== null,
  assigneeId: a.assignee_id,
  caseId: a.case_id,
  incidentId: a.incident_id,
  version: a.version
})

/**
 * Writes alarms with their steps, in two statements however many there are, and announces each once. What is suppressed is written and
 * not announced.
 */
export async function writeDrafts(tx: Tx, drafts: readonly Draft[], ctx: CommandContext): Promise<void> {
  const touched = drafts.filter((d) => d.steps.length > 0)
  if (touched.length === 0) return
  const steps = touched.flatMap((draft) => settle(draft, ctx))
  const fresh = touched.filter((d) => d.isNew).map((d) => d.row)
  const known = touched.filter((d) => !d.isNew).map((d) => d.row)
  if (fresh.length > 0)
    await sql`insert into alarms.alarm (${NAMES}) select ${VALUES}
      from jsonb_populate_recordset(null::alarms.alarm, ${JSON.stringify(fresh)}::jsonb) r`.execute(tx)
  if (known.length > 0)
    await sql`update alarms.alarm a set (${NAMES}, rev) = (${VALUES}, pg_current_xact_id()::text::bigint)
      from jsonb_populate_recordset(null::alarms.alarm, ${JSON.stringify(known)}::jsonb) r where a.id = r.id`.execute(tx)
  await sql`insert into alarms.step select s.* from jsonb_populate_recordset(null::alarms.step, ${JSON.stringify(steps)}::jsonb) s`.execute(
    tx
  )
  for (const { row, steps: done } of touched)
    if (row.suppression_id === null) ctx.emit('alarms.moved', { act: done[0]!.act, alarm: factsOf(row) })
}

/** Derives the state, counts the version and chains the steps. */
function settle(draft: Draft, ctx: CommandContext): Record<string, unknown>[] {
  const { row } = draft
  let head = row.last_hash === null ? null : { seq: row.version, hash: row.last_hash }
  row.state = stateOf(row)
  const isOver = row.state === 'done' || row.state === 'rejected'
  row.ended_at = isOver ? (row.ended_at ?? draft.steps.at(-1)!.at) : null
  if (isOver) row.wake_at = null
  return draft.steps.map((step, i) => {
    const actor = step.actor ?? ctx.actor
    const isLast = i === draft.steps.length - 1
    const facts = {
      caseId: row.id,
      at: step.at.toISOString(),
      op: step.act,
      fromStatus: i === 0 ? draft.from : (draft.from ?? 'pending'),
      toStatus: isLast ? row.state : (draft.from ?? 'pending'),
      actorId: actor.id,
      actorName: actor.name,
      unitId: actor.unitId,
      opinion: step.note,
      data: step.data
    }
    const chained = nextStep(head, facts, sha256)
    head = { seq: chained.seq, hash: chained.hash }
    row.version = chained.seq
    row.last_hash = chained.hash
    return {
      alarm_id: row.id,
      seq: chained.seq,
      at: chained.at,
      act: chained.op,
      from_state: chained.fromStatus,
      to_state: chained.toStatus,
      actor_id: chained.actorId,
      actor_name: chained.actorName,
      unit_id: chained.unitId,
      note: chained.opinion,
      data: chained.data,
      prev_hash: chained.prevHash,
      hash: chained.hash
    }
  })
}
