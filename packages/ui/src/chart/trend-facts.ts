import type { Level } from '../alarm/levels.ts'
import { formatDateTime } from '../format.ts'
import { uiText } from '../i18n.ts'

/** A stream over time as columns; null values are gaps. Instants are epoch ms. */
export interface TrendLine {
  name: string
  unit: string
  decimals: number
  at: readonly number[]
  min: readonly (number | null)[]
  max: readonly (number | null)[]
  mean: readonly (number | null)[]
  /** Why a point is not to be trusted, in words; null: it is. Absent: all are. */
  faults?: readonly (string | null)[]
}

/** What was expected of the first line, and from where on a level begins. */
export interface TrendBand {
  name: string
  at: readonly number[]
  low: readonly (number | null)[]
  high: readonly (number | null)[]
  limits: readonly { level: Level; high: number | null; low: number | null }[]
}

/** An alarm on the time of the chart; `to` null while it stands. */
export interface TrendMark {
  id: string
  level: Level
  title: string
  from: number
  to: number | null
}

export interface TrendFacts {
  lines: readonly TrendLine[]
  bands: readonly TrendBand[]
  marks: readonly TrendMark[]
  from: number
  to: number
  /** Where now is, for alarms that still stand. */
  now: number
}

type Point = [at: number, value: number | null]

/** Least and greatest of every point one after the other, as a raw curve would run; gaps stay gaps. */
export function curveOf(line: Pick<TrendLine, 'at' | 'min' | 'max'>): Point[] {
  const out: Point[] = []
  line.at.forEach((at, i) => {
    const low = line.min[i] ?? null
    const high = line.max[i] ?? null
    out.push([at, low])
    if (low !== null && high !== null && high !== low) out.push([at, high])
  })
  return out
}

/** The line without the points that are not to be trusted: they are gaps, and the axis is not theirs. */
export function soundOf(line: TrendLine): TrendLine {
  const { faults } = line
  if (!faults) return line
  const kept = (column: readonly (number | null)[]) => column.map((v, i) => (faults[i] == null ? v : null))
  return { ...line, min: kept(line.min), max: kept(line.max), mean: kept(line.mean) }
}

/** Where the points are that are not to be trusted, those beyond the ends at the end. */
export function faultsOf(line: TrendLine, ends: { low: number; high: number }): [at: number, value: number][] {
  return line.at.flatMap((at, i): [number, number][] => {
    const value = line.max[i] ?? null
    return line.faults?.[i] == null || value === null ? [] : [[at, Math.min(ends.high, Math.max(ends.low, value))]]
  })
}

export interface BandRun {
  at: number[]
  low: number[]
  high: number[]
}

/** The pieces of a band in which something was expected. A side that is open ends at the edge of what is drawn. */
export function runsOf(band: TrendBand, edge: { low: number; high: number }): BandRun[] {
  const out: BandRun[] = []
  let run: BandRun | null = null
  band.at.forEach((at, i) => {
    const low = band.low[i] ?? null
    const high = band.high[i] ?? null
    if (low === null && high === null) {
      run = null
      return
    }
    if (!run) {
      run = { at: [], low: [], high: [] }
      out.push(run)
    }
    run.at.push(at)
    run.low.push(low ?? edge.low)
    run.high.push(high ?? edge.high)
  })
  return out
}

/** Least and greatest of everything that is to be seen. */
export function extentOf({ lines, bands }: Pick<TrendFacts, 'lines' | 'bands'>): { low: number; high: number } | null {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  const see = (v: number | null | undefined) => {
    if (v === null || v === undefined) return
    if (v < low) low = v
    if (v > high) high = v
  }
  for (const l of lines) {
    l.min.forEach(see)
    l.max.forEach(see)
  }
  for (const b of bands) {
    b.low.forEach(see)
    b.high.forEach(see)
  }
  return low <= high ? { low, high } : null
}

/** The ends of the value axis: with some room, never below zero for what is never below it, and a straight line has its axis below it. */
export function endsOf({ low, high }: { low: number; high: number }): { low: number; high?: number } {
  if (low === high) return low >= 0 ? { low: 0, high: high * 1.25 || 1 } : { low: low * 1.25, high: 0 }
  const least = low - (high - low) * 0.02
  return { low: low >= 0 ? Math.max(0, least) : least }
}

/** The same facts as a table: one row a point, the first line's instants leading. */
export function trendTable(facts: TrendFacts): { columns: string[]; rows: (string | number | null)[][] } {
  const several = facts.lines.length > 1
  const columns = [uiText('trend.time')]
  for (const l of facts.lines) {
    const name = several ? `${l.name} ` : ''
    for (const key of ['min', 'mean', 'max'] as const) columns.push(`${name}${uiText(`trend.${key}`)} (${l.unit || '1'})`)
    if (l.faults) columns.push(`${name}${uiText('trend.quality')}`)
  }
  const instants = [...new Set(facts.lines.flatMap((l) => l.at.filter((_, i) => l.mean[i] !== null)))].sort((a, b) => a - b)
  const places = facts.lines.map((l) => new Map(l.at.map((at, i) => [at, i])))
  const rows = instants.map((at) => [
    formatDateTime(new Date(at), true),
    ...facts.lines.flatMap((l, k) => {
      const i = places[k]?.get(at)
      const numbers = [l.min, l.mean, l.max].map((column) => {
        const v = i === undefined ? null : (column[i] ?? null)
        return v === null ? null : Number(v.toFixed(l.decimals))
      })
      return l.faults ? [...numbers, i === undefined ? null : (l.faults[i] ?? null)] : numbers
    })
  ])
  return { columns, rows }
}
