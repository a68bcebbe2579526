/**
 * Places for programs that read the database itself (QGIS, GeoServer): schema `gis` with geometry columns, where the server has
 * PostGIS. Nothing of the product reads it (ADR 0003).
 */
import { sql } from 'kysely'
import { type Db, runInTransaction, type Tx } from '../../../platform/db.ts'
import type { Listed } from '../domain/ogc/memory.ts'

/** CGCS2000. */
const SRID = 4490
const PIECE = 2000

/** Has somebody installed PostGIS in this database? */
export async function hasPostgis(db: Db): Promise<boolean> {
  const { rows } = await sql`select 1 from pg_extension where extname = 'postgis'`.execute(db)
  return rows.length > 0
}

const TABLES: Readonly<Record<string, { columns: string; type: string; keys: readonly string[] }>> = {
  divisions: {
    columns: 'code text primary key, name text, level text, parent_code text, area_m2 float8, generated boolean',
    type: 'MultiPolygon',
    keys: ['code', 'name', 'level', 'parentCode', 'areaM2', 'generated']
  },
  'unit-grids': {
    columns: 'code text primary key, community_code text, area_m2 float8, land_use text, manage_level text, valid_from date',
    type: 'MultiPolygon',
    keys: ['code', 'communityCode', 'areaM2', 'landUse', 'manageLevel', 'validFrom']
  },
  'duty-grids': {
    columns: 'code text primary key, name text, shift text, street_code text, grid_count integer, valid_from date',
    type: 'MultiPolygon',
    keys: ['code', 'name', 'shift', 'streetCode', 'gridCount', 'validFrom']
  },
  roads: {
    columns: 'code text primary key, name text, district_code text, length_m integer, generated boolean',
    type: 'MultiLineString',
    keys: ['code', 'name', 'districtCode', 'lengthM', 'generated']
  }
}

/** Which revision of the places the schema holds; null when it holds none. */
export async function gisRevision(db: Db): Promise<string | null> {
  const { rows } = await sql<{ there: boolean }>`select to_regclass('gis.revision') is not null as there`.execute(db)
  if (!rows[0]?.there) return null
  const found = await sql<{ number: string }>`select number from gis.revision`.execute(db)
  return found.rows[0]?.number ?? null
}

/** Writes the lists anew in one transaction: readers see the old ones until it commits. */
export async function writeGis(db: Db, lists: ReadonlyMap<string, readonly Listed[]>, revision: string): Promise<void> {
  await runInTransaction(db, async (tx) => {
    await sql`create schema if not exists gis`.execute(tx)
    await sql`comment on schema gis is 'Places and registers with PostGIS geometry, for reading only. Written by the platform.'`.execute(
      tx
    )
    for (const [id, items] of lists) {
      const table = TABLES[id]
      if (table) await writeTable(tx, id.replaceAll('-', '_'), table, items)
    }
    await sql`create table if not exists gis.revision (one boolean primary key default true check (one), number text not null)`.execute(
      tx
    )
    await sql`insert into gis.revision (number) values (${revision}) on conflict (one) do update set number = excluded.number`.execute(
      tx
    )
  })
}

async function writeTable(
  tx: Tx,
  name: string,
  { columns, type, keys }: (typeof TABLES)[string],
  items: readonly Listed[]
): Promise<void> {
  const table = sql.id('gis', name)
  await sql`create table if not exists ${table} (${sql.raw(columns)}, geom geometry(${sql.raw(type)}, ${sql.lit(SRID)}) not null)`.execute(
    tx
  )
  await sql`create index if not exists ${sql.id(`${name}_geom_ix`)} on ${table} using gist (geom)`.execute(tx)
  await sql`truncate ${table}`.execute(tx)
  const names = columns.split(',').map((c) => c.trim().split(' ')[0] as string)
  for (let at = 0; at < items.length; at += PIECE) {
    const rows = items.slice(at, at + PIECE).map((item) => {
      const values = Object.fromEntries(keys.map((key, i) => [names[i], item.properties[key] ?? null]))
      return { ...values, geometry: item.geometry() }
    })
    await sql`insert into ${table} select ${sql.raw(names.join(', '))}, ST_Multi(ST_SetSRID(ST_GeomFromGeoJSON(r.geometry), ${sql.lit(SRID)}))
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(${sql.raw(columns.replaceAll(' primary key', ''))}, geometry json)
      where r.geometry is not null`.execute(tx)
  }
}
