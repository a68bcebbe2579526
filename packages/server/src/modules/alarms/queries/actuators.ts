import type { TaskQuery } from '@chengyun/contract/alarms'
import type { ActuatorDeclaration } from '@chengyun/contract/streams'
import { type RawBuilder, sql } from 'kysely'
import type { Static } from 'typebox'
import type { Db, Tx } from '../../../platform/db.ts'
import type { AlarmReach } from '../policy.ts'
import type { ActuatedItem } from './items.ts'
import { alarmReachCondition } from './reach.ts'

export interface ActuatorRow {
  type_id: string
  key: string
  pack: string
  declaration: ActuatorDeclaration
}

/**
 * Whether an item has what its register declares: where a stream is to confirm commands, the thing must have that stream. A well without a fan has none, and
 * a command nothing could confirm is not given.
 */
export const isFitted = (itemId: RawBuilder<unknown>, declaration: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql<boolean>`(${declaration}->'confirms' is null or exists (select from streams.pub_thing t
    join streams.pub_stream s on s.thing_id = t.id and s.removed_at is null
    where t.item_id = ${itemId} and s.key = ${declaration}->'confirms'->>'stream'))`

/** What can be done to an item from afar. */
export async function actuatorsOf(db: Db | Tx, item: { type_id: string; item_id: string }): Promise<ActuatorRow[]> {
  const { rows } = await sql<ActuatorRow>`select a.type_id, a.key, a.pack, a.declaration from alarms.actuator a
    where a.type_id = ${item.type_id} and ${isFitted(sql`${item.item_id}::uuid`, sql`a.declaration`)} order by a.key`.execute(db)
  return rows
}

export type TaskState = 'queued' | 'sent' | 'confirmed' | 'failed' | 'timedOut' | 'cancelled'

export interface TaskRow extends ActuatedItem {
  id: string
  no: number
  actuator: string
  command: string
  state: TaskState
  automatic: boolean
  alarm_id: string | null
  wanted_by: string
  wanted_by_name: string
  reason: string
  wanted_at: Date
  sent_at: Date | null
  due_at: Date | null
  ended_at: Date | null
  answer: Record<string, unknown> | null
  confirms: { stream: string; value: number; withinS: number } | null
  /** Null where its pack no longer declares the actuator. */
  declaration: ActuatorDeclaration | null
}

const COLUMNS = sql.raw(
  `k.id, k.no, k.type_id, k.restricted, k.item_id, k.item_code, k.item_name, k.grid_code, k.authority_id, k.owner_id, k.maintainer_id, k.actuator,
  k.command, k.state, k.automatic, k.alarm_id, k.wanted_by, k.wanted_by_name, k.reason, k.wanted_at, k.sent_at, k.due_at, k.ended_at, k.answer, k.confirms,
  (select a.declaration from alarms.actuator a where a.type_id = k.type_id and a.key = k.actuator) as declaration`
)

export async function findTasks(db: Db | Tx, condition: RawBuilder<unknown>, limit = 500): Promise<TaskRow[]> {
  const { rows } =
    await sql<TaskRow>`select ${COLUMNS} from alarms.task k where ${condition} order by k.no desc limit ${limit}`.execute(db)
  return rows
}

/** Commands given because of an alarm, or to an item; newest first. */
export const listTasksOf = (db: Db | Tx, of: { alarmId?: string; itemId?: string }): Promise<TaskRow[]> =>
  findTasks(db, of.alarmId ? sql`k.alarm_id = ${of.alarmId}::uuid` : sql`k.item_id = ${of.itemId ?? null}::uuid`, 100)

/** A page of the commands a person may see, by number. */
export const pageOfTasks = (
  db: Db,
  reads: AlarmReach,
  { before, state, item }: Static<typeof TaskQuery>,
  limit: number
): Promise<TaskRow[]> =>
  findTasks(
    db,
    sql`${alarmReachCondition(reads, 'k', false)} and (${before ?? null}::bigint is null or k.no < ${before ?? null}::bigint)
      and (${state ?? null}::text is null or k.state = ${state ?? null}) and (${item ?? null}::uuid is null or k.item_id = ${item ?? null}::uuid)`,
    limit
  )

export interface PermitRow {
  item_id: string
  key: string
  reason: string
  by_name: string
  at: Date
}

/** A permit with the item it is about; people are called by the code of their entry. */
export interface ListedPermit extends PermitRow, Omit<ActuatedItem, 'restricted'> {
  declaration: ActuatorDeclaration | null
  /** What confirms it is there. */
  fitted: boolean
}

/** Permits of items this reader reaches, newest first. */
export async function listPermits(db: Db, reads: AlarmReach, limit: number): Promise<ListedPermit[]> {
  const { rows } =
    await sql<ListedPermit>`select p.item_id, p.key, p.reason, p.by_name, p.at, i.type_id, i.code as item_code, a.declaration,
      ${isFitted(sql`i.id`, sql`a.declaration`)} as fitted,
      case when y.declaration->>'group' = 'person' then i.code else i.name end as item_name, i.grid_code, i.authority_id, i.owner_id, i.maintainer_id
    from alarms.permit p join registry.pub_item i on i.id = p.item_id and i.removed_at is null join registry.pub_type y on y.id = i.type_id
    left join alarms.actuator a on a.type_id = i.type_id and a.key = p.key
    where ${alarmReachCondition(reads, 'i', false)} order by p.at desc, p.item_id, p.key limit ${limit}`.execute(db)
  return rows
}

export async function permitsOf(db: Db | Tx, itemId: string): Promise<PermitRow[]> {
  const { rows } =
    await sql<PermitRow>`select item_id, key, reason, by_name, at from alarms.permit where item_id = ${itemId}::uuid`.execute(db)
  return rows
}
