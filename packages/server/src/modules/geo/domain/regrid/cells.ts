/** Unit grids of a community on the table: split, merged, their shared borders moved. Corners are bit-equal integers, so that what two
 *  share moves for both; the overlay itself is JSTS. */
import type { RegridStep } from '@chengyun/contract/geo'
import { dissolve } from '../dissolve.ts'
import { insideShape } from '../inside.ts'
import { interiorPointOf, nodeLines, polygonize, unionOf } from '../jts.ts'
import { eachSegment, segmentKey } from '../lattice.ts'
import { type Box, boxOf, type Ring, type Shape, toUnits } from '../shape.ts'
import { nodeRingAt } from './noding.ts'

export interface Cell {
  /** Its code, or `new-<step>-<piece>`. */
  key: string
  /** Null for a piece that has none yet. */
  code: string | null
  shape: Shape
  /** Codes of the unit grids it came from; its own when it was only bent. */
  from: readonly string[]
}

type Reason =
  | 'REGRID_CELL_UNKNOWN'
  | 'REGRID_LINE_MISSES'
  | 'REGRID_NOT_NEIGHBOURS'
  | 'REGRID_CORNER_UNKNOWN'
  | 'REGRID_ON_BORDER'
  | 'REGRID_CORNER_NEEDED'

/** A step that cannot be done. `step` counts from 1. */
export class StepRefused extends Error {
  readonly code: Reason
  readonly details: { step: number; cell?: string }
  constructor(code: Reason, details: { step: number; cell?: string }) {
    super(code)
    this.code = code
    this.details = details
  }
}

type At = readonly [number, number]
const corner = (position: readonly [number, number]): At => [toUnits(position[0]), toUnits(position[1])]
const same = (ring: Ring, i: number, at: At): boolean => ring[i] === at[0] && ring[i + 1] === at[1]

/** The cells after some steps, in the order they were, new pieces at the end. Throws StepRefused. */
export function applySteps(cells: readonly Cell[], steps: readonly RegridStep[]): Cell[] {
  let now = [...cells]
  steps.forEach((step, i) => {
    const refuse = (code: Reason, cell?: string): never => {
      throw new StepRefused(code, { step: i + 1, ...(cell === undefined ? {} : { cell }) })
    }
    const pick = (key: string): Cell => now.find((c) => c.key === key) ?? refuse('REGRID_CELL_UNKNOWN', key)
    if (step.op === 'split') now = split(now, pick(step.cell), step.line.map(corner), i + 1) ?? refuse('REGRID_LINE_MISSES')
    else if (step.op === 'merge') now = merge(now, step.cells.map(pick), i + 1) ?? refuse('REGRID_NOT_NEIGHBOURS')
    else {
      const done =
        step.op === 'move'
          ? moveCorner(now, corner(step.from), corner(step.to))
          : step.op === 'bend'
            ? bend(now, corner(step.between[0]), corner(step.between[1]), corner(step.to))
            : straighten(now, corner(step.at))
      now = typeof done === 'string' ? refuse(done) : done
    }
  })
  return now
}

function split(cells: readonly Cell[], cell: Cell, line: readonly At[], step: number): Cell[] | null {
  const rings = cell.shape.flat().map((ring) => ({ line: [...ring, ring[0] as number, ring[1] as number], tag: 'ring' }))
  const pieces = nodeLines([...rings, { line: line.flat(), tag: 'cut' }])
  const faces = polygonize(pieces.map((piece) => piece.line)).filter((face) =>
    insideShape(cell.shape, ...interiorPointOf([face]))
  )
  if (faces.length < 2) return null
  const made = faces.map((face, i): Cell => ({ key: `new-${step}-${i + 1}`, code: null, shape: [face], from: cell.from }))
  // Where the line meets the border, the neighbours get the same corner.
  const corners = made.flatMap((piece) => piece.shape.flat())
  return [...cells.filter((c) => c !== cell).map((c) => withNodes(c, corners)), ...made]
}

/** The cell with the corners of these rings that lie on its own border. */
function withNodes(cell: Cell, rings: readonly Ring[]): Cell {
  const [w, s, e, n] = boxOf(cell.shape)
  const near: At[] = []
  for (const ring of rings)
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = [ring[i] as number, ring[i + 1] as number]
      if (x >= w - 1 && x <= e + 1 && y >= s - 1 && y <= n + 1) near.push([x, y])
    }
  if (near.length === 0) return cell
  let touched = false
  const shape = cell.shape.map((polygon) =>
    polygon.map((ring) => {
      const noded = nodeRingAt(ring, near)
      if (noded !== ring) touched = true
      return noded
    })
  )
  return touched ? { ...cell, shape } : cell
}

