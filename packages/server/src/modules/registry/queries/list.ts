import { type ItemQuery, REGISTRY_ERRORS } from '@chengyun/contract/registry'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import type { Meaning } from '../domain/words.ts'
import type { Reach } from '../policy.ts'
import { type ItemRecord, LIST_COLUMNS } from './items.ts'
import { beginsWith, reachCondition } from './reach.ts'

const fail = thrower(REGISTRY_ERRORS)

/** A search by words looks at so many items at most: who finds more must say more. */
export const SEARCHED = 2000
/** Above so many a list says "at least". */
const COUNTED = 10_000

/** A list as it is asked, its words read. */
export interface Asked {
  /** Registers meant and readable. */
  typeIds: readonly string[]
  query: Omit<ItemQuery, 'type' | 'q'>
  meaning: Meaning | null
  /** Attribute filters by key, as the text the value has in JSON. */
  attributes: Readonly<Record<string, string>>
  /**
   * Classes of the register are all there is to its names, and its codes are digits (components): words that name classes have been read
   * into `classCodes` and are not searched in the terms.
   */
  isNamedByClass: boolean
  /** Classes that come into question, from the filter and the words together; null: all. */
  classCodes: readonly string[] | null
  reach: Reach
}

const field = (name: string) => sql.ref(`i.${name}`)

/** The conditions of a list, all of which must hold. */
export function conditionsOf(asked: Asked): RawBuilder<boolean>[] {
  const classes = asked.classCodes
  const base = otherConditions(asked)
  return classes === null ? base : [...base, sql`i.class_code = any(${[...classes]}::text[])`]
}

/** All conditions but that of the class. */
function otherConditions({ typeIds, query, meaning, attributes, isNamedByClass, reach }: Asked): RawBuilder<boolean>[] {
  const out: RawBuilder<boolean>[] = [sql`i.type_id = any(${[...typeIds]}::text[])`]
  const only = typeIds.length === 1 ? typeIds[0] : undefined
  if (only !== undefined) out[0] = sql`i.type_id = ${only}`
  const reached = reachCondition(reach)
  if (reached) out.push(reached)
  if (query.status) out.push(sql`i.status = any(${query.status.split(',')}::text[])`)
  else out.push(sql`i.removed_at is null`)
  if (query.within)
    out.push(beginsWith(field('grid_code'), query.within.length === 4 ? query.within : query.within.replace(/^(\d{4})00$/, '$1')))
  if (query.grid) out.push(sql`i.grid_code = ${query.grid}`)
  if (query.unit) {
    const unit = query.unit
    out.push(anyOf(['authority_id', 'owner_id', 'maintainer_id'].map((name) => sql`${field(name)} = ${unit}::uuid`)))
  }
  if (query.bbox) out.push(insideBox(query.bbox))
  for (const [key, value] of Object.entries(attributes)) out.push(sql`i.attributes ->> ${key} = ${value}`)
  return meaning ? [...out, ...wordConditions(meaning, isNamedByClass)] : out
}

const anyOf = (parts: readonly RawBuilder<boolean>[]): RawBuilder<boolean> => sql`(${sql.join(parts, sql` or `)})`
const hasTerms = (terms: readonly number[]): RawBuilder<boolean> => sql`i.terms @> ${[...terms]}::int[]`

function wordConditions(m: Meaning, isNamedByClass: boolean): RawBuilder<boolean>[] {
  const out = m.prefixes.map((p) => beginsWith(field('code'), p))
  for (const codes of m.divisions) out.push(anyOf(codes.map((c) => beginsWith(field('grid_code'), c))))
  if (!isNamedByClass)
    for (const { codes, terms } of m.classes) out.push(anyOf([sql`i.class_code = any(${codes}::text[])`, hasTerms(terms)]))
  if (m.terms.length > 0) out.push(hasTerms(m.terms))
  for (const { prefix, terms } of m.either)
    if (isNamedByClass) out.push(hasTerms(terms))
    else out.push(anyOf([beginsWith(field('code'), prefix), beginsWith(field('code'), prefix.toUpperCase()), hasTerms(terms)]))
  return out
}

