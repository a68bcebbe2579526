/** Named places follow the unit grids they lie in, like the rows of other modules. */
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { type FollowedRow, followGrids, type Relocated } from '../followers.ts'

followGrids({
  id: 'places',
  name: { zh: '地名地址', en: 'Places and addresses' },
  keepsDutyGrid: false,
  async countIn(db: Db, gridCodes) {
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from geo.place where grid_code = any(${gridCodes}::text[])`.execute(db)
    return rows[0]?.n ?? 0
  },
  async listIn(db: Db, gridCodes, after, limit): Promise<FollowedRow[]> {
    const { rows } =
      await sql<FollowedRow>`select id::text as key, name as title, lng, lat, grid_code as "gridCode" from geo.place
      where grid_code = any(${gridCodes}::text[]) and (${after}::uuid is null or id > ${after}::uuid) order by id limit ${limit}`.execute(
        db
      )
    return rows
  },
  async relocate(db: Db, rows: readonly Relocated[]) {
    await sql`update geo.place p set grid_code = r.grid from unnest(${rows.map((r) => r.key)}::uuid[], ${rows.map((r) => r.gridCode)}::text[]) as r(id, grid)
      where p.id = r.id`.execute(db)
  }
})