/** Cells of which every corner on a neighbour's border is a corner of the neighbour too. Surveyed grids do not always come so. */
export function nodeCells(cells: readonly Cell[]): Cell[] {
  const boxes = cells.map((cell) => boxOf(cell.shape))
  return cells.map((cell, i) => {
    const [w, s, e, n] = boxes[i] as Box
    const around = cells.filter((_, j) => {
      const box = boxes[j] as Box
      return j !== i && box[0] <= e + 1 && box[2] >= w - 1 && box[1] <= n + 1 && box[3] >= s - 1
    })
    return withNodes(
      cell,
      around.flatMap((other) => other.shape.flat())
    )
  })
}

function merge(cells: readonly Cell[], chosen: readonly Cell[], step: number): Cell[] | null {
  const shapes = chosen.map((cell) => cell.shape)
  const exact = dissolve(shapes)
  const shape = exact.length === 1 ? exact : unionOf(shapes)
  if (shape.length !== 1) return null
  const from = [...new Set(chosen.flatMap((cell) => cell.from))].sort()
  return [...cells.filter((c) => !chosen.includes(c)), { key: `new-${step}-1`, code: null, shape, from }]
}

/** How many cells have each border; those with one are the border of the community. */
function bordersOf(cells: readonly Cell[]): Map<string, number> {
  const owners = new Map<string, number>()
  for (const cell of cells)
    for (const ring of cell.shape.flat())
      eachSegment(ring, (ax, ay, bx, by) => {
        const key = segmentKey(ax, ay, bx, by)
        owners.set(key, (owners.get(key) ?? 0) + 1)
      })
  return owners
}

/** Where rings have this corner, with its neighbours before and after. */
function findCorner(cells: readonly Cell[], at: At): { before: At; after: At }[] {
  const found: { before: At; after: At }[] = []
  for (const cell of cells)
    for (const ring of cell.shape.flat())
      for (let i = 0; i < ring.length; i += 2) {
        if (!same(ring, i, at)) continue
        const [j, k] = [(i + ring.length - 2) % ring.length, (i + 2) % ring.length]
        found.push({ before: [ring[j] as number, ring[j + 1] as number], after: [ring[k] as number, ring[k + 1] as number] })
      }
  return found
}

function isOnBorder(cells: readonly Cell[], at: At, places: readonly { before: At; after: At }[]): boolean {
  const owners = bordersOf(cells)
  return places.some(({ before, after }) => [before, after].some((to) => owners.get(segmentKey(...at, ...to)) === 1))
}

const mapRings = (cells: readonly Cell[], change: (ring: Ring) => Ring): Cell[] =>
  cells.map((cell) => {
    let touched = false
    const shape = cell.shape.map((polygon) =>
      polygon.map((ring) => {
        const next = change(ring)
        if (next !== ring) touched = true
        return next
      })
    )
    return touched ? { ...cell, shape } : cell
  })

function moveCorner(cells: readonly Cell[], from: At, to: At): Cell[] | Reason {
  const places = findCorner(cells, from)
  if (places.length === 0) return 'REGRID_CORNER_UNKNOWN'
  if (isOnBorder(cells, from, places)) return 'REGRID_ON_BORDER'
  return mapRings(cells, (ring) => {
    let next: Ring | null = null
    for (let i = 0; i < ring.length; i += 2) {
      if (!same(ring, i, from)) continue
      next ??= Int32Array.from(ring)
      next[i] = to[0]
      next[i + 1] = to[1]
    }
    return next ?? ring
  })
}

function bend(cells: readonly Cell[], a: At, b: At, to: At): Cell[] | Reason {
  const owners = bordersOf(cells).get(segmentKey(...a, ...b))
  if (owners === undefined) return 'REGRID_CORNER_UNKNOWN'
  if (owners < 2) return 'REGRID_ON_BORDER'
  return mapRings(cells, (ring) => {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const isBetween = (same(ring, j, a) && same(ring, i, b)) || (same(ring, j, b) && same(ring, i, a))
      // Before corner i; the closing border gets its corner at the end.
      if (isBetween) return Int32Array.from(i === 0 ? [...ring, ...to] : [...ring.subarray(0, i), ...to, ...ring.subarray(i)])
    }
    return ring
  })
}

function straighten(cells: readonly Cell[], at: At): Cell[] | Reason {
  const places = findCorner(cells, at)
  if (places.length === 0) return 'REGRID_CORNER_UNKNOWN'
  if (isOnBorder(cells, at, places)) return 'REGRID_ON_BORDER'
  const ends = new Set(places.flatMap(({ before, after }) => [before.join(), after.join()]))
  if (places.length !== 2 || ends.size !== 2) return 'REGRID_CORNER_NEEDED'
  const next = mapRings(cells, (ring) => {
    for (let i = 0; i < ring.length; i += 2)
      if (same(ring, i, at)) return Int32Array.from([...ring.subarray(0, i), ...ring.subarray(i + 2)])
    return ring
  })
  return next.some((cell) => cell.shape.flat().some((ring) => ring.length < 6)) ? 'REGRID_CORNER_NEEDED' : next
}