/** West, south, east, north in degrees. Throws REGISTRY_QUERY_INVALID. */
export function insideBox(text: string): RawBuilder<boolean> {
  const [w, s, e, n] = text.split(',').map(Number) as [number, number, number, number]
  if (![w, s, e, n].every(Number.isFinite) || w > e || s > n) throw fail('REGISTRY_QUERY_INVALID', { field: 'bbox' })
  return sql`point(i.lng, i.lat) <@ box(point(${w}::float8, ${s}::float8), point(${e}::float8, ${n}::float8))`
}

/** Where a page ended: instant of the last change (only when sorted by it, to the microsecond), code, id. */
type Cursor = readonly [at: string, code: string, id: string]
const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url')

/** Throws REGISTRY_QUERY_INVALID. */
function decode(text: string, isInstant: boolean): Cursor {
  try {
    const [at, code, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
    const sound = typeof at === 'string' && (!isInstant || /^\d+$/.test(at)) && typeof code === 'string' && code.length < 100
    if (sound && typeof id === 'string' && /^[0-9a-f-]{36}$/.test(id)) return [at, code, id]
  } catch {
    // fall through to the coded refusal
  }
  throw fail('REGISTRY_QUERY_INVALID', { field: 'cursor' })
}

export interface ListPage {
  rows: ItemRecord[]
  next: string | null
}

/**
 * One page of a list by keyset. Words are answered from the first SEARCHED items that have them, sorted: an index of words cannot give
 * them in the order of codes, and nobody pages through ten thousand finds.
 */
export async function listItems(db: Db, asked: Asked): Promise<ListPage> {
  const { limit = 50, sort = 'code', cursor } = asked.query
  const byTime = sort === '-updatedAt'
  const after = cursor === undefined ? null : decode(cursor, byTime)
  const order = orderOf(byTime, asked)
  const beyond = after === null ? sql`` : byTime ? sql`and ${isOlder(after)}` : sql`and ${isBeyond(after, asked)}`
  const { rows } = await pageQuery(asked, order, beyond, limit + 1, byTime).execute(db)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: rows.length > limit && last ? encode([last.at, last.code, last.id]) : null }
}

const COLUMNS = sql`${LIST_COLUMNS}, (extract(epoch from i.updated_at) * 1000000)::bigint::text as at`

/** A code is unique in its register: where one is asked, its index alone gives the order. */
const orderOf = (byTime: boolean, { typeIds }: Asked) =>
  byTime ? sql`i.updated_at desc, i.code desc, i.id desc` : typeIds.length === 1 ? sql`i.code` : sql`i.code, i.id`
const isBeyond = ([, code, id]: Cursor, { typeIds }: Asked): RawBuilder<boolean> =>
  typeIds.length === 1 ? sql`i.code > ${code}` : sql`(i.code, i.id) > (${code}, ${id}::uuid)`

function pageQuery(
  asked: Asked,
  order: RawBuilder<unknown>,
  beyond: RawBuilder<unknown>,
  limit: number,
  byTime: boolean
): RawBuilder<Found> {
  const all = sql.join(conditionsOf(asked), sql` and `)
  if (isSought(asked))
    return sql`with i as materialized (select ${COLUMNS} from registry.item i where ${all} limit ${SEARCHED})
      select * from i where true ${beyond} order by ${order} limit ${limit}`
  if (isNarrow(asked) || (byTime && countiesOf(asked) !== null)) return foundFirst(asked, beyond, order, limit, byTime)
  const counties = countiesOf(asked)
  if (counties === null) return walked(asked, byTime, beyond, order, limit)
  const inCounty = anyOf(counties.map((c) => beginsWith(field('code'), c)))
  return sql`select * from ((${walked(asked, byTime, sql`and ${inCounty} ${beyond}`, order, limit)})
    union all (${foundFirst(asked, sql`and ${STRAYED} ${beyond}`, order, limit, byTime)})) i order by ${order} limit ${limit}`
}

