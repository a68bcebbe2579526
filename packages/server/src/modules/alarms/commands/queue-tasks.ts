import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { newId } from '../../../platform/ids.ts'
import type { ActuatedItem } from '../queries/items.ts'

/** A command to an actuator that is to be sent. */
export interface NewTask extends ActuatedItem {
  actuator: string
  command: string
  automatic: boolean
  alarm_id: string | null
  reason: string
  confirms: { stream: string; value: number; withinS: number } | null
}

/** Puts commands into the queue; an automatic one is made once for an alarm. Answers the ids of those that are new. */
export async function queueTasks(tx: Tx, ctx: CommandContext, tasks: readonly NewTask[]): Promise<string[]> {
  if (tasks.length === 0) return []
  const rows = tasks.map((t) => ({
    ...t,
    id: newId(ctx.now.getTime()),
    state: 'queued',
    wanted_by: ctx.actor.id,
    wanted_by_name: ctx.actor.name,
    wanted_at: ctx.now
  }))
  const { rows: made } = await sql<{
    id: string
  }>`insert into alarms.task (id, type_id, restricted, item_id, item_code, item_name, grid_code, authority_id, owner_id,
      maintainer_id, actuator, command, state, automatic, alarm_id, wanted_by, wanted_by_name, reason, wanted_at, confirms)
    select id, type_id, restricted, item_id, item_code, item_name, grid_code, authority_id, owner_id, maintainer_id, actuator, command, state, automatic, alarm_id,
      wanted_by, wanted_by_name, reason, wanted_at, confirms from jsonb_populate_recordset(null::alarms.task, ${JSON.stringify(rows)}::jsonb)
    on conflict (alarm_id, actuator, command) where automatic do nothing returning id`.execute(tx)
  const ids = new Set(made.map((r) => r.id))
  for (const task of rows) {
    if (!ids.has(task.id)) continue
    ctx.emit('alarms.tasked', taskedOf(task))
    ctx.audit({
      action: 'alarms.taskQueued',
      objectType: 'task',
      objectId: task.id,
      before: null,
      after: {
        item: task.item_code,
        actuator: task.actuator,
        command: task.command,
        automatic: task.automatic,
        reason: task.reason,
        alarmId: task.alarm_id
      },
      result: 'ok'
    })
  }
  return [...ids]
}

/** What others are told of a task. */
export const taskedOf = (t: Omit<NewTask, 'reason' | 'confirms'> & { id: string; state: string }): Record<string, unknown> => ({
  taskId: t.id,
  state: t.state,
  itemId: t.item_id,
  actuator: t.actuator,
  command: t.command,
  alarmId: t.alarm_id,
  restricted: t.restricted,
  gridCode: t.grid_code,
  unitIds: [t.authority_id, t.owner_id, t.maintainer_id].filter((id) => id !== null)
})
