import type { AreaSet, RuleScope } from '@chengyun/contract/alarms'
import type { Input, Parameter } from '@chengyun/scenario-kit/rules'
import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** A stream a rule watches, with its inputs and what the rule asks of the item. */
export interface RuleStreamRow {
  item_id: string
  code: string
  name: string
  lng: number | null
  lat: number | null
  /** The stream watched first; −1 where the thing has no such stream. */
  streams: number[]
  parameters: (number | null)[]
  /** One of them is of those whose readings nobody sees: neither are they told with alarms. */
  hidden: boolean
}

/** The streams a rule watches, by number. `items` narrows further, by code. */
export async function listRuleStreams(
  db: Db,
  on: RuleScope,
  inputs: readonly Input[],
  parameters: readonly Parameter[],
  items?: readonly string[]
): Promise<RuleStreamRow[]> {
  const joins = joinsOf(inputs)
  const numbers = [sql`s.id`, ...joins.map((_, k) => sql`coalesce(${sql.ref(`n${k + 1}.id`)}, -1)`)]
  const values = parameters.map((p) => parameterOf(p))
  const { rows } =
    await sql<RuleStreamRow>`select i.id as item_id, i.code, i.name, i.lng, i.lat, array[${sql.join(numbers)}]::int[] as streams,
      array[${values.length > 0 ? sql.join(values) : sql``}]::float8[] as parameters,
      ${anyHidden(joins.length)} as hidden
    from streams.pub_thing t join streams.pub_stream s on s.thing_id = t.id and s.key = ${on.stream} and s.removed_at is null
    join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id and i.removed_at is null
    ${joins.length > 0 ? sql.join(joins, sql` `) : sql``}
    where t.type_id = ${on.type} and ${narrowed(on, items)} order by s.id`.execute(db)
  return rows
}

/** How many streams a rule would watch that somebody may see with all it reads beside them, and how many nobody may. */
export async function countSeenAndHidden(
  db: Db | Tx,
  on: RuleScope,
  inputs: readonly Input[],
  items?: readonly string[]
): Promise<{ seen: number; hidden: number }> {
  const joins = joinsOf(inputs)
  const { rows } = await sql<{
    seen: number
    hidden: number
  }>`select count(*) filter (where not h)::int as seen, count(*) filter (where h)::int as hidden
    from (select ${anyHidden(joins.length)} as h
      from streams.pub_thing t join streams.pub_stream s on s.thing_id = t.id and s.key = ${on.stream} and s.removed_at is null
      join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id and i.removed_at is null
      ${joins.length > 0 ? sql.join(joins, sql` `) : sql``}
      where t.type_id = ${on.type} and ${narrowed(on, items)}) w`.execute(db)
  return rows[0]!
}

/** How many streams a rule would watch. */
export async function countRuleStreams(db: Db, on: RuleScope): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n
    from streams.pub_thing t join streams.pub_stream s on s.thing_id = t.id and s.key = ${on.stream} and s.removed_at is null
    join registry.pub_item i on i.type_id = t.type_id and i.id = t.item_id and i.removed_at is null
    where t.type_id = ${on.type} and ${narrowed(on)}`.execute(db)
  return rows[0]!.n
}

const joinsOf = (inputs: readonly Input[]): RawBuilder<unknown>[] => inputs.slice(1).map((input, k) => joinOf(input, `n${k + 1}`))

/** The stream watched first, or one of so many others, is of those whose readings nobody sees. */
const anyHidden = (others: number): RawBuilder<boolean> =>
  sql<boolean>`(${sql.join(
    [sql`s.hidden`, ...Array.from({ length: others }, (_, k) => sql`coalesce(${sql.ref(`n${k + 1}.hidden`)}, false)`)],
    sql` or `
  )})`

function joinOf(input: Input, name: string): RawBuilder<unknown> {
  const as = sql.raw(name)
  if (input.relation === null)
    return sql`left join lateral (select s2.id, s2.low, s2.high, s2.hidden from streams.pub_stream s2
      where s2.thing_id = t.id and s2.key = ${input.stream} and s2.removed_at is null) ${as} on true`
  return sql`left join lateral (select s2.id, s2.low, s2.high, s2.hidden from registry.pub_relation r
      join registry.pub_item o on o.type_id = r.other_type_id and o.id = r.other_id and o.removed_at is null
      join streams.pub_thing t2 on t2.item_id = o.id
      join streams.pub_stream s2 on s2.thing_id = t2.id and s2.key = ${input.stream} and s2.removed_at is null
      where r.type_id = t.type_id and r.item_id = i.id and r.key = ${input.relation} order by o.code limit 1) ${as} on true`
}

function parameterOf(p: Parameter): RawBuilder<unknown> {
  if ('limit' in p.what) return sql.ref(`${p.input === 0 ? 's' : `n${p.input}`}.${p.what.limit}`)
  const value = sql`i.attributes->${p.what.attribute}`
  return sql`case when jsonb_typeof(${value}) = 'number' then (${value})::float8 end`
}

function narrowed(on: RuleScope, items?: readonly string[]): RawBuilder<boolean> {
  const parts: RawBuilder<unknown>[] = [sql`true`]
  if (on.classes) parts.push(sql`i.class_code = any(${on.classes}::text[])`)
  if (on.districts) parts.push(sql`exists (select from unnest(${on.districts}::text[]) d where starts_with(i.grid_code, d))`)
  if (on.items) parts.push(sql`i.code = any(${on.items}::text[])`)
  if (items) parts.push(sql`i.code = any(${[...items]}::text[])`)
  for (const { attribute, is } of on.where ?? [])
    parts.push(sql`i.attributes->${attribute} = any(array(select jsonb_array_elements(${JSON.stringify(is)}::jsonb)))`)
  return sql<boolean>`${sql.join(parts, sql` and `)}`
}

/** What items name by a relation: items of one register with the item they name. */
export async function listNamed(db: Db, typeId: string, key: string): Promise<Map<string, string>> {
  const { rows } = await sql<{ item_id: string; other_id: string }>`select item_id, other_id from registry.pub_relation
    where type_id = ${typeId} and key = ${key} order by other_id desc`.execute(db)
  return new Map(rows.map((r) => [r.item_id, r.other_id]))
}

/** Codes of the items a geofence looks for, and which of the moving items name them (null: all do). */
export async function listAreaCodes(
  db: Db,
  set: AreaSet,
  movingType: string
): Promise<{ code: string; named_by: string[] | null }[]> {
  const named =
    set.relation === undefined
      ? sql`null::uuid[]`
      : sql`array(select r.item_id from registry.pub_relation r
        where r.type_id = ${movingType} and r.key = ${set.relation} and r.other_id = i.id)`
  const { rows } = await sql<{
    code: string
    named_by: string[] | null
  }>`select i.code, ${named} as named_by from registry.pub_item i
    where i.type_id = ${set.type} and i.removed_at is null and i.lng is not null
      and (${set.classes ?? null}::text[] is null or i.class_code = any(${set.classes ?? null}::text[]))
      and (${set.items ?? null}::text[] is null or i.code = any(${set.items ?? null}::text[]))
    order by i.code limit 5000`.execute(db)
  return rows
}
