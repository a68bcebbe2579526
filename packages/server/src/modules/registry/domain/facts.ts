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
