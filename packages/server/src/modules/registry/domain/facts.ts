import type { ItemRecord } from '../queries/items.ts'
import type { Facts } from './change.ts'

/** Names of facts that are no attribute keys (those begin with a letter). */
export const SHAPE = '$shape'
export const RELATION = '$rel.'

type Stated = Pick<
  ItemRecord,
  | 'class_code'
  | 'name'
  | 'status'
  | 'lng'
  | 'lat'
  | 'shape'
  | 'grid_code'
  | 'address'
  | 'authority_id'
  | 'owner_id'
  | 'maintainer_id'
  | 'attributes'
>

/** Everything a history keeps of an item, flat by field: columns, attributes by key, relations by key. */
export const factsOf = (row: Stated, relations: Readonly<Record<string, readonly string[]>> = {}): Facts => ({
  class: row.class_code,
  name: row.name,
  status: row.status,
  place: row.lng === null || row.lat === null ? null : [row.lng, row.lat],
  [SHAPE]: row.shape === null ? null : Buffer.from(row.shape).toString('base64'),
  grid: row.grid_code,
  address: row.address,
  authority: row.authority_id,
  owner: row.owner_id,
  maintainer: row.maintainer_id,
  ...row.attributes,
  ...Object.fromEntries(
    Object.entries(relations).flatMap(([key, codes]) => (codes.length > 0 ? [[RELATION + key, [...codes].sort()]] : []))
  )
})

const COLUMNS = {
  class: 'class_code',
  name: 'name',
  status: 'status',
  grid: 'grid_code',
  address: 'address',
  authority: 'authority_id',
  owner: 'owner_id',
  maintainer: 'maintainer_id'
} as const

/** What a screen calls a fact: attributes and relations by their key alone. */
export const fieldOf = (key: string): string =>
  key === SHAPE ? 'geometry' : key.startsWith(RELATION) ? key.slice(RELATION.length) : key

/** The relations among facts: codes by key. One that names nothing any more has none. */
export const relationsOfFacts = (facts: Facts): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(facts)
      .filter(([key]) => key.startsWith(RELATION))
      .map(([key, codes]) => [key.slice(RELATION.length), Array.isArray(codes) ? codes.map(String) : []])
  )

/** Facts as the columns of an item again: what a history says was there before, laid over what is there now. Relations are left alone. */
export function rowOfFacts(facts: Facts, now: Stated, attributeKeys: ReadonlySet<string>): Partial<Stated> {
  const out: Record<string, unknown> = {}
  const attributes = { ...now.attributes }
  for (const [key, value] of Object.entries(facts)) {
    if (key === 'place') [out.lng, out.lat] = Array.isArray(value) ? value : [null, null]
    else if (key === SHAPE) out.shape = typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : null
    else if (key in COLUMNS) out[COLUMNS[key as keyof typeof COLUMNS]] = value
    else if (attributeKeys.has(key) && value === null) delete attributes[key]
    else if (attributeKeys.has(key)) attributes[key] = value
  }
  return { ...(out as Partial<Stated>), attributes }
}
