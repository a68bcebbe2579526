import { createHash } from 'node:crypto'
import type { AlarmCard, AlarmView } from '@chengyun/contract/alarms'
import { genesisHash, stepHash } from '@chengyun/contract/history'
import { type AlarmReach, actsFor } from './policy.ts'
import type { PartyRow, StepRow } from './queries/card.ts'
import type { UnitRow } from './queries/city.ts'
import type { ListedAlarm } from './queries/list.ts'

const iso = (at: Date | null): string | null => at?.toISOString() ?? null

/** An alarm in a list. */
export const presentAlarm = (a: ListedAlarm, handles: AlarmReach | null): AlarmView => ({
  id: a.id,
  no: a.no,
  level: a.level,
  worst: a.worst,
  state: a.state,
  title: a.title,
  sensorFault: a.sensor_fault,
  ruleId: a.rule_id,
  pack: a.pack,
  type: a.type_id,
  item: { id: a.item_id, code: a.item_code, name: a.item_name },
  streamId: a.stream_id,
  stream: a.stream_key,
  value: a.value,
  unit: a.follow.unit,
  place: a.lng === null || a.lat === null ? null : [a.lng, a.lat],
  gridCode: a.grid_code,
  address: a.address,
  raisedAt: a.raised_at.toISOString(),
  clearedAt: iso(a.cleared_at),
  acknowledgedAt: iso(a.acknowledged_at),
  assignee: a.assignee_id === null ? null : { id: a.assignee_id, name: a.assignee_name ?? '' },
  unitInCharge: a.unit_id === null ? null : { id: a.unit_id, name: a.unit_name ?? '' },
  verdict: a.verdict,
  incident: a.incident_id === null || a.incident_no === null ? null : { id: a.incident_id, no: a.incident_no },
  case: a.case_id === null ? null : { id: a.case_id, no: a.case_no ?? '', status: a.case_status ?? '' },
  suppressed: a.suppression_id !== null,
  dueAt: iso(a.due_at),
  asksVerdict: a.asks_verdict,
  version: a.version,
  can: actsFor(handles, a)
})

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Whether every step of a history follows from the one before. */
export function isWhole(alarmId: string, steps: readonly StepRow[]): boolean {
  let prev = genesisHash(alarmId, sha256)
  return steps.every((s, i) => {
    const facts = {
      caseId: alarmId,
      seq: s.seq,
      at: s.at.toISOString(),
      op: s.act,
      fromStatus: s.from_state,
      toStatus: s.to_state,
      actorId: s.actor_id,
      actorName: s.actor_name,
      unitId: s.unit_id,
      opinion: s.note,
      data: s.data,
      prevHash: s.prev_hash
    }
    const fits = s.seq === i + 1 && s.prev_hash === prev && stepHash(facts, sha256) === s.hash
    prev = s.hash
    return fits
  })
}

export interface CardParts {
  row: ListedAlarm
  steps: readonly StepRow[]
  parties: readonly PartyRow[]
  units: ReadonlyMap<string, UnitRow>
  evidence: readonly unknown[]
  tasks: readonly unknown[]
  actuators: AlarmCard['actuators']
  now: Date
}

const BEFORE_MS = 6 * 3_600_000
const AFTER_MS = 3_600_000

/** Everything about one alarm. */
export function presentCard(
  { row, steps, parties, units, evidence, tasks, actuators, now }: CardParts,
  handles: AlarmReach | null
): AlarmCard {
  const named = (id: string | null) => (id === null ? null : { id, name: units.get(id)?.name ?? '' })
  const end = row.cleared_at ?? now
  return {
    ...presentAlarm(row, handles),
    advice: row.advice,
    facts: row.facts,
    ruleVersion: row.rule_version,
    beganAt: row.began_at.toISOString(),
    levelAt: row.level_at.toISOString(),
    late: row.late,
    clearReason: row.clear_reason,
    endedAt: iso(row.ended_at),
    respondedAt: iso(row.responded_at),
    responseS:
      row.responded_at === null ? null : Math.max(0, Math.round((row.responded_at.getTime() - row.raised_at.getTime()) / 1000)),
    regulator: named(row.regulator_id),
    owner: named(row.holder_id),
    parties: parties.map((p) => ({
      party: p.party,
      unit: named(p.unit_id),
      toldAt: iso(p.told_at),
      dueAt: iso(p.due_at),
      acknowledgedAt: iso(p.acknowledged_at),
      acknowledgedBy: p.acknowledged_name,
      overdue: p.due_at !== null && (p.acknowledged_at ?? now) > p.due_at
    })),
    chart: {
      streamId: row.stream_id,
      from: new Date(row.began_at.getTime() - BEFORE_MS).toISOString(),
      to: new Date(Math.min(end.getTime() + AFTER_MS, now.getTime())).toISOString()
    },
    caseWantedAt: iso(row.case_wanted_at),
    caseFault: row.case_fault,
    steps: steps.map((s) => ({
      seq: s.seq,
      at: s.at.toISOString(),
      act: s.act,
      fromState: s.from_state,
      toState: s.to_state,
      by: { id: s.actor_id, name: s.actor_name, unitId: s.unit_id },
      note: s.note,
      data: s.data,
      hash: s.hash
    })),
    whole: isWhole(row.id, steps),
    evidence: [...evidence],
    tasks: [...tasks],
    actuators
  }
}
