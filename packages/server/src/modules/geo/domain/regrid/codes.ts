/** Codes of new unit grids (standards §2.2): never one that was given before; west to east, north to south. */
import { boxOf, centroidOf, planarArea } from '../shape.ts'
import { MAX_GRIDS_PER_COMMUNITY } from '../unit-grid.ts'
import type { Cell } from './cells.ts'

/** The cells in the order of their numbers: rows from the north, west to east within a row. */
export function inOrder(cells: readonly Cell[]): Cell[] {
  const placed = cells.map((cell) => {
    const main = cell.shape.reduce((a, b) => (planarArea([b]) > planarArea([a]) ? b : a))
    const [x, y] = centroidOf([main])
    const [, s, , n] = boxOf([main])
    return { cell, x, y, half: (n - s) / 2 }
  })
  placed.sort((a, b) => b.y - a.y || a.x - b.x)
  const rows: (typeof placed)[] = []
  for (const one of placed) {
    const row = rows.at(-1)
    const first = row?.[0]
    if (row && first && first.y - one.y < Math.min(first.half, one.half)) row.push(one)
    else rows.push([one])
  }
  return rows.flatMap((row) => row.sort((a, b) => a.x - b.x).map((one) => one.cell))
}

/** Codes for the cells that have none, by key, counted on from the highest number ever given; null when three digits do not suffice. */
export function giveCodes(
  communityCode: string,
  cells: readonly Cell[],
  everGiven: Iterable<string>
): Map<string, string> | null {
  let last = 0
  for (const code of everGiven) last = Math.max(last, Number(code.slice(12)))
  const fresh = inOrder(cells.filter((cell) => cell.code === null))
  if (last + fresh.length > MAX_GRIDS_PER_COMMUNITY) return null
  return new Map(fresh.map((cell, i) => [cell.key, communityCode + String(last + i + 1).padStart(3, '0')]))
}
