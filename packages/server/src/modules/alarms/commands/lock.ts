/**
 * Everybody who writes alarms locks in one order, so that nobody waits for who waits for him: windows of suppression, storm control of families, alarms
 * (oldest first, all of a transaction in one statement), incidents. Commands to actuators come before the alarms they are about, wishes for cases after them.
 *
 * Locks are `no key update`: keys never change, and rows that only name an alarm or an incident (steps, messages, commands) need not wait.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { responsesInForce } from '../queries/responses.ts'

/** Advisory lock class of storm control; the second key is the family. */
const FAMILY_LOCK = 727_101
/** As many alarms before a burst are looked at. */
export const LOOKED_AT = 2000

/** Locks alarms that fit a condition on `a`, oldest first. */
export async function lockAlarms(tx: Tx, condition: RawBuilder<unknown>): Promise<void> {
  await sql`select 1 from alarms.alarm a where ${condition} order by a.raised_at, a.id for no key update`.execute(tx)
}

/** An alarm that may become one of a burst. */
export interface Bursting {
  pack: string
  family: string
  response: string | null
  at: number
}

/**
 * Locks the families of what is about to be told of, then alarms that fit a condition on `a` together with those that may join them in an incident. One
 * process of storm control at a time for a family: two would make two incidents of one burst.
 */
export async function lockBurst(tx: Tx, fresh: readonly Bursting[], condition: RawBuilder<unknown>): Promise<void> {
  const responses = await responsesInForce(tx)
  const spans = [...Map.groupBy(fresh, (f) => JSON.stringify([f.pack, f.family, f.response])).values()].flatMap((group) => {
    const { pack, family, response } = group[0]!
    const { storm } = responses(pack, response)
    if (!storm) return []
    const times = group.map((f) => f.at)
    return [{ pack, family, since: new Date(Math.min(...times) - storm.withinS * 1000), until: new Date(Math.max(...times)) }]
  })
  if (spans.length === 0) return lockAlarms(tx, condition)
  const families = spans.map((s) => `${s.pack}/${s.family}`)
  await sql`select pg_advisory_xact_lock(${FAMILY_LOCK}::int, k.h)
    from (select distinct hashtext(f) as h from unnest(${families}::text[]) f order by 1) k`.execute(tx)
  const concerned = sql`a.id = any(array(select a.id from alarms.alarm a where ${condition}
      union select n.id from jsonb_to_recordset(${JSON.stringify(spans)}::jsonb) s(pack text, family text, since timestamptz, until timestamptz)
        cross join lateral (select id from alarms.alarm where pack = s.pack and family = s.family and suppression_id is null and not late
          and raised_at between s.since and s.until order by raised_at desc limit ${LOOKED_AT}) n))`
  await lockAlarms(tx, concerned)
  const { rows } = await sql<{ id: string }>`select distinct a.incident_id as id from alarms.alarm a
    where ${concerned} and a.incident_id is not null`.execute(tx)
  await lockIncidents(
    tx,
    rows.map((r) => r.id)
  )
}

/** Locks incidents; after their alarms, always. */
export async function lockIncidents(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await sql`select 1 from alarms.incident where id = any(${[...ids]}::uuid[]) order by id for no key update`.execute(tx)
}
