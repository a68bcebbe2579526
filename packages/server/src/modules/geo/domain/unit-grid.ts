/** Cuts communities into unit grids (单元网格, standards §2.2): lattice cells cut to their community, seamless, numbered from
 *  001 row by row from the north, west to east within a row. */
import { metresPerDegree, smallAreaM2 } from './ellipsoid.ts'
import { insideShape } from './inside.ts'
import { interiorPointOf, type Line, polygonize } from './jts.ts'
import { eachSegment, finestLevels, type Lattice, nodeRing, segmentKey } from './lattice.ts'
import { boxOf, centroidOf, type Polygon, planarArea, type Shape, toDegrees, UNITS } from './shape.ts'
import { mergeSlivers } from './slivers.ts'

/** Three digits of sequence. */
export const MAX_GRIDS_PER_COMMUNITY = 999
/** Cells cut down to less than this share of a full cell join a neighbour. */
const SLIVER_SHARE = 0.05

export interface CommunityArea {
  /** 12 digits. */
  code: string
  shape: Shape
  /** Wanted cell size in metres; raised in doublings when the community would need more than 999 grids. */
  cellM: number
}

export interface UnitGridDraft {
  /** 15 digits: community and sequence. */
  code: string
  communityCode: string
  shape: Shape
  areaM2: number
  /** In units. */
  centroid: readonly [number, number]
}

const BASE_CELL_M = 100

function levelFor(area: CommunityArea): number {
  const [, s, , n] = boxOf(area.shape)
  const scale = metresPerDegree(toDegrees((s + n) / 2))
  const areaM2 = (planarArea(area.shape) / UNITS ** 2) * scale.lat * scale.lng
  let level = Math.max(0, Math.round(Math.log2(area.cellM / BASE_CELL_M)))
  const isTooFine = (): boolean => areaM2 / (BASE_CELL_M * 2 ** level) ** 2 > MAX_GRIDS_PER_COMMUNITY
  while (isTooFine()) level += 1
  return level
}

/** Lattice line pieces inside the shape, cut at the ring's vertices on them; `fixed` is 0 for lines of constant x, 1 for y. */
function latticeLines(
  rings: readonly number[][],
  shape: Shape,
  fixed: 0 | 1,
  step: readonly [number, number],
  known: Set<string>
): Line[] {
  const free = fixed === 0 ? 1 : 0
  const onLine = new Map<number, Set<number>>()
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const at = ring[i + fixed] as number
      if (at % step[fixed] !== 0) continue
      const nodes = onLine.get(at) ?? new Set<number>()
      onLine.set(at, nodes.add(ring[i + free] as number))
    }
  }
  const out: Line[] = []
  for (const [at, nodes] of onLine) {
    const low = Math.min(...nodes)
    const high = Math.max(...nodes)
    for (let corner = Math.ceil(low / step[free]) * step[free]; corner < high; corner += step[free]) nodes.add(corner)
    const sorted = [...nodes].sort((a, b) => a - b)
    for (let i = 1; i < sorted.length; i++) {
      const [from, to] = [sorted[i - 1] as number, sorted[i] as number]
      const line: [number, number, number, number] = fixed === 0 ? [at, from, at, to] : [from, at, to, at]
      if (known.has(segmentKey(...line))) continue
      if (insideShape(shape, (line[0] + line[2]) / 2, (line[1] + line[3]) / 2)) out.push(line)
    }
  }
  return out
}

/** The faces of one community at a level: noded rings and lattice pieces, polygonised; faces of its holes left out. */
function cutCommunity(shape: Shape, level: number, lattice: Lattice, levels: ReadonlyMap<string, number>): Polygon[] {
  const step = [lattice.stepX * 2 ** level, lattice.stepY * 2 ** level] as const
  const noded = shape.map((polygon) => polygon.map((ring) => nodeRing(ring, lattice, level, levels)))
  const nodedShape: Shape = noded.map((polygon) => polygon.map((ring) => Int32Array.from(ring)))
  const rings = noded.flat()
  const borders: Line[] = []
  const known = new Set<string>()
  for (const ring of rings) {
    eachSegment(ring, (ax, ay, bx, by) => {
      const key = segmentKey(ax, ay, bx, by)
      if (known.has(key)) return
      known.add(key)
      borders.push([ax, ay, bx, by])
    })
  }
  const lines = [...latticeLines(rings, nodedShape, 0, step, known), ...latticeLines(rings, nodedShape, 1, step, known)]
  const faces = polygonize([...borders, ...lines])
  const hasHoles = shape.some((polygon) => polygon.length > 1)
  return hasHoles ? faces.filter((face) => insideShape(nodedShape, ...interiorPointOf([face]))) : faces
}

function numberGrids(code: string, shapes: readonly Shape[], stepX: number, stepY: number): UnitGridDraft[] {
  const placed = shapes.map((shape) => {
    const main = shape.reduce((a, b) => (planarArea([b]) > planarArea([a]) ? b : a))
    const [x, y] = centroidOf([main])
    return { shape, x, column: Math.floor(x / stepX), row: Math.floor(y / stepY) }
  })
  placed.sort((a, b) => b.row - a.row || a.column - b.column || a.x - b.x)
  return placed.map(({ shape }, i) => ({
    code: code + String(i + 1).padStart(3, '0'),
    communityCode: code,
    shape,
    areaM2: Math.round(smallAreaM2(shape) * 100) / 100,
    centroid: centroidOf(shape)
  }))
}

/** Unit grids of all communities, in the order given. Communities whose borders share vertices come out seamless across the
 *  border too: cut neighbours in one call. Calls `onProgress` with the number of communities done. */
export function cutUnitGrids(
  communities: readonly CommunityArea[],
  lattice: Lattice,
  onProgress?: (done: number) => void
): UnitGridDraft[] {
  const areas = communities.map((community) => ({ ...community, level: levelFor(community) }))
  const levels = finestLevels(areas)
  const out: UnitGridDraft[] = []
  areas.forEach((area, i) => {
    for (let level = area.level; ; level++) {
      const cell = lattice.stepX * lattice.stepY * 4 ** level
      const shapes = mergeSlivers(cutCommunity(area.shape, level, lattice, levels), SLIVER_SHARE * cell)
      if (shapes.length > MAX_GRIDS_PER_COMMUNITY) continue
      for (const grid of numberGrids(area.code, shapes, lattice.stepX * 2 ** level, lattice.stepY * 2 ** level)) out.push(grid)
      break
    }
    onProgress?.(i + 1)
  })
  return out
}
