/** Registers for programs that read the database itself: a view `gis.reg_<type>` each, where the server has PostGIS. */
import { sql } from 'kysely'
import { type Db, runInTransaction } from '../../../platform/db.ts'
import { listTypes } from '../queries/types.ts'

const SRID = 4490
const viewOf = (typeId: string): string => `reg_${typeId.replaceAll('-', '_')}`

/**
 * Makes the views of all registers with points that everybody who may read registers may read: no attributes, no people. Those of
 * registers that are gone or became restricted are dropped. Answers whether anything had to be done.
 */
export async function writeRegisterViews(db: Db): Promise<boolean> {
  const types = (await listTypes(db)).filter(
    (t) => t.state === 'active' && ['point', 'any'].includes(t.declaration.geometry) && t.declaration.access !== 'restricted'
  )
  const wanted = new Set(types.map((t) => viewOf(t.id)))
  const { rows } = await sql<{ name: string }>`select viewname as name from pg_views
    where schemaname = 'gis' and starts_with(viewname, 'reg_')`.execute(db)
  if (rows.length === wanted.size && rows.every(({ name }) => wanted.has(name))) return false
  await runInTransaction(db, async (tx) => {
    await sql`create schema if not exists gis`.execute(tx)
    for (const { name } of rows) if (!wanted.has(name)) await sql`drop view ${sql.id('gis', name)}`.execute(tx)
    for (const t of types) {
      const view = sql.id('gis', viewOf(t.id))
      await sql`create or replace view ${view} as
        select code, class_code, name, status, address, grid_code, updated_at,
          ST_SetSRID(ST_MakePoint(lng, lat), ${sql.lit(SRID)})::geometry(Point, 4490) as geom
        from registry.item where type_id = ${sql.lit(t.id)} and removed_at is null and lng is not null`.execute(tx)
    }
  })
  return true
}
