import type { RegisterDeclaration } from '@chengyun/contract/registry'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

/** The register of components. */
export const COMPONENT = 'component'
/** Degrees around a case within which its components lie: some 150 m. */
const NEAR_LAT = 0.00135
/** Components around one case, at most: a plaza full of lamps and trees. */
const AROUND_ONE = 300

/** A component as a phone keeps it. */
export interface ComponentRow {
  code: string
  class_code: string | null
  name: string
  status: string
  lng: number
  lat: number
  grid_code: string | null
  address: string
  /** Short name of whoever owns it, else of whoever maintains or oversees it. */
  unit: string | null
}

/** Where the components of a person's work are: unit grids of the duty grids, places of the cases, and the components they name. */
export interface WorkPlace {
  gridCodes: readonly string[]
  at: readonly (readonly [number, number])[]
  codes: readonly string[]
}

const standing = sql`i.type_id = 'component' and i.removed_at is null and i.lng is not null`

/** Unit grids of some duty grids. */
export async function listGridsOfDuty(db: Db, dutyGridCodes: readonly string[]): Promise<string[]> {
  if (dutyGridCodes.length === 0) return []
  const { rows } = await sql<{ code: string }>`select distinct grid_code as code from geo.pub_duty_grid_member
    where duty_grid_code = any(${[...dutyGridCodes]}::text[]) order by 1`.execute(db)
  return rows.map((r) => r.code)
}

/** The components of a work place, each once, as the `with` of a statement. */
function around({ gridCodes, at, codes }: WorkPlace): RawBuilder<unknown> {
  const columns = sql`i.id, i.code, i.class_code, i.name, i.status, i.lng, i.lat, i.grid_code, i.address, i.owner_id, i.maintainer_id, i.authority_id, i.rev`
  return sql`with mine as materialized (
    select ${columns} from registry.pub_item i where ${standing} and i.grid_code = any(${[...gridCodes]}::text[])
    union select ${columns} from registry.pub_item i where ${standing} and i.code = any(${[...codes]}::text[])
    union select i.* from unnest(${at.map((p) => p[0])}::float8[], ${at.map((p) => p[1])}::float8[]) c (lng, lat)
      cross join lateral (select ${columns} from registry.pub_item i where ${standing} and point(i.lng, i.lat) <@ box(
        point(c.lng - ${NEAR_LAT}::float8 / cos(radians(c.lat)), c.lat - ${NEAR_LAT}::float8),
        point(c.lng + ${NEAR_LAT}::float8 / cos(radians(c.lat)), c.lat + ${NEAR_LAT}::float8)) limit ${AROUND_ONE}) i)`
}

/** How many components there are and the last transaction that wrote one of them: equal as long as nothing changed. */
export async function stateOfComponents(db: Db, where: WorkPlace): Promise<{ total: number; rev: string }> {
  const { rows } = await sql<{ total: number; rev: string }>`${around(where)}
    select count(*)::int as total, coalesce(max(rev), 0)::text as rev from mine`.execute(db)
  return rows[0]!
}

/** The components themselves, at most `limit`: those nearest to the middle of all of them. In the order of their codes. */
export async function listComponents(db: Db, where: WorkPlace, limit: number): Promise<ComponentRow[]> {
  const { rows } = await sql<ComponentRow>`${around(where)}, chosen as (
      select * from mine order by point(lng, lat) <-> (select point(avg(lng), avg(lat)) from mine), code limit ${limit})
    select i.code, i.class_code, i.name, i.status, i.lng, i.lat, i.grid_code, i.address, u.short_name as unit from chosen i
    left join org.pub_unit u on u.id = coalesce(i.owner_id, i.maintainer_id, i.authority_id) order by i.code`.execute(db)
  return rows
}

/** The states of the register of components, as it is declared. */
export async function findComponentStates(db: Db): Promise<RegisterDeclaration['states']> {
  const { rows } = await sql<{
    declaration: RegisterDeclaration
  }>`select declaration from registry.pub_type where id = ${COMPONENT}`.execute(db)
  return rows[0]?.declaration.states ?? []
}
