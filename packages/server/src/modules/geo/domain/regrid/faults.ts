/** What is wrong with a draft: the checks of standards §2.2 on what it changes, each with the faulty piece. */
import type { RegridFault } from '@chengyun/contract/geo'
import { lineLengthM } from '../demo-roads.ts'
import { areaM2, smallAreaM2 } from '../ellipsoid.ts'
import { MAX_OVERLAP_M2, MIN_COVERAGE } from '../import-checks.ts'
import { differenceOf, interiorPointOf, intersectionOf, invalidReason, unionOf } from '../jts.ts'
import { boxOf, type Shape, shapeToGeoJson, toDegrees } from '../shape.ts'
import type { Cell } from './cells.ts'

/** A new piece below this is hardly meant, in m². */
const SMALL_M2 = 400
/** Cuts of a long slanted border round to whole units: a gap thinner than this is none, in metres. */
const ROUNDING_M = 0.02

export interface Draft {
  before: readonly Cell[]
  after: readonly Cell[]
  /** Outline of the community; null where none was surveyed. */
  outline: Shape | null
  /** Unit grids of other communities around. */
  others: readonly { code: string; shape: Shape }[]
}

const touches = (a: Shape, b: Shape): boolean => {
  const [p, q] = [boxOf(a), boxOf(b)]
  return p[0] < q[2] && q[0] < p[2] && p[1] < q[3] && q[1] < p[3]
}

function fault(
  kind: RegridFault['kind'],
  severity: RegridFault['severity'],
  cells: readonly string[],
  piece: Shape | null
): RegridFault {
  const at = piece && piece.length > 0 ? interiorPointOf(piece) : null
  return {
    kind,
    severity,
    cells: [...cells],
    areaM2: piece ? Math.round(smallAreaM2(piece) * 100) / 100 : null,
    geometry: piece && piece.length > 0 ? shapeToGeoJson(piece) : null,
    at: at && [toDegrees(at[0]), toDegrees(at[1])]
  }
}

/** Overlays fail on shapes that cross themselves; those have a fault of their own already. */
function overlay(work: () => Shape): Shape {
  try {
    return work()
  } catch {
    return []
  }
}

/** Faults of the cells that a draft changed; of all cells when `before` is empty (a community is looked at first). */
export function faultsOf({ before, after, outline, others }: Draft): RegridFault[] {
  const old = new Map(before.map((cell) => [cell.key, cell]))
  const changed = after.filter((cell) => old.get(cell.key)?.shape !== cell.shape)
  const invalid = new Set<Cell>()
  const faults: RegridFault[] = []
  for (const cell of changed) {
    if (invalidReason(cell.shape) === null) continue
    invalid.add(cell)
    faults.push({
      ...fault('invalid', 'error', [cell.key], null),
      geometry: shapeToGeoJson(cell.shape),
      at: firstCorner(cell.shape)
    })
  }
  const sound = changed.filter((cell) => !invalid.has(cell))
  const isChanged = new Set(changed)
  sound.forEach((cell, i) => {
    const rivals = [
      ...sound.slice(i + 1).map((c) => ({ name: c.key, shape: c.shape })),
      ...after.filter((c) => !isChanged.has(c)).map((c) => ({ name: c.key, shape: c.shape })),
      ...others.map((c) => ({ name: c.code, shape: c.shape }))
    ]
    for (const rival of rivals) {
      if (!touches(cell.shape, rival.shape)) continue
      const piece = overlay(() => intersectionOf(cell.shape, rival.shape))
      if (piece.length > 0 && smallAreaM2(piece) > MAX_OVERLAP_M2)
        faults.push(fault('overlap', 'error', [cell.key, rival.name], piece))
    }
    if (outline) {
      const out = overlay(() => differenceOf(cell.shape, outline))
      const limit = Math.max(MAX_OVERLAP_M2, (1 - MIN_COVERAGE) * smallAreaM2(cell.shape))
      if (out.length > 0 && smallAreaM2(out) > limit) faults.push(fault('outside', 'error', [cell.key], out))
    }
    if (cell.shape.length > 1) faults.push(fault('parts', 'warning', [cell.key], cell.shape))
    if (cell.code === null && smallAreaM2(cell.shape) < SMALL_M2) faults.push(fault('small', 'warning', [cell.key], cell.shape))
  })
  return [...faults, ...gapsOf(before, after, sound, outline)]
}

/** Holes that a draft leaves where there were unit grids; without a before, what of the outline no unit grid covers. */
function gapsOf(before: readonly Cell[], after: readonly Cell[], sound: readonly Cell[], outline: Shape | null): RegridFault[] {
  const now = new Set(after.map((cell) => cell.shape))
  const was =
    before.length > 0 ? before.filter((cell) => !now.has(cell.shape)).map((cell) => cell.shape) : outline ? [outline] : []
  if (was.length === 0) return []
  const left = overlay(() => differenceOf(unionOf(was), unionOf(sound.map((cell) => cell.shape))))
  return left
    .map((polygon): Shape => [polygon])
    .filter((piece) => smallAreaM2(piece) > MAX_OVERLAP_M2 && widthM(piece) > ROUNDING_M)
    .map((piece) => fault('gap', 'error', [], piece))
}

/** Share of the outline that the cells cover, from their areas; overlaps are faults of their own. Null without an outline. */
export function coverageOf(cells: readonly Cell[], outline: Shape | null): number | null {
  if (!outline) return null
  const covered = cells.reduce((sum, cell) => sum + areaM2(cell.shape), 0)
  return Math.min(1, Math.round((covered / areaM2(outline)) * 1e5) / 1e5)
}

/** A community whose cells cover less than 99.9 % of it. */
export function coverageFault(coverage: number | null): RegridFault[] {
  return coverage !== null && coverage < MIN_COVERAGE ? [fault('coverage', 'error', [], null)] : []
}

/** Mean width of a thin piece in metres: twice its area over its border. */
function widthM(piece: Shape): number {
  const border = piece.flat().reduce((sum, ring) => sum + lineLengthM([...ring, ring[0] as number, ring[1] as number]), 0)
  return (2 * smallAreaM2(piece)) / border
}

function firstCorner(shape: Shape): [number, number] {
  const ring = shape[0]?.[0]
  return [toDegrees(ring?.[0] ?? 0), toDegrees(ring?.[1] ?? 0)]
}
