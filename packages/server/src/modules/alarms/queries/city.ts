import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { StreamItem } from '../domain/fold.ts'
import type { Post, Preference } from '../domain/told.ts'

/** The time zone of the city; before it is set up, China's. */
export async function findTimeZone(db: Db | Tx): Promise<string> {
  const { rows } = await sql<{
    zone: string | null
  }>`select value->>'timeZone' as zone from platform.setting where key = 'city'`.execute(db)
  return rows[0]?.zone ?? 'Asia/Shanghai'
}

/** Streams with the items they are of, by number. Streams of items that are gone are left out; people are called by the code of their entry. */
export async function itemsOfStreams(db: Db | Tx, ids: readonly number[]): Promise<Map<number, StreamItem>> {
  if (ids.length === 0) return new Map()
  const { rows } =
    await sql<StreamItem>`select s.id as stream_id, s.key, coalesce(s.unit->>'symbol', '') as unit, i.type_id, i.id as item_id, i.code,
      y.declaration->>'access' = 'restricted' as restricted,
      case when y.declaration->>'group' = 'person' then i.code else i.name end as name, i.class_code, i.grid_code, i.address, i.lng, i.lat, i.authority_id, i.owner_id, i.maintainer_id
    from streams.pub_stream s join streams.pub_thing t on t.id = s.thing_id
    join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id
    join registry.pub_type y on y.id = i.type_id where s.id = any(${[...new Set(ids)]}::int[])`.execute(db)
  return new Map(rows.map((r) => [r.stream_id, r]))
}

/** The items that items name by a relation: one each, the first. */
export async function relatedItems(db: Db | Tx, itemIds: readonly string[], key: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ item_id: string; other_id: string }>`select item_id, other_id from registry.pub_relation
    where key = ${key} and item_id = any(${[...new Set(itemIds)]}::uuid[]) order by other_id desc`.execute(db)
  return new Map(rows.map((r) => [r.item_id, r.other_id]))
}

/** Posts that are held now and carry one of these roles. */
export async function postsWith(db: Db | Tx, roles: readonly string[], now: Date): Promise<Post[]> {
  if (roles.length === 0) return []
  const { rows } = await sql<Post>`select p.user_id as person_id, p.role, p.unit_id, u.kind as unit_kind,
      coalesce(p.region_codes, case when u.kind = 'city_center' then null else array[coalesce(u.street_code, u.district_code)] end) as region_codes
    from org.pub_post p join org.pub_unit u on u.id = p.unit_id
    where p.role = any(${[...roles]}::text[]) and p.valid_from_at <= ${now} and (p.valid_to_at is null or p.valid_to_at > ${now})`.execute(
    db
  )
  return rows
}

export interface UnitRow {
  id: string
  name: string
  path: string[]
}

/** Units by id. */
export async function unitsById(db: Db | Tx, ids: readonly (string | null)[]): Promise<Map<string, UnitRow>> {
  const wanted = [...new Set(ids.filter((id): id is string => id !== null))]
  if (wanted.length === 0) return new Map()
  const { rows } = await sql<UnitRow>`select id, name, path from org.pub_unit where id = any(${wanted}::uuid[])`.execute(db)
  return new Map(rows.map((u) => [u.id, u]))
}

/** People by id with whether they are on duty now. */
export async function preferencesOf(
  db: Db | Tx,
  ids: readonly string[],
  now: Date
): Promise<Map<string, { preference: Preference | undefined; onDuty: boolean }>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<
    { person_id: string; on_duty: boolean; is_set: boolean } & Preference
  >`select u.id as person_id, p.person_id is not null as is_set, p.sms, p.phone_kinds, p.levels, p.on_duty_only, p.quiet_from, p.quiet_to,
      exists (select 1 from org.pub_duty d where d.user_id = u.id and d.starts_at <= ${now} and d.ends_at > ${now}) as on_duty
    from org.pub_user u left join alarms.preference p on p.person_id = u.id where u.id = any(${[...ids]}::uuid[])`.execute(db)
  return new Map(rows.map((r) => [r.person_id, { preference: r.is_set ? r : undefined, onDuty: r.on_duty }]))
}
