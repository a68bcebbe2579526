/** Reads of the `geo` module. */
import type { DivisionLevel } from '@chengyun/contract/geo'
import { type Selectable, sql } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import type { DivisionTable, DutyGridTable, PlaceTable, RoadTable, UnitGridTable } from './tables.ts'

export type DivisionRecord = Selectable<DivisionTable>
export type GridRecord = Selectable<UnitGridTable>
export type PlaceRecord = Selectable<PlaceTable>
export type RoadRecord = Selectable<RoadTable>

/** Which state of the data this is; processes compare it to know that they must load anew. */
export async function getRevision(db: Db): Promise<string> {
  const row = await db.selectFrom('geo.revision').select('number').executeTakeFirstOrThrow()
  return String(row.number)
}

/** All divisions without their shapes, parents first, with the number of valid unit grids below each. */
export async function listDivisions(db: Db | Tx): Promise<(Omit<DivisionRecord, 'shape'> & { grid_count: number })[]> {
  const { rows } = await sql<Omit<DivisionRecord, 'shape'> & { grid_count: number }>`
    with counted as (select community_code, count(*)::int as n from geo.unit_grid where valid_to_on is null group by 1),
    rolled as (
      select d.code, sum(c.n)::int as n from counted c
      cross join lateral (values (c.community_code), (left(c.community_code, 9)), (left(c.community_code, 6)), (left(c.community_code, 4) || '00')) as d(code)
      group by 1)
    select d.code, d.level, d.parent_code, d.name, d.region_class, d.lng, d.lat, d.area_m2, d.generated, d.valid_from_on, d.valid_to_on,
           coalesce(r.n, 0) as grid_count
    from geo.division d left join rolled r using (code) order by length(d.code), d.level <> 'city', d.code`.execute(db)
  return rows
}

/** Outlines of the valid divisions of a level that have one. */
export function listOutlines(db: Db | Tx, level: DivisionLevel, within = '') {
  return db
    .selectFrom('geo.division')
    .select(['code', 'name', 'generated', 'shape'])
    .where('level', '=', level)
    .where('valid_to_on', 'is', null)
    .where('shape', 'is not', null)
    .where('code', 'like', `${within}%`)
    .orderBy('code')
    .execute()
}

/** Shapes of divisions by code; null shape where only the name is known. */
export function listShapes(db: Db | Tx, codes: readonly string[]) {
  return db
    .selectFrom('geo.division')
    .select(['code', 'shape', 'generated'])
    .where('code', 'in', codes.length > 0 ? codes : [''])
    .execute()
}

/** Shapes of surveyed (not generated) valid divisions. */
export function listSurveyedShapes(db: Db | Tx) {
  return db
    .selectFrom('geo.division')
    .select(['code', 'shape'])
    .where('generated', '=', false)
    .where('valid_to_on', 'is', null)
    .where('shape', 'is not', null)
    .execute()
}

/** Every valid unit grid with its shape, in code order: what the locator is built from. */
export function listGridShapes(db: Db | Tx) {
  return db.selectFrom('geo.unit_grid').select(['code', 'shape']).where('valid_to_on', 'is', null).orderBy('code').execute()
}

/** Valid unit grids by code. */
export function listGrids(db: Db, codes: readonly string[]) {
  return db
    .selectFrom('geo.unit_grid')
    .selectAll()
    .where('code', 'in', codes.length > 0 ? codes : [''])
    .where('valid_to_on', 'is', null)
    .orderBy('code')
    .execute()
}

/** All grids ever of some communities, without shapes. */
export function listGridCodes(db: Db | Tx, communityCodes: readonly string[]) {
  return db
    .selectFrom('geo.unit_grid')
    .select(['code', 'valid_to_on'])
    .where('community_code', 'in', communityCodes.length > 0 ? communityCodes : [''])
    .execute()
}

/** Every valid unit grid with what is known of it, in code order. */
export function listGridFacts(db: Db) {
  return db
    .selectFrom('geo.unit_grid')
    .select(['code', 'community_code', 'shape', 'area_m2', 'land_use', 'manage_level', 'valid_from_on'])
    .where('valid_to_on', 'is', null)
    .orderBy('code')
    .execute()
}

/** Which unit grids make up which duty grid. */
export function listMembers(db: Db) {
  return db.selectFrom('geo.duty_grid_member').select(['duty_grid_code', 'grid_code']).orderBy('grid_code').execute()
}

export interface GridPageRow {
  code: string
  shape: Uint8Array
  /** Its primary duty grid; null when none. */
  duty: string | null
}

