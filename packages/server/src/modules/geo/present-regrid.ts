/** Changes of unit grids as the editor lists them. */
import type { RegridEntry } from '@chengyun/contract/geo'
import type { Db } from '../../platform/db.ts'
import { listRegrids, listRelocations } from './queries/regrid.ts'

/** The changes of a community, latest first; `state` is its fingerprint now. */
export async function presentRegrids(db: Db, communityCode: string, state: string): Promise<RegridEntry[]> {
  const rows = await listRegrids(db, communityCode)
  const relocations = await listRelocations(
    db,
    rows.map((row) => row.id)
  )
  return rows.map((row, i) => ({
    id: row.id,
    communityCode: row.community_code,
    at: row.applied_at.toISOString(),
    by: row.applied_by_name,
    note: row.note,
    retired: row.retired,
    created: row.created,
    altered: row.altered,
    undoes: row.undoes_id,
    undone: row.undone,
    canUndo: i === 0 && row.undoes_id === null && !row.undone && row.state_after === state,
    progress: relocations
      .filter((r) => r.regrid_id === row.id)
      .map((r) => ({
        follower: r.follower,
        total: r.total ?? r.done,
        done: r.done,
        moved: r.moved,
        finished: r.finished_at !== null
      }))
  }))
}
