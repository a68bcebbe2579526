/** How many objects were open at each of many moments: every object is looked at once, however many moments there are. */
import type { Area } from './area.ts'
import type { Layer } from './layer.ts'
import { CHUNK, type View } from './view.ts'
import { slotsWithin, walk } from './within.ts'

const buffer = new Int32Array(CHUNK)

/** The first of ascending moments that is not before `t`; their number when there is none. */
function firstFrom(moments: readonly number[], t: number): number {
  let [low, high] = [0, moments.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (moments[middle]! < t) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Objects of a view that had begun and not ended at each moment, within an area or anywhere. The view must not be cut to a moment itself
 * (`at: 'ever'`).
 * @param moments seconds since 1970, ascending
 */
export function countOverTime(layer: Layer, view: View, area: Area | null, moments: readonly number[]): number[] {
  const { times, n } = layer.snapshot
  // What comes and goes at each moment, summed up at the end.
  const steps = new Float64Array(moments.length + 1)
  const lasted = (starts: number, ends: number): void => {
    steps[firstFrom(moments, starts)]!++
    steps[firstFrom(moments, Math.max(starts, ends))]!--
  }
  const points = (from: number, to: number, holds: ((i: number) => boolean) | null): void => {
    for (let start = from; start < to; start += CHUNK) {
      const found = view.collect(start, Math.min(start + CHUNK, to), buffer)
      for (let k = 0; k < found; k++) {
        const i = buffer[k]!
        if (holds === null || holds(i)) lasted(times!.starts[i]!, times!.ends[i]!)
      }
    }
  }
  if (times && area === null) points(0, n, null)
  else if (times && area)
    walk(layer, area, {
      cell: (_level, _x, _y, from, to) => points(from, to, null),
      border: (from, to, pieces) =>
        points(from, to, (i) => {
          const { lng, lat } = layer.snapshot.lngLatAt(i)
          return area.holds(lng, lat, pieces)
        })
    })
  const slots = area ? slotsWithin(layer, view, area) : layer.rows.keys()
  for (const slot of slots) {
    const row = layer.rows[slot]
    if (row && view.seesSlot(slot)) lasted(row.starts, row.ends)
  }
  let open = 0
  return moments.map((_, i) => {
    open += steps[i]!
    return open
  })
}
