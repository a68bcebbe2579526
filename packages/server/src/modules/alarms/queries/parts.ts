import { type RawBuilder, sql } from 'kysely'
import { beginsWith } from '../../registry/index.ts'
import type { AlarmReach } from '../policy.ts'

type Condition = RawBuilder<boolean>

/** More units than so many are looked for together: the server knows whether walking or sorting finds a page of so many. */
const UNITS = 8

/** An area, said as an index of districts or streets has it (migration 0004); others as a range of codes. */
export function inArea(code: string): Condition {
  const short = code.replace(/^(\d{4})00$/, '$1')
  if (short.length === 6 || short.length === 9) return sql`left(a.grid_code, ${sql.lit(short.length)}) = ${short}`
  return beginsWith(sql.ref('a.grid_code'), short)
}

/**
 * What a reader reaches, in parts each of which an index has in the order of the list: areas, units by what they have to do with the alarm, and what is
 * given to the reader. Together they are `alarmReachCondition`; an alarm can lie in several. Null: all is reached, or nothing divides it.
 */
export function partsOf(reads: AlarmReach): Condition[] | null {
  const { reach, actorId, hiddenTypes } = reads
  if (reach.all) return null
  const parts = reach.regions.map(inArea)
  if (reach.grids.length > 0) parts.push(sql`a.grid_code = any(${[...reach.grids]}::text[])`)
  for (const name of ['authority_id', 'owner_id', 'maintainer_id', 'unit_id']) {
    const column = sql.ref(`a.${name}`)
    if (reach.unitIds.length > UNITS) parts.push(sql`${column} = any(${[...reach.unitIds]}::uuid[])`)
    else for (const id of reach.unitIds) parts.push(sql`${column} = ${id}::uuid`)
  }
  parts.push(sql`a.assignee_id = ${actorId}::uuid`)
  if (hiddenTypes.length === 0) return parts
  return parts.map((part) => sql`(${part} and a.type_id <> all(${[...hiddenTypes]}::text[]))`)
}
