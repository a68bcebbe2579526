/** Which responsibilities name a duty grid: told to whoever redraws duty grids. */
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { offerDutyRules } from '../../geo/index.ts'

/** How rules name duty grids among their areas. */
const DUTY_GRID = 'grid:'

offerDutyRules(async (db: Db, dutyGridCodes) => {
  const { rows } = await sql<{ dutyGridCode: string; rule: string }>`
    select substr(area, ${DUTY_GRID.length + 1}::int) as "dutyGridCode", r.key as rule
    from dispatch.rule r cross join unnest(r.areas) as area
    where (r.valid_to_at is null or r.valid_to_at > now()) and area = any(${dutyGridCodes.map((code) => DUTY_GRID + code)}::text[])
    order by 1, 2`.execute(db)
  return rows
})