/** Few enough to be found by their place or unit and sorted: told so, because the server believes that the order of codes finds them soon. */
function foundFirst(
  asked: Asked,
  more: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
  limit: number,
  byTime: boolean
): RawBuilder<Found> {
  const all = sql`${sql.join(conditionsOf(asked), sql` and `)} ${more}`
  return sql`select ${COLUMNS} from registry.item i where i.type_id = any(${[...asked.typeIds]}::text[]) and i.code = any(array(
      select t.code from (select i.code, i.updated_at from registry.item i where ${all} offset 0) t
      order by ${byTime ? sql`t.updated_at desc, t.code desc` : sql`t.code`} limit ${limit})) and ${all} order by ${order} limit ${limit}`
}

/** A component that stands in another county than the one it was coded in: few, and they have an index of their own. */
const STRAYED = sql<boolean>`left(i.grid_code, 6) <> left(i.code, 6)`

/** A page in the order of an index. */
function walked(
  asked: Asked,
  byTime: boolean,
  more: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
  limit: number
): RawBuilder<Found> {
  // Codes begin with the county: in their order the items of a class lie in many places. Its own index has each class in that order.
  if (asked.classCodes !== null && !byTime)
    return sql`select i.* from unnest(${[...asked.classCodes]}::text[]) as c(class_code) cross join lateral (
        select ${COLUMNS} from registry.item i where i.class_code = c.class_code and ${sql.join(otherConditions(asked), sql` and `)} ${more}
        order by ${order} limit ${limit}) i
      order by ${order} limit ${limit}`
  return sql`select ${COLUMNS} from registry.item i where ${sql.join(conditionsOf(asked), sql` and `)} ${more} order by ${order} limit ${limit}`
}

/** The counties that a list of components lies in, as their codes begin; null: all, or codes say nothing of it. */
function countiesOf({ isNamedByClass, query, reach, meaning }: Asked): string[] | null {
  if (!isNamedByClass) return null
  if (query.within && query.within.length >= 6 && !query.within.endsWith('00')) return [query.within.slice(0, 6)]
  const named = meaning?.divisions[0]
  if (named?.every((code) => code.length >= 6)) return [...new Set(named.map((code) => code.slice(0, 6)))]
  if (reach.all || reach.regions.length === 0 || reach.unitIds.length > 0 || reach.grids.length > 0) return null
  return reach.regions.every((r) => r.length >= 6) ? [...new Set(reach.regions.map((r) => r.slice(0, 6)))] : null
}

/** Whether place or unit leave so little that it is found at once by them. */
function isNarrow({ query, reach, meaning, classCodes }: Asked): boolean {
  const byUnit = query.unit !== undefined || (!reach.all && reach.regions.length === 0 && reach.unitIds.length > 0)
  return (
    (query.within?.length ?? 0) > 6 ||
    query.grid !== undefined ||
    query.bbox !== undefined ||
    (meaning?.divisions.some((codes) => codes.every((code) => code.length > 6)) ?? false) ||
    (!reach.all && reach.unitIds.length === 0 && reach.regions.every((r) => r.length > 6)) ||
    (byUnit && classCodes !== null)
  )
}

type Found = ItemRecord & { at: string }

const isOlder = ([at, code, id]: Cursor): RawBuilder<boolean> =>
  sql`(i.updated_at, i.code, i.id) < ('epoch'::timestamptz + ${at}::bigint * interval '1 microsecond', ${code}, ${id}::uuid)`

const isSought = ({ meaning, isNamedByClass }: Asked): boolean =>
  meaning !== null && (meaning.terms.length > 0 || meaning.either.length > 0 || (!isNamedByClass && meaning.classes.length > 0))

/** How many items a list has: exact up to a limit, beyond it at least so many. */
export async function countList(db: Db, asked: Asked): Promise<number | { atLeast: number }> {
  const cap = isSought(asked) ? SEARCHED : COUNTED
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from
    (select from registry.item i where ${sql.join(conditionsOf(asked), sql` and `)} limit ${cap + 1}) t`.execute(db)
  const n = rows[0]?.n ?? 0
  return n > cap ? { atLeast: cap } : n
}

/** Codes of the items of a list, at most `limit`. */
export async function listCodes(db: Db, asked: Asked, limit: number): Promise<string[]> {
  const { rows } = await sql<{
    code: string
  }>`select i.code from registry.item i where ${sql.join(conditionsOf(asked), sql` and `)}
    order by i.code limit ${limit}`.execute(db)
  return rows.map((r) => r.code)
}
