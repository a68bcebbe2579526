/** Rings of one polygon, `[lng, lat]`, the outer one first. */
export type Polygon = readonly (readonly (readonly [number, number])[])[]

const M_PER_DEGREE = 111_195

interface Box {
  rings: Polygon
  minX: number
  minY: number
  maxX: number
  maxY: number
}

/** Areas a position is looked for in. */
export interface Areas {
  /** Metres inside the areas (+) or outside all of them (−); nothing farther than `far` is measured. −Infinity where there are none. */
  depth(lng: number, lat: number): number
}

/** Beyond this the exact distance does not matter: no buffer is wider. */
const FAR_M = 2000

/** Prepare polygons for {@link Areas.depth}. */
export function makeAreas(polygons: readonly Polygon[]): Areas {
  const boxes = polygons.map(boxOf)
  return {
    depth: (lng, lat) => {
      const kx = M_PER_DEGREE * Math.cos((lat * Math.PI) / 180)
      const mx = FAR_M / kx
      const my = FAR_M / M_PER_DEGREE
      let best = boxes.length === 0 ? Number.NEGATIVE_INFINITY : -FAR_M
      for (const b of boxes) {
        if (lng < b.minX - mx || lng > b.maxX + mx || lat < b.minY - my || lat > b.maxY + my) continue
        const d = depthIn(b.rings, lng, lat, kx)
        if (d > best) best = d
      }
      return best
    }
  }
}

function boxOf(rings: Polygon): Box {
  const box = { rings, minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity }
  for (const [x, y] of rings[0] ?? []) {
    box.minX = Math.min(box.minX, x)
    box.maxX = Math.max(box.maxX, x)
    box.minY = Math.min(box.minY, y)
    box.maxY = Math.max(box.maxY, y)
  }
  return box
}

/** Even-odd over all rings, so holes are outside; the distance is that to the nearest edge of any ring. */
function depthIn(rings: Polygon, lng: number, lat: number, kx: number): number {
  let inside = false
  let nearest = FAR_M * FAR_M
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i]!
      const [xj, yj] = ring[j]!
      if (yi > lat !== yj > lat && lng < ((xj - xi) * (lat - yi)) / (yj - yi) + xi) inside = !inside
      const ax = (xi - lng) * kx
      const ay = (yi - lat) * M_PER_DEGREE
      const dx = (xj - xi) * kx
      const dy = (yj - yi) * M_PER_DEGREE
      const length = dx * dx + dy * dy
      const f = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length))
      const ex = ax + f * dx
      const ey = ay + f * dy
      const d = ex * ex + ey * ey
      if (d < nearest) nearest = d
    }
  }
  return inside ? Math.sqrt(nearest) : -Math.sqrt(nearest)
}
