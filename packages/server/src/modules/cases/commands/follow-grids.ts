/** Open cases follow the unit grids and duty grids they lie in. Closed ones keep the grid in which they were handled. */
import { sql } from 'kysely'
import { SYSTEM } from '../../../platform/actor.ts'
import { command } from '../../../platform/command.ts'
import type { Db } from '../../../platform/db.ts'
import { type FollowedRow, followGrids, type Relocated } from '../../geo/index.ts'
import { forgetCase } from './store.ts'

/** The place is no step of the flow: nobody decides anything, and the version under which others work stays. */
const relocateCases = command(async (tx, rows: readonly Relocated[], ctx): Promise<void> => {
  const { rows: moved } = await sql<{
    id: string
    no: string
  }>`update cases."case" c set grid_code = r.grid, duty_grid_code = r.duty
    from unnest(${rows.map((r) => r.key)}::uuid[], ${rows.map((r) => r.gridCode)}::text[], ${rows.map((r) => r.dutyGridCode)}::text[]) as r(id, grid, duty)
    where c.id = r.id and c.is_open returning c.id, c.case_no as no`.execute(tx)
  if (moved.length > 0) ctx.emit('cases.relocated', { caseNos: moved.map((row) => row.no), caseIds: moved.map((row) => row.id) })
})

followGrids({
  id: 'cases',
  name: { zh: '在办案件', en: 'Open cases' },
  keepsDutyGrid: true,
  async countIn(db: Db, gridCodes) {
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from cases."case" where is_open and grid_code = any(${gridCodes}::text[])`.execute(db)
    return rows[0]?.n ?? 0
  },
  async listIn(db: Db, gridCodes, after, limit): Promise<FollowedRow[]> {
    const { rows } = await sql<FollowedRow>`
      select id::text as key, case_no || ' ' || coalesce(address, '') as title, lng, lat, grid_code as "gridCode", duty_grid_code as "dutyGridCode"
      from cases."case" where is_open and grid_code = any(${gridCodes}::text[]) and (${after}::uuid is null or id > ${after}::uuid)
      order by id limit ${limit}`.execute(db)
    return rows
  },
  relocate: async (db: Db, rows, now) => {
    await relocateCases(db, SYSTEM, rows, now)
    // Here at once; other processes hear of it (forgetRelocated).
    for (const row of rows) forgetCase(row.key)
  }
})

/** What a process keeps in memory of cases that lie elsewhere now is read again. */
export function forgetRelocated(event: { name: string; payload: Record<string, unknown> }): void {
  if (event.name !== 'cases.relocated') return
  for (const id of (event.payload['caseIds'] as string[] | undefined) ?? []) forgetCase(id)
}
