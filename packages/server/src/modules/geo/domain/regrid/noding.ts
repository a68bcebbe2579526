/** Putting corners of neighbours onto a border that runs through them. */
import type { Ring } from '../shape.ts'

/** A corner this near to a border, in units (about a centimetre each), lies on it: cuts are rounded to whole units. */
const ON_BORDER = 1.01

/** The ring with those of the points that lie on its border and are no corners yet; the same ring when there are none. */
export function nodeRingAt(ring: Ring, points: readonly (readonly [number, number])[]): Ring {
  const out: number[] = []
  for (let i = 0; i < ring.length; i += 2) {
    const k = (i + 2) % ring.length
    const [ax, ay, bx, by] = [ring[i], ring[i + 1], ring[k], ring[k + 1]] as [number, number, number, number]
    out.push(ax, ay)
    const [dx, dy] = [bx - ax, by - ay]
    const length = Math.hypot(dx, dy)
    if (length === 0) continue
    const found = new Map<string, { t: number; x: number; y: number }>()
    for (const [x, y] of points) {
      if ((x === ax && y === ay) || (x === bx && y === by)) continue
      const t = ((x - ax) * dx + (y - ay) * dy) / length
      if (t <= 0 || t >= length || Math.abs((x - ax) * dy - (y - ay) * dx) / length > ON_BORDER) continue
      found.set(`${x},${y}`, { t, x, y })
    }
    for (const { x, y } of [...found.values()].sort((p, q) => p.t - q.t)) out.push(x, y)
  }
  return out.length === ring.length ? ring : Int32Array.from(out)
}
