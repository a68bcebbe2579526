import type { AlarmAct, AlarmState, Party } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

export interface StepRow {
  seq: number
  at: Date
  act: AlarmAct
  from_state: AlarmState | null
  to_state: AlarmState
  actor_id: string
  actor_name: string
  unit_id: string | null
  note: string | null
  data: Record<string, unknown>
  prev_hash: string
  hash: string
}

export async function listSteps(db: Db, alarmId: string): Promise<StepRow[]> {
  const { rows } =
    await sql<StepRow>`select seq, at, act, from_state, to_state, actor_id, actor_name, unit_id, note, data, prev_hash, hash
    from alarms.step where alarm_id = ${alarmId}::uuid order by seq`.execute(db)
  return rows
}

export interface PartyRow {
  party: Party
  unit_id: string | null
  told_at: Date | null
  due_at: Date | null
  acknowledged_at: Date | null
  acknowledged_name: string | null
}

export async function listParties(db: Db, alarmId: string): Promise<PartyRow[]> {
  const { rows } =
    await sql<PartyRow>`select party, unit_id, told_at, due_at, acknowledged_at, acknowledged_name from alarms.party
    where alarm_id = ${alarmId}::uuid order by array_position(array['hub', 'regulator', 'owner'], party)`.execute(db)
  return rows
}
