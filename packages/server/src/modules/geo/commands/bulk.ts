/** Bulk writes of the `geo` module: thousands of rows a statement, through unnest. Each takes the transaction of its command. */
import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { newId } from '../../../platform/ids.ts'
import type { DivisionDraft, DutyGridDraft } from '../domain/city-plan.ts'
import type { RoadDraft } from '../domain/demo-roads.ts'
import { pairsOf } from '../domain/search-terms.ts'
import { encodeShape, type Shape, toDegrees } from '../domain/shape.ts'

const BATCH = 5000

async function inBatches<T>(rows: readonly T[], write: (batch: readonly T[]) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < rows.length; i += BATCH) await write(rows.slice(i, i + BATCH))
}

/** Inserts or, by code, replaces divisions; parents must come first. */
export async function upsertDivisions(
  tx: Tx,
  rows: readonly DivisionDraft[],
  validFrom: string,
  generated: (row: DivisionDraft) => boolean
): Promise<void> {
  await inBatches(rows, (batch) =>
    sql`insert into geo.division (code, level, parent_code, name, region_class, shape, lng, lat, area_m2, generated, valid_from_on)
      select code, level, parent_code, name, region_class, shape, lng, lat, area_m2, generated, ${validFrom}::date
      from unnest(${batch.map((d) => d.code)}::text[], ${batch.map((d) => d.level)}::text[], ${batch.map((d) => d.parentCode)}::text[],
        ${batch.map((d) => d.name)}::text[], ${batch.map((d) => d.regionClass)}::text[], ${batch.map((d) => (d.shape ? encodeShape(d.shape) : null))}::bytea[],
        ${batch.map((d) => (d.centroid ? toDegrees(d.centroid[0]) : null))}::float8[], ${batch.map((d) => (d.centroid ? toDegrees(d.centroid[1]) : null))}::float8[],
        ${batch.map((d) => d.areaM2)}::float8[], ${batch.map(generated)}::bool[])
        as t(code, level, parent_code, name, region_class, shape, lng, lat, area_m2, generated)
      on conflict (code) do update set name = excluded.name, shape = excluded.shape, lng = excluded.lng, lat = excluded.lat,
        area_m2 = excluded.area_m2, generated = excluded.generated, valid_to_on = null`.execute(tx)
  )
}

export interface GridRow {
  code: string
  shape: Shape
  areaM2: number
  /** In units. */
  centroid: readonly [number, number]
  validFrom: string
  landUse?: string | null
  manageLevel?: string | null
  remark?: string | null
  /** Cut inside a generated outline. */
  generated?: boolean
}

/** Inserts or, by code, replaces unit grids. */
export async function upsertGrids(tx: Tx, rows: readonly GridRow[]): Promise<void> {
  await inBatches(rows, (batch) =>
    sql`insert into geo.unit_grid (code, community_code, shape, lng, lat, area_m2, valid_from_on, land_use, manage_level, remark, generated)
      select code, left(code, 12), shape, lng, lat, area_m2, valid_from_on, land_use, manage_level, remark, generated
      from unnest(${batch.map((g) => g.code)}::text[], ${batch.map((g) => encodeShape(g.shape))}::bytea[],
        ${batch.map((g) => toDegrees(g.centroid[0]))}::float8[], ${batch.map((g) => toDegrees(g.centroid[1]))}::float8[],
        ${batch.map((g) => g.areaM2)}::float8[], ${batch.map((g) => g.validFrom)}::date[], ${batch.map((g) => g.landUse ?? null)}::text[],
        ${batch.map((g) => g.manageLevel ?? null)}::text[], ${batch.map((g) => g.remark ?? null)}::text[],
        ${batch.map((g) => g.generated ?? false)}::bool[])
        as t(code, shape, lng, lat, area_m2, valid_from_on, land_use, manage_level, remark, generated)
      on conflict (code) do update set shape = excluded.shape, lng = excluded.lng, lat = excluded.lat, area_m2 = excluded.area_m2,
        land_use = excluded.land_use, manage_level = excluded.manage_level, remark = excluded.remark, generated = excluded.generated, valid_to_on = null`.execute(
      tx
    )
  )
}

/** Inserts duty grids with their members; the codes must be new. */
export async function insertDutyGrids(tx: Tx, rows: readonly DutyGridDraft[], validFrom: string): Promise<void> {
  if (rows.length === 0) return
  await sql`insert into geo.duty_grid (code, name, street_code, valid_from_on)
    select code, name, street_code, ${validFrom}::date
    from unnest(${rows.map((d) => d.code)}::text[], ${rows.map((d) => d.name)}::text[], ${rows.map((d) => d.streetCode)}::text[]) as t(code, name, street_code)`.execute(
    tx
  )
  const members = rows.flatMap((row) => row.gridCodes.map((grid) => [row.code, grid] as const))
  await inBatches(members, (batch) =>
    sql`insert into geo.duty_grid_member (duty_grid_code, grid_code)
      select * from unnest(${batch.map(([duty]) => duty)}::text[], ${batch.map(([, grid]) => grid)}::text[])`.execute(tx)
  )
}

/** Inserts generated roads. */
export async function insertRoads(tx: Tx, rows: readonly RoadDraft[]): Promise<void> {
  await inBatches(rows, (batch) =>
    sql`insert into geo.road (code, district_code, name, line, length_m, generated)
      select code, district_code, name, line, length_m, true
      from unnest(${batch.map((r) => r.code)}::text[], ${batch.map((r) => r.districtCode)}::text[], ${batch.map((r) => r.name)}::text[],
        ${batch.map((r) => new Uint8Array(r.line.buffer, r.line.byteOffset, r.line.byteLength))}::bytea[], ${batch.map((r) => r.lengthM)}::int[])
        as t(code, district_code, name, line, length_m)`.execute(tx)
  )
}

export interface PlaceRow {
  kind: string
  name: string
  address: string
  at: readonly [lng: number, lat: number]
  gridCode: string | null
}

/** Inserts places with their search terms. */
export async function insertPlaces(tx: Tx, rows: readonly PlaceRow[], generated: boolean): Promise<void> {
  // An array of arrays must be rectangular for unnest: the terms travel as one text each.
  const termsOf = (row: PlaceRow): string => [...new Set([...pairsOf(row.name), ...pairsOf(row.address)])].join(' ')
  await inBatches(rows, (batch) =>
    sql`insert into geo.place (id, kind, name, address, lng, lat, grid_code, terms, generated)
      select id, kind, name, address, lng, lat, grid_code, string_to_array(terms, ' '), ${generated}::bool
      from unnest(${batch.map(() => newId())}::uuid[], ${batch.map((p) => p.kind)}::text[], ${batch.map((p) => p.name)}::text[],
        ${batch.map((p) => p.address)}::text[], ${batch.map((p) => p.at[0])}::float8[], ${batch.map((p) => p.at[1])}::float8[],
        ${batch.map((p) => p.gridCode)}::text[], ${batch.map(termsOf)}::text[]) as t(id, kind, name, address, lng, lat, grid_code, terms)`.execute(
      tx
    )
  )
}

/** Tells every process that its copy is old. */
export async function raiseRevision(tx: Tx): Promise<void> {
  await sql`update geo.revision set number = number + 1`.execute(tx)
}
