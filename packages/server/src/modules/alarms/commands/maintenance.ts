import type { StreamsMaintenance } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { endSuppression, suppress } from './suppressions.ts'

interface Window {
  id: string
  ids: number[]
  reason: string
  ends_at: Date
}

/**
 * While somebody works at streams their alarms are hidden, those for silence too: a window of suppression of these streams, as long as the work. What it
 * hid and still stands when the work is done is told of then.
 */
export async function followMaintenance(
  tx: Tx,
  { ids, until, reason, by }: StreamsMaintenance,
  ctx: CommandContext
): Promise<void> {
  const own: CommandContext = { ...ctx, actor: { ...ctx.actor, ...by } }
  const { rows } =
    await sql<Window>`select s.id, s.reason, s.ends_at, array(select jsonb_array_elements_text(s.scope->'streamIds')::int) as ids
    from alarms.suppression s where s.ended_at is null and s.ends_at > ${ctx.now} and s.scope ? 'streamIds'
      and exists (select from jsonb_array_elements_text(s.scope->'streamIds') v where v::int = any(${ids}::int[]))`.execute(tx)
  const open = (streamIds: number[], endsAt: Date, why: string) =>
    suppress.within(tx, { scope: { streamIds }, reason: why, startsAt: ctx.now.toISOString(), endsAt: endsAt.toISOString() }, own)
  const end = until === null ? null : new Date(until)
  // The new window first: what the old one hid is not told of in between.
  if (end !== null && end > ctx.now) await open(ids, end, reason)
  const done = new Set(ids)
  for (const window of rows) {
    await endSuppression.within(tx, { id: window.id, note: reason }, own)
    const rest = window.ids.filter((id) => !done.has(id))
    if (rest.length > 0) await open(rest, window.ends_at, window.reason)
  }
}
