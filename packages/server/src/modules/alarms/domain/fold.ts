import type { AlarmRow, AlarmStep } from './alarm.ts'
import type { AlarmChange } from './change.ts'
import { fillRuleText } from './text.ts'

/** What an alarm needs to know of the stream it is about, and of the item. */
export interface StreamItem {
  stream_id: number
  key: string
  unit: string
  type_id: string
  restricted: boolean
  item_id: string
  code: string
  name: string
  class_code: string | null
  grid_code: string | null
  address: string
  lng: number | null
  lat: number | null
  authority_id: string | null
  owner_id: string | null
  maintainer_id: string | null
}

const factsFor = (a: AlarmRow, unit: string) => ({
  item: a.item_name,
  code: a.item_code,
  value: a.value,
  unit,
  level: a.level,
  signal: a.facts.signal ?? a.value,
  place: a.address
})

/** The title an alarm has with the figures of its last change. */
export const titleOf = (a: AlarmRow, text: { zh: string; en: string }, unit: string) => fillRuleText(text, factsFor(a, unit))

/** A new alarm; who sees it and what follows is decided afterwards. */
export function raised(id: string, change: AlarmChange, item: StreamItem): AlarmRow {
  const { rule } = change
  const at = new Date(change.at)
  const row: AlarmRow = {
    id,
    rule_id: rule.id,
    rule_version: rule.version,
    family: rule.family,
    pack: rule.pack,
    title: rule.title,
    advice: rule.advice,
    sensor_fault: rule.sensorFault,
    follow: { response: rule.response, case: rule.case, actuate: rule.actuate, title: rule.title, unit: item.unit },
    stream_id: change.streamId,
    stream_key: item.key,
    began_at: new Date(change.beganAt),
    seq: change.seq,
    judged_at: at,
    late: change.late ?? false,
    level: change.level,
    worst: change.level,
    value: change.value,
    facts: { ...change.facts },
    type_id: item.type_id,
    restricted: item.restricted,
    item_id: item.item_id,
    item_code: item.code,
    item_name: item.name,
    class_code: item.class_code,
    grid_code: item.grid_code,
    address: item.address,
    lng: item.lng,
    lat: item.lat,
    regulator_id: item.authority_id,
    holder_id: item.owner_id ?? item.maintainer_id,
    keeper_id: item.maintainer_id,
    authority_id: null,
    owner_id: null,
    maintainer_id: null,
    raised_at: at,
    level_at: at,
    cleared_at: null,
    clear_reason: null,
    acknowledged_at: null,
    needs_ack: false,
    assignee_id: null,
    assignee_name: null,
    unit_id: null,
    verdict: null,
    verdict_level: null,
    state: 'pending',
    ended_at: null,
    suppression_id: null,
    incident_id: null,
    case_wanted_at: null,
    case_fault: null,
    case_id: null,
    case_no: null,
    case_status: null,
    asks_verdict: false,
    responded_at: null,
    rung: 0,
    wake_at: null,
    terms: [],
    version: 0,
    last_hash: null
  }
  return { ...row, title: titleOf(row, rule.title, item.unit) }
}

export const raiseStep = (a: AlarmRow, change: AlarmChange): AlarmStep => ({
  act: 'raise',
  at: a.raised_at,
  note: null,
  data: {
    level: a.level,
    value: a.value,
    rule: `${a.rule_id}@${a.rule_version}`,
    seq: change.seq,
    facts: a.facts,
    ...(a.late && { late: true })
  }
})

/** Whether a change was taken already: it is not newer than the last one the alarm took. */
export const isTaken = (a: Pick<AlarmRow, 'seq' | 'judged_at'>, change: AlarmChange): boolean =>
  change.seq < a.seq || (change.seq === a.seq && change.at <= a.judged_at.getTime())

/** What a change of level or an end does to an alarm; null where it changes nothing. */
export function changed(a: AlarmRow, change: AlarmChange): { row: AlarmRow; step: AlarmStep } | null {
  const at = new Date(change.at)
  const base = { ...a, seq: change.seq, judged_at: at, facts: { ...a.facts, ...change.facts } }
  if (change.kind === 'clear') {
    if (a.cleared_at !== null) return null
    const reason = typeof change.facts.reason === 'string' ? change.facts.reason : 'recovered'
    return {
      row: { ...base, cleared_at: at, clear_reason: reason, value: change.value ?? a.value },
      step: { act: 'clear', at, note: null, data: { reason, value: change.value, seq: change.seq } }
    }
  }
  if (a.cleared_at !== null || change.kind !== 'level' || change.level === a.level) return null
  const row = withLevel({ ...base, value: change.value ?? a.value }, change.level, at)
  return {
    row,
    step: { act: 'level', at, note: null, data: { from: a.level, level: change.level, value: change.value, seq: change.seq } }
  }
}

/**
 * The alarm at another level. A verdict "false" was about the level it was judged at: what becomes graver has to be judged again.
 * The ladder begins anew at a graver level.
 */
export function withLevel(a: AlarmRow, level: AlarmRow['level'], at: Date): AlarmRow {
  const isWorse = level < a.level
  const row = { ...a, level, worst: level < a.worst ? level : a.worst, level_at: at }
  row.title = titleOf(row, a.follow.title, a.follow.unit)
  if (!isWorse) return row
  const isOverruled = a.verdict === 'false' && level < (a.verdict_level ?? 0)
  return { ...row, rung: 0, ...(isOverruled && { verdict: null, verdict_level: null, acknowledged_at: null }) }
}
