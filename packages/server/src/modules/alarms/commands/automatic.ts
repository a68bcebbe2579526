import type { ActuatorDeclaration } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { isFitted } from '../queries/actuators.ts'
import type { Outbound } from './outbound.ts'
import type { NewTask } from './queue-tasks.ts'
import type { Draft } from './store.ts'

interface Permitted {
  item_id: string
  type_id: string
  key: string
  declaration: ActuatorDeclaration
}

/**
 * Commands that rules give by themselves (ADR 0020): where the rule says so at this level, the pack's actuator allows it, and the operator
 * permitted it for this very item, which has what confirms it. Anything less is left to a person.
 */
export async function automaticTasks(tx: Tx, ctx: CommandContext, drafts: readonly Draft[], out: Outbound): Promise<void> {
  const acting = drafts.filter(
    ({ row }) => row.suppression_id === null && row.follow.actuate.some((a) => a.levels.includes(row.level))
  )
  if (acting.length === 0) return
  const { rows } =
    await sql<Permitted>`select p.item_id, a.type_id, a.key, a.declaration from alarms.permit p join alarms.actuator a on a.key = p.key
    where p.item_id = any(${acting.map((d) => d.row.item_id)}::uuid[]) and ${isFitted(sql`p.item_id`, sql`a.declaration`)}`.execute(
      tx
    )
  for (const draft of acting) {
    const { row } = draft
    for (const { actuator, command, levels } of row.follow.actuate) {
      const allowed = rows.find((p) => p.item_id === row.item_id && p.type_id === row.type_id && p.key === actuator)
      if (!levels.includes(row.level) || !allowed?.declaration.automatic) continue
      if (!allowed.declaration.commands.some((c) => c.value === command)) continue
      out.tasks.push({
        ...aboutItem(draft),
        actuator,
        command,
        automatic: true,
        reason: row.title.zh,
        confirms: confirmsOf(allowed.declaration, command)
      })
      draft.steps.push({ act: 'actuate', at: ctx.now, note: null, data: { actuator, command, automatic: true } })
    }
  }
}

const aboutItem = ({ row }: Draft): Omit<NewTask, 'actuator' | 'command' | 'automatic' | 'reason' | 'confirms'> => ({
  type_id: row.type_id,
  restricted: row.restricted,
  item_id: row.item_id,
  item_code: row.item_code,
  item_name: row.item_name,
  grid_code: row.grid_code,
  authority_id: row.regulator_id,
  owner_id: row.holder_id,
  maintainer_id: row.keeper_id,
  alarm_id: row.id
})

/** What reading says that the command was followed; null where nothing does. */
export function confirmsOf(d: ActuatorDeclaration, command: string): NewTask['confirms'] {
  const value = d.confirms?.values[command]
  return d.confirms && value !== undefined ? { stream: d.confirms.stream, value, withinS: d.confirms.withinS } : null
}
