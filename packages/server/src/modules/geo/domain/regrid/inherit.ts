/** Which duty grids new unit grids belong to. */
import { planarArea } from '../shape.ts'
import type { Cell } from './cells.ts'

export interface Membership {
  grid_code: string
  duty_grid_code: string
  shift: string
}

/** For every new cell, per shift, the duty grid that held most of what it came from. Ties go to the lower code. */
export function inheritDuty(
  before: readonly Cell[],
  fresh: readonly Cell[],
  memberships: readonly Membership[]
): { key: string; dutyGridCode: string }[] {
  const areas = new Map(before.map((cell) => [cell.code, planarArea(cell.shape)]))
  return fresh.flatMap((cell) => {
    const byShift = Map.groupBy(
      memberships.filter((m) => cell.from.includes(m.grid_code)),
      (m) => m.shift
    )
    return [...byShift.values()].map((own) => {
      const sums = new Map<string, number>()
      for (const m of own) sums.set(m.duty_grid_code, (sums.get(m.duty_grid_code) ?? 0) + (areas.get(m.grid_code) ?? 0))
      const [most] = [...sums].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      return { key: cell.key, dutyGridCode: (most as [string, number])[0] }
    })
  })
}
