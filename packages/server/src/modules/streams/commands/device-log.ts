import type { DeviceLogKind } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'

export interface DeviceNote {
  id: string
  kind: DeviceLogKind
  /** Who did it; left out: the device itself. */
  by?: string
  data?: Record<string, unknown>
}

/** Writes into the history of devices. */
export async function noteDevices(tx: Tx, notes: readonly DeviceNote[], at: Date): Promise<void> {
  if (notes.length === 0) return
  const rows = notes.map((note, nr) => ({ ...note, nr }))
  await sql`insert into streams.device_log (item_id, at, kind, actor_name, data)
    select d.item_id, ${at}, n.kind, n.by, coalesce(n.data, '{}') from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as n(id uuid, kind text, by text, data jsonb, nr int) join streams.device d on d.item_id = n.id order by n.nr`.execute(tx)
}

const KEEP_MS = 183 * 86_400_000

/** Forgets what is older than half a year. Answers how much. */
export const forgetDeviceLog = command(async (tx, _: null, { now }): Promise<number> => {
  const done = await sql`delete from streams.device_log where at < ${new Date(now.getTime() - KEEP_MS)}`.execute(tx)
  return Number(done.numAffectedRows ?? 0)
})
