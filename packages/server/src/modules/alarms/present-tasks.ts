import type { TaskView } from '@chengyun/contract/alarms'
import type { AlarmReach } from './policy.ts'
import { reachesAlarm } from './policy.ts'
import type { TaskRow } from './queries/actuators.ts'

/** A command to an actuator as people see it. */
export const presentTask = (t: TaskRow, acts: AlarmReach | null): TaskView => ({
  id: t.id,
  no: t.no,
  type: t.type_id,
  item: { id: t.item_id, code: t.item_code, name: t.item_name },
  actuator: t.actuator,
  command: t.command,
  state: t.state,
  automatic: t.automatic,
  alarmId: t.alarm_id,
  wantedBy: t.wanted_by_name,
  reason: t.reason,
  wantedAt: t.wanted_at.toISOString(),
  sentAt: t.sent_at?.toISOString() ?? null,
  dueAt: t.due_at?.toISOString() ?? null,
  endedAt: t.ended_at?.toISOString() ?? null,
  answer: t.answer,
  can: t.state === 'queued' && acts !== null && reachesAlarm(acts, { ...t, unit_id: null, assignee_id: null }) ? ['cancel'] : []
})
