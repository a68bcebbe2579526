import type { AlarmAct, AlarmLevel, AlarmState, RuleActuation, RuleCase, Verdict } from '@chengyun/contract/alarms'

/** What follows an alarm, kept with it. */
export interface Follow {
  response: string | null
  case: RuleCase | null
  actuate: readonly RuleActuation[]
  /** The rule's title with its placeholders, and the unit of the stream: it is filled anew when the level changes. */
  title: { zh: string; en: string }
  unit: string
}

/** A row of `alarms.alarm`. */
export interface AlarmRow {
  id: string
  rule_id: string
  rule_version: number
  family: string
  pack: string
  title: { zh: string; en: string }
  advice: { zh: string; en: string } | null
  sensor_fault: boolean
  follow: Follow
  stream_id: number
  stream_key: string
  began_at: Date
  /** Journal number of the last change of the judge. */
  seq: number
  judged_at: Date
  late: boolean
  level: AlarmLevel
  worst: AlarmLevel
  value: number | null
  facts: Record<string, unknown>
  type_id: string
  restricted: boolean
  item_id: string
  item_code: string
  item_name: string
  class_code: string | null
  grid_code: string | null
  address: string
  lng: number | null
  lat: number | null
  regulator_id: string | null
  holder_id: string | null
  keeper_id: string | null
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
  raised_at: Date
  level_at: Date
  cleared_at: Date | null
  clear_reason: string | null
  acknowledged_at: Date | null
  needs_ack: boolean
  assignee_id: string | null
  assignee_name: string | null
  unit_id: string | null
  verdict: Verdict | null
  verdict_level: AlarmLevel | null
  state: AlarmState
  ended_at: Date | null
  suppression_id: string | null
  incident_id: string | null
  case_wanted_at: Date | null
  case_fault: string | null
  case_id: string | null
  case_no: string | null
  case_status: string | null
  asks_verdict: boolean
  responded_at: Date | null
  rung: number
  wake_at: Date | null
  terms: number[]
  version: number
  last_hash: string | null
}

/** Columns of {@link AlarmRow}; `no` and `rev` are the database's. */
export const ALARM_COLUMNS = [
  'id',
  'rule_id',
  'rule_version',
  'family',
  'pack',
  'title',
  'advice',
  'sensor_fault',
  'follow',
  'stream_id',
  'stream_key',
  'began_at',
  'seq',
  'judged_at',
  'late',
  'level',
  'worst',
  'value',
  'facts',
  'type_id',
  'restricted',
  'item_id',
  'item_code',
  'item_name',
  'class_code',
  'grid_code',
  'address',
  'lng',
  'lat',
  'regulator_id',
  'holder_id',
  'keeper_id',
  'authority_id',
  'owner_id',
  'maintainer_id',
  'raised_at',
  'level_at',
  'cleared_at',
  'clear_reason',
  'acknowledged_at',
  'needs_ack',
  'assignee_id',
  'assignee_name',
  'unit_id',
  'verdict',
  'verdict_level',
  'state',
  'ended_at',
  'suppression_id',
  'incident_id',
  'case_wanted_at',
  'case_fault',
  'case_id',
  'case_no',
  'case_status',
  'asks_verdict',
  'responded_at',
  'rung',
  'wake_at',
  'terms',
  'version',
  'last_hash'
] as const satisfies readonly (keyof AlarmRow)[]

/** Something that happened to an alarm, before it is chained. */
export interface AlarmStep {
  act: AlarmAct
  at: Date
  note: string | null
  data: Record<string, unknown>
}

/** Final statuses of a case: it needs nobody any more. */
const CASE_ENDED: readonly string[] = ['closed', 'forced_close', 'cancelled', 'not_registered']
export const isCaseOpen = (a: Pick<AlarmRow, 'case_id' | 'case_status'>): boolean =>
  a.case_id !== null && !CASE_ENDED.includes(a.case_status ?? '')

/** Where an alarm stands, from its independent marks: cleared, acknowledged, judged, its case. */
export function stateOf(
  a: Pick<
    AlarmRow,
    'verdict' | 'cleared_at' | 'acknowledged_at' | 'needs_ack' | 'assignee_id' | 'unit_id' | 'case_id' | 'case_status'
  >
): AlarmState {
  if (a.verdict === 'false' || a.verdict === 'test') return 'rejected'
  const isSeen = a.acknowledged_at !== null || !a.needs_ack
  if (a.cleared_at !== null && isSeen && !isCaseOpen(a)) return 'done'
  const isTakenUp = a.acknowledged_at !== null || a.assignee_id !== null || a.unit_id !== null || isCaseOpen(a)
  return isTakenUp ? 'handling' : 'pending'
}

export const isOpenState = (state: AlarmState): boolean => state === 'pending' || state === 'handling'