/** Valid unit grids after a code, in code order: the whole city is read in pages so that it never lies in memory twice. */
export async function listGridPage(db: Db, after: string, limit: number): Promise<GridPageRow[]> {
  const { rows } = await sql<GridPageRow>`
    with page as materialized (
      select code, shape from geo.unit_grid where code > ${after} and valid_to_on is null order by code limit ${limit}),
    duty as (select grid_code, duty_grid_code as duty from geo.pub_primary_duty_grid where grid_code in (select code from page))
    select page.code, page.shape, duty.duty from page left join duty on duty.grid_code = page.code order by page.code`.execute(db)
  return rows
}

export interface DutyGridRecord extends Selectable<DutyGridTable> {
  grid_count: number
  lng: number
  lat: number
}

/** Valid duty grids below a division code (empty: all), with the middle of their unit grids. */
export async function listDutyGrids(db: Db, within: string): Promise<DutyGridRecord[]> {
  const { rows } = await sql<DutyGridRecord>`
    select d.*, count(*)::int as grid_count, avg(g.lng) as lng, avg(g.lat) as lat
    from geo.duty_grid d join geo.duty_grid_member m on m.duty_grid_code = d.code join geo.unit_grid g on g.code = m.grid_code
    where d.valid_to_on is null and d.street_code like ${`${within}%`} group by d.code order by d.code`.execute(db)
  return rows
}

/** Unit grids of one duty grid, in code order. */
export async function listDutyGridMembers(db: Db, code: string): Promise<string[]> {
  const rows = await db
    .selectFrom('geo.duty_grid_member')
    .select('grid_code')
    .where('duty_grid_code', '=', code)
    .orderBy('grid_code')
    .execute()
  return rows.map((row) => row.grid_code)
}

/** Named places in some unit grids, by id. */
export function listPlacesIn(db: Db, gridCodes: readonly string[], limit: number) {
  return db
    .selectFrom('geo.place')
    .select(['id', 'kind', 'name', 'lng', 'lat'])
    .where('grid_code', 'in', gridCodes.length > 0 ? gridCodes : [''])
    .where('kind', 'in', ['poi', 'building'])
    .orderBy('id')
    .limit(limit)
    .execute()
}

export function listRoads(db: Db): Promise<RoadRecord[]> {
  return db.selectFrom('geo.road').selectAll().orderBy('code').execute()
}

export type PlaceHit = Omit<PlaceRecord, 'terms'> & { /** Share of the asked pairs that the place has, 0…1. */ share: number }

/** Places that have all the given character pairs, shortest names first; when none has, those that have most of them. */
export async function searchPlaces(db: Db, pairs: readonly string[], limit: number): Promise<PlaceHit[]> {
  const columns = sql`id, kind, name, address, lng, lat, grid_code, generated`
  const whole = await sql<PlaceHit>`select ${columns}, 1 as share from geo.place where terms @> ${pairs}::text[]
    order by length(name), name limit ${limit}`.execute(db)
  if (whole.rows.length > 0 || pairs.length < 2) return whole.rows
  const partly =
    await sql<PlaceHit>`select ${columns}, cardinality(array(select unnest(terms) intersect select unnest(${pairs}::text[])))::float8
      / ${pairs.length}::int as share
    from (select * from geo.place where terms && ${pairs}::text[] limit 2000) as p order by share desc, length(name), name limit ${limit}`.execute(
      db
    )
  return partly.rows
}

/** The place nearest to a point among those in the given unit grids. */
export async function findNearestPlace(
  db: Db,
  lng: number,
  lat: number,
  gridCodes: readonly string[]
): Promise<Omit<PlaceRecord, 'terms'> | undefined> {
  if (gridCodes.length === 0) return undefined
  const squeeze = Math.cos((lat * Math.PI) / 180) ** 2
  return db
    .selectFrom('geo.place')
    .select(['id', 'kind', 'name', 'address', 'lng', 'lat', 'grid_code', 'generated'])
    .where('grid_code', 'in', gridCodes)
    .where('kind', 'in', ['poi', 'building', 'doorplate'])
    .orderBy(sql`(lng - ${lng}) ^ 2 * ${squeeze}::float8 + (lat - ${lat}) ^ 2`)
    .limit(1)
    .executeTakeFirst()
}

/** Whether any division is known: an empty platform has none. */
export async function hasDivisions(db: Db): Promise<boolean> {
  return (await db.selectFrom('geo.division').select('code').limit(1).executeTakeFirst()) !== undefined
}

/** Whether anything is known of land and sea. */
export async function hasSurface(db: Db): Promise<boolean> {
  return (await db.selectFrom('geo.surface').select('kind').limit(1).executeTakeFirst()) !== undefined
}

/** The land around the city with its window. */
export function findSurface(db: Db) {
  return db.selectFrom('geo.surface').select(['shape', 'w', 's', 'e', 'n']).where('kind', '=', 'land').executeTakeFirst()
}
