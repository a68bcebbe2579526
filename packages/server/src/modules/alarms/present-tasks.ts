import type { PermitView, TaskView } from '@chengyun/contract/alarms'
import type { AlarmReach } from './policy.ts'
import { reachesAlarm } from './policy.ts'
import type { ListedPermit, TaskRow } from './queries/actuators.ts'

/** A command to an actuator as people see it. */
export const presentTask = (t: TaskRow, acts: AlarmReach | null): TaskView => ({
  id: t.id,
  no: t.no,
  type: t.type_id,
  item: { id: t.item_id, code: t.item_code, name: t.item_name },
  actuator: t.actuator,
  command: t.command,
  name: {
    actuator: t.declaration?.name ?? { zh: t.actuator, en: t.actuator },
    command: t.declaration?.commands.find((c) => c.value === t.command)?.name ?? { zh: t.command, en: t.command }
  },
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

/** A permit for automatic commands as people see it. */
export const presentPermit = (p: ListedPermit, acts: AlarmReach | null): PermitView => ({
  type: p.type_id,
  item: { id: p.item_id, code: p.item_code, name: p.item_name },
  actuator: p.key,
  name: p.declaration?.name ?? { zh: p.key, en: p.key },
  automatic: p.declaration?.automatic === true && p.fitted,
  reason: p.reason,
  by: p.by_name,
  at: p.at.toISOString(),
  can:
    acts !== null && p.declaration !== null && reachesAlarm(acts, { ...p, unit_id: null, assignee_id: null }) ? ['withdraw'] : []
})
