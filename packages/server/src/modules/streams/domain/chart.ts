/** Series thinned to the pixels of a chart; gaps stay gaps. */
import type { Series } from './pack-codec.ts'

/** Points of a chart as columns. A point whose values are null is a gap: the line breaks there. */
export interface ChartPoints {
  at: number[]
  min: (number | null)[]
  max: (number | null)[]
  mean: (number | null)[]
  /** Worst quality within the point, as a number of the list of qualities. */
  quality: number[]
}

const empty = (): ChartPoints => ({ at: [], min: [], max: [], mean: [], quality: [] })

function gap(to: ChartPoints, at: number): void {
  to.at.push(at)
  to.min.push(null)
  to.max.push(null)
  to.mean.push(null)
  to.quality.push(0)
}

/** Every reading as it is; a gap where it was silent for longer than `gapMs`. */
export function pointsOf(s: Series, gapMs: number): ChartPoints {
  const out = empty()
  let before = Number.NaN
  for (let i = 0; i < s.length; i++) {
    const value = s.values[i]!
    if (Number.isNaN(value)) continue
    const at = s.at[i]!
    if (at - before > gapMs) gap(out, before + 1)
    out.at.push(at)
    out.min.push(value)
    out.max.push(value)
    out.mean.push(value)
    out.quality.push(s.quality[i]!)
    before = at
  }
  return out
}

/** Least, greatest and mean value of each pixel. */
export function thinned(s: Series, span: { from: number; to: number; pixels: number }, gapMs: number): ChartPoints {
  const width = (span.to - span.from) / span.pixels
  const out = empty()
  let before = Number.NaN
  for (let i = 0; i < s.length; ) {
    const pixel = Math.min(span.pixels - 1, Math.floor((s.at[i]! - span.from) / width))
    const end = span.from + (pixel + 1) * width
    let [count, sum, min, max, worst] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0]
    for (; i < s.length && (s.at[i]! < end || pixel === span.pixels - 1); i++) {
      const value = s.values[i]!
      if (Number.isNaN(value)) continue
      count += 1
      sum += value
      if (value < min) min = value
      if (value > max) max = value
      if (s.quality[i]! > worst) worst = s.quality[i]!
      // Silence within a pixel is no gap that could be drawn.
      if (count === 1 && s.at[i]! - before > gapMs) gap(out, before + 1)
      before = s.at[i]!
    }
    if (count === 0) continue
    out.at.push(Math.round(span.from + (pixel + 0.5) * width))
    out.min.push(min)
    out.max.push(max)
    out.mean.push(sum / count)
    out.quality.push(worst)
  }
  return out
}

/** Rows of a roll-up thinned in the same way. `widthMs` is how long each row is. */
export function thinnedRollups(
  rows: readonly { at: number; count: number; min: number; max: number; sum: number }[],
  span: { from: number; to: number; pixels: number },
  widthMs: number,
  gapMs: number
): ChartPoints {
  const width = (span.to - span.from) / span.pixels
  const longest = Math.max(gapMs, widthMs * 1.5)
  const out = empty()
  let before = Number.NaN
  for (let i = 0; i < rows.length; ) {
    const pixel = Math.max(0, Math.min(span.pixels - 1, Math.floor((rows[i]!.at - span.from) / width)))
    const end = span.from + (pixel + 1) * width
    if (rows[i]!.at - before > longest) gap(out, before + widthMs)
    let [count, sum, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    const at = rows[i]!.at
    for (; i < rows.length && (rows[i]!.at < end || pixel === span.pixels - 1); i++) {
      const row = rows[i]!
      count += row.count
      sum += row.sum
      if (row.min < min) min = row.min
      if (row.max > max) max = row.max
      before = row.at
    }
    out.at.push(width < widthMs ? at + widthMs / 2 : Math.round(span.from + (pixel + 0.5) * width))
    out.min.push(min)
    out.max.push(max)
    out.mean.push(sum / count)
    out.quality.push(0)
  }
  return out
}

/**
 * Largest triangle three buckets (Steinarsson 2013): the readings that keep the look of the line, at most `count` of them; each stretch between gaps by itself,
 * with as many as its share.
 */
export function largestTriangles(s: Series, count: number, gapMs: number): ChartPoints {
  const stretches: { from: number; to: number }[] = []
  for (let i = 0; i < s.length; i++) {
    if (Number.isNaN(s.values[i]!)) continue
    const last = stretches.at(-1)
    if (last && s.at[i]! - s.at[last.to - 1]! <= gapMs) last.to = i + 1
    else stretches.push({ from: i, to: i + 1 })
  }
  const out = empty()
  const put = (i: number): void => {
    const value = s.values[i]!
    out.at.push(s.at[i]!)
    out.min.push(value)
    out.max.push(value)
    out.mean.push(value)
    out.quality.push(s.quality[i]!)
  }
  stretches.forEach(({ from, to }, n) => {
    if (n > 0) gap(out, s.at[stretches[n - 1]!.to - 1]! + 1)
    const kept: number[] = []
    for (let i = from; i < to; i++) if (!Number.isNaN(s.values[i]!)) kept.push(i)
    const room = Math.max(3, Math.round((count * kept.length) / Math.max(1, s.length)))
    for (const i of trianglesOf(s, kept, room)) put(i)
  })
  return out
}

function trianglesOf(s: Series, kept: readonly number[], count: number): readonly number[] {
  if (kept.length <= count) return kept
  const out = [kept[0]!]
  const width = (kept.length - 2) / (count - 2)
  for (let b = 0; b < count - 2; b++) {
    const [from, to] = [Math.floor(b * width) + 1, Math.floor((b + 1) * width) + 1]
    const end = Math.min(Math.floor((b + 2) * width) + 1, kept.length)
    let [meanAt, mean] = [0, 0]
    for (let i = to; i < end; i++) {
      meanAt += s.at[kept[i]!]! / (end - to)
      mean += s.values[kept[i]!]! / (end - to)
    }
    const a = out.at(-1)!
    let [best, area] = [kept[from]!, -1]
    for (let i = from; i < to; i++) {
      const k = kept[i]!
      const size = Math.abs((s.at[a]! - meanAt) * (s.values[k]! - s.values[a]!) - (s.at[a]! - s.at[k]!) * (mean - s.values[a]!))
      if (size > area) [best, area] = [k, size]
    }
    out.push(best)
  }
  out.push(kept.at(-1)!)
  return out
}
