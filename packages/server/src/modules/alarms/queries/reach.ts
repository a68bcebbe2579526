import { type RawBuilder, sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import { may } from '../../../platform/actor.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { mayReadRestricted, reachCondition, reachOf } from '../../registry/index.ts'
import type { AlarmReach } from '../policy.ts'

/** What a permission of a person reaches of the alarms; null where he does not hold it. */
export async function alarmReach(db: Db | Tx, actor: Actor, permission: string): Promise<AlarmReach | null> {
  if (!may(actor, permission)) return null
  return { reach: await reachOf(db, actor, permission), actorId: actor.id, hiddenTypes: await hiddenTypes(db, actor) }
}

async function hiddenTypes(db: Db | Tx, actor: Actor): Promise<string[]> {
  if (actor.system === true || mayReadRestricted(actor)) return []
  const { rows } = await sql<{
    id: string
  }>`select id from registry.pub_type where declaration->>'access' = 'restricted'`.execute(db)
  return rows.map((r) => r.id)
}

/** The SQL of `reachesAlarm` (policy.ts); `given`: the table has columns of who it was given to. */
export function alarmReachCondition({ reach, actorId, hiddenTypes }: AlarmReach, alias = 'a', given = true): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  const condition = reachCondition(reach, alias)
  const parts = [condition ?? sql<boolean>`true`]
  if (condition && given) {
    parts.push(sql`${column('assignee_id')} = ${actorId}::uuid`)
    if (!reach.all && reach.unitIds.length > 0) parts.push(sql`${column('unit_id')} = any(${[...reach.unitIds]}::uuid[])`)
  }
  const any = parts.length === 1 ? parts[0]! : sql<boolean>`(${sql.join(parts, sql` or `)})`
  return hiddenTypes.length === 0 ? any : sql`(${any} and ${column('type_id')} <> all(${[...hiddenTypes]}::text[]))`
}
