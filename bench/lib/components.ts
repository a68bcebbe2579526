/** Three and a half million components in the register, made once and kept: the bed of the map's suites. */
import { join } from 'node:path'
import type pg from 'pg'
import { openUrl } from '../../packages/server/src/platform/db/open.ts'
import { CACHE, type Cluster } from './machine.ts'
import { type Product, startProduct } from './product.ts'

export const COMPONENTS = Number(process.env.BENCH_COMPONENTS ?? 3_500_000)
export const COMPONENTS_DB = 'components'
const SRID = 3857

/**
 * The same points for PostGIS, the peer: geometry in Web Mercator, as it serves tiles quickest, GiST on it, and the three values a tile
 * carries. Needs the extension (Debian: postgresql-15-postgis-3).
 */
export async function makePostgis(pool: pg.Pool): Promise<void> {
  await pool.query('create extension if not exists postgis')
  const { rows } = await pool.query<{ there: boolean }>("select to_regclass('raw.component') is not null as there")
  if (rows[0]!.there) return
  await pool.query('create schema if not exists raw')
  await pool.query(`create table raw.component as select code, class_code, status, ST_Transform(ST_SetSRID(ST_MakePoint(lng, lat), 4326), ${SRID})::geometry(Point, ${SRID}) as geom
    from registry.item where type_id = 'component' and removed_at is null and lng is not null`)
  await pool.query('create index on raw.component using gist (geom)')
  await pool.query('vacuum analyze raw.component')
}

/** A tile as PostGIS makes it: what it is asked for by every tile server on top of it. */
export const POSTGIS_TILE = `with b as (select ST_TileEnvelope($1::int, $2::int, $3::int) as e),
  f as (select ST_AsMVTGeom(t.geom, b.e, 4096, 64, true) as geom, t.code, t.class_code, t.status from raw.component t, b where t.geom && b.e)
  select ST_AsMVT(f, 'component') as tile from f`

export interface TileAt {
  z: number
  x: number
  y: number
}

/** Tiles of a zoom in which there are components, the same ones in every run; at most `count`. */
export async function tilesWithComponents(pool: pg.Pool, z: number, count: number): Promise<TileAt[]> {
  const { rows } = await pool.query<{ x: number; y: number }>(
    `select x, y from (select distinct floor((lng + 180) / 360 * (1 << $1::int))::int as x,
       floor((1 - asinh(tan(radians(lat))) / pi()) / 2 * (1 << $1::int))::int as y
     from registry.item where type_id = 'component' and removed_at is null and lng is not null and hashtext(code) % 50 = 0) t order by hashint8(x::bigint * 1000003 + y), x, y limit $2`,
    [z, count]
  )
  return rows.map(({ x, y }) => ({ z, x, y }))
}

/** Tiles as maps ask for them: where there is much to see. Those of components drawn by lot, each once; the same ones in every run. */
export async function busyTiles(pool: pg.Pool, z: number, count: number): Promise<TileAt[]> {
  const { rows } = await pool.query<{ lng: number; lat: number }>(
    `select lng, lat from registry.item where type_id = 'component' and removed_at is null and lng is not null and hashtext(code || 'lot') % 60 = 0
     order by hashtext(code || 'turn')`
  )
  const seen = new Map<string, TileAt>()
  for (const { lng, lat } of rows) {
    const x = Math.floor(((lng + 180) / 360) * 2 ** z)
    const y = Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z)
    if (seen.size < count) seen.set(`${x}/${y}`, { z, x, y })
  }
  return [...seen.values()]
}

export interface MapBed {
  pool: pg.Pool
  url: string
  dataDir: string
  start(): Promise<Product>
  close(): Promise<void>
}

/** The database of components; `fill` is called once, on a city that has none. */
export async function openComponents(
  cluster: Cluster,
  fill: (bed: { url: string; pool: pg.Pool; dataDir: string }) => Promise<void>
): Promise<MapBed> {
  const dataDir = join(CACHE, 'map')
  if (!(await cluster.exists(COMPONENTS_DB))) {
    await cluster.sql('postgres', `drop database if exists making_${COMPONENTS_DB} with (force)`)
    await cluster.sql('postgres', `create database making_${COMPONENTS_DB} template city`)
    const url = cluster.url(`making_${COMPONENTS_DB}`)
    const { pool, close } = await openUrl(url, 4)
    try {
      await fill({ url, pool, dataDir })
      await pool.query('vacuum analyze registry.item')
      await makePostgis(pool)
    } finally {
      await close()
    }
    await cluster.sql('postgres', `alter database making_${COMPONENTS_DB} rename to ${COMPONENTS_DB}`)
  }
  const url = cluster.url(COMPONENTS_DB)
  const { pool, close } = await openUrl(url, 8)
  return { pool, url, dataDir, start: () => startProduct({ databaseUrl: url, dataDir }), close }
}
