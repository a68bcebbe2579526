/** What of a layer lies in an area: whole cells by their sums, cells on the border point by point. */
import type { Area, DegreeBox, Pieces } from './area.ts'
import { codeOf } from './keys.ts'
import type { Layer } from './layer.ts'
import { BITS, firstAtLeast, lowerBound, northOf, projectX, projectY, upperBound, westOf } from './mercator.ts'
import { cellBound } from './pyramid.ts'
import { CHUNK, Tally, type View } from './view.ts'

/** A cell on the border with fewer points than this is not taken apart further. */
const FEW = 48
const MAX_LEVEL = 24
/** A whole cell with more points than this is summed by its entries. */
const LARGE = 256
const buffer = new Int32Array(CHUNK)

const boxOfCell = (level: number, x: number, y: number): DegreeBox => {
  const size = 2 ** (BITS - level)
  return [westOf(x * size), northOf((y + 1) * size), westOf((x + 1) * size), northOf(y * size)]
}

interface Visitor {
  /** The whole cell, holding positions [from, to), lies inside. */
  cell(level: number, x: number, y: number, from: number, to: number): void
  /** Positions [from, to) lie in a cell on the border. */
  border(from: number, to: number, pieces: Pieces): void
}

/** Walks the cells an area touches, from the few that cover its box down to its border. */
export function walk(layer: Layer, area: Area, visitor: Visitor): void {
  const { xs, ys, n } = layer.snapshot
  const [w, s, e, north] = area.box
  const [x0, y0, x1, y1] = [projectX(w), projectY(north), projectX(e), projectY(s)]
  let level = BITS
  while (level > 0 && (x1 >>> (BITS - level)) - (x0 >>> (BITS - level)) + (y1 >>> (BITS - level)) - (y0 >>> (BITS - level)) > 2)
    level--
  const down = (l: number, x: number, y: number, from: number, to: number, known: Pieces): void => {
    const start = lowerBound(xs, ys, l, x, y, from, to)
    const end = upperBound(xs, ys, l, x, y, start, to)
    if (start === end) return
    const verdict = area.judge(boxOfCell(l, x, y), known)
    if (verdict === 'out') return
    if (verdict === 'in') visitor.cell(l, x, y, start, end)
    else if (end - start <= FEW || l >= MAX_LEVEL) visitor.border(start, end, verdict)
    else for (const [dx, dy] of QUARTERS) down(l + 1, 2 * x + dx, 2 * y + dy, start, end, verdict)
  }
  for (let y = y0 >>> (BITS - level); y <= y1 >>> (BITS - level); y++)
    for (let x = x0 >>> (BITS - level); x <= x1 >>> (BITS - level); x++) down(level, x, y, 0, n, area.pieces)
}
const QUARTERS = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1]
] as const

/** Slots of the changes that are seen and lie inside. */
export function* slotsWithin(layer: Layer, view: View, area: Area): Generator<number> {
  const [w, s, e, n] = area.box
  for (let slot = 0; slot < layer.rows.length; slot++) {
    const row = layer.rows[slot]
    if (!row || row.lng < w || row.lng > e || row.lat < s || row.lat > n) continue
    if (view.seesSlot(slot) && area.holds(row.lng, row.lat, area.pieces)) yield slot
  }
}

/** Objects of a view inside an area, by class and by status. Exact. */
export function countWithin(layer: Layer, view: View, area: Area): Tally {
  const { snapshot } = layer
  const { xs, ys, group, groupClass, groupStatus, header, levels } = snapshot
  const byGroup = new Float64Array(snapshot.groups)
  const points = (from: number, to: number, holds: ((i: number) => boolean) | null): void => {
    for (let start = from; start < to; start += CHUNK) {
      const found = view.collect(start, Math.min(start + CHUNK, to), buffer)
      for (let k = 0; k < found; k++) {
        const i = buffer[k]!
        if (holds === null || holds(i)) byGroup[group[i]!]!++
      }
    }
  }
  walk(layer, area, {
    cell(level, x, y, from, to) {
      const sums = view.byGroup && !view.isList && to - from > LARGE ? levels.find((l) => l.level === level) : undefined
      if (!sums) {
        points(from, to, null)
        return
      }
      const end = cellBound(sums, xs, ys, level, x, y, true)
      const cell = cellBound(sums, xs, ys, level, x, y, false)
      for (let e = sums.start[cell]!; e < sums.start[end]!; e++)
        if (view.groups[sums.group[e]!] === 1) byGroup[sums.group[e]!]! += sums.count[e]!
      const { deadSorted } = layer
      for (let d = firstAtLeast(deadSorted, from); d < deadSorted.length && deadSorted[d]! < to; d++)
        if (view.sees(deadSorted[d]!)) byGroup[group[deadSorted[d]!]!]!--
    },
    border(from, to, pieces) {
      points(from, to, (i) => {
        const { lng, lat } = snapshot.lngLatAt(i)
        return area.holds(lng, lat, pieces)
      })
    }
  })
  const tally = new Tally()
  byGroup.forEach((count, g) => {
    if (count > 0) tally.add(header.classes[groupClass[g]!]!, header.statuses[groupStatus[g]!]!, count)
  })
  for (const slot of slotsWithin(layer, view, area)) tally.add(layer.rows[slot]!.class, layer.rows[slot]!.status, 1)
  return tally
}

/** A found object: a position of the snapshot, or a slot of the changes. */
export type Found = { at: number; slot?: undefined } | { slot: number; at?: undefined }

/** Objects of a view inside an area, at most `limit`, in no particular order. */
export function findWithin(layer: Layer, view: View, area: Area, limit: number): Found[] {
  const { snapshot } = layer
  const out: Found[] = []
  const points = (from: number, to: number, pieces: Pieces | null): void => {
    for (let start = from; start < to && out.length < limit; start += CHUNK) {
      const found = view.collect(start, Math.min(start + CHUNK, to), buffer)
      for (let k = 0; k < found && out.length < limit; k++) {
        const at = buffer[k]!
        const { lng, lat } = snapshot.lngLatAt(at)
        if (pieces === null || area.holds(lng, lat, pieces)) out.push({ at })
      }
    }
  }
  for (const slot of slotsWithin(layer, view, area)) if (out.length < limit) out.push({ slot })
  walk(layer, area, {
    cell: (_level, _x, _y, from, to) => points(from, to, null),
    border: (from, to, pieces) => points(from, to, pieces)
  })
  return out
}

/** The key of a found object without making the whole row. */
export function keyOfFound(layer: Layer, found: Found): string {
  if (found.slot !== undefined) return layer.rows[found.slot]!.key
  const { keys } = layer.snapshot
  return keys.kind === 'number' ? codeOf(keys.hi[found.at]!, keys.lo[found.at]!) : layer.rowAt(found.at).key
}
