/** Items of registers follow the unit grids they lie in. That they do stands in the history of the grids, not of each item. */
import { sql } from 'kysely'
import { SYSTEM } from '../../../platform/actor.ts'
import { command } from '../../../platform/command.ts'
import type { Db } from '../../../platform/db.ts'
import { type FollowedRow, followGrids, type Relocated } from '../../geo/index.ts'

/** `rev` moves on, so that readers with a snapshot hear of it. */
const relocateItems = command(async (tx, rows: readonly Relocated[], ctx): Promise<void> => {
  const { rows: moved } = await sql<{
    type: string
  }>`update registry.item i set grid_code = r.grid, rev = pg_current_xact_id()::text::bigint
    from unnest(${rows.map((r) => r.key)}::uuid[], ${rows.map((r) => r.gridCode)}::text[]) as r(id, grid) where i.id = r.id returning i.type_id as type`.execute(
    tx
  )
  for (const [typeId, own] of Map.groupBy(moved, (row) => row.type)) ctx.emit('registry.relocated', { typeId, count: own.length })
})

followGrids({
  id: 'registry',
  name: { zh: '台账条目', en: 'Register items' },
  keepsDutyGrid: false,
  async countIn(db: Db, gridCodes) {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from registry.item
      where grid_code = any(${gridCodes}::text[]) and removed_at is null and lng is not null`.execute(db)
    return rows[0]?.n ?? 0
  },
  async listIn(db: Db, gridCodes, after, limit): Promise<FollowedRow[]> {
    const { rows } =
      await sql<FollowedRow>`select id::text as key, code || ' ' || name as title, lng, lat, grid_code as "gridCode" from registry.item
      where grid_code = any(${gridCodes}::text[]) and removed_at is null and lng is not null
        and (${after}::uuid is null or id > ${after}::uuid) order by id limit ${limit}`.execute(db)
    return rows
  },
  relocate: async (db: Db, rows, now) => relocateItems(db, SYSTEM, rows, now)
})
