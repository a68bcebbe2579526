import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'

interface Told {
  incidentId: string
  no: number
  level: number
  title: { zh: string; en: string }
  count: number
  gridCode: string | null
  unitIds: string[]
  restricted: boolean
}

/** Announces incidents as they stand after alarms were written. */
export async function queueIncidentEvents(tx: Tx, ctx: CommandContext, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const { rows } =
    await sql<Told>`select n.id as "incidentId", n.no, n.level, n.title, count(a.id)::int as count, min(a.grid_code) as "gridCode",
      bool_or(a.restricted) as restricted,
      array(select distinct u from alarms.alarm b cross join lateral unnest(array[b.authority_id, b.owner_id, b.maintainer_id]) u
        where b.incident_id = n.id and u is not null) as "unitIds"
    from alarms.incident n join alarms.alarm a on a.incident_id = n.id where n.id = any(${[...ids]}::uuid[]) group by n.id`.execute(
      tx
    )
  for (const row of rows) ctx.emit('alarms.incidentMoved', { ...row })
}
