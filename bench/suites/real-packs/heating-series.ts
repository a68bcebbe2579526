/** Stations of a folder of SCADA files as things of the pack, and what is visibly wrong in them by plain criteria that no rule reads. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Column, localTime, type Thing } from '../../lib/replay.ts'
import map from './heating.json' with { type: 'json' }

const HOUR = 3_600_000
/** Rows that are further apart than this do not belong to one another. */
const GAP = 3 * HOUR

export interface Station extends Thing {
  at: Float64Array
  /** Raw columns by their name in the file, row by row; NaN where empty. */
  raw: Readonly<Record<string, Float64Array>>
}

export function readStations(root: string): Station[] {
  const folder = join(root, map.folder)
  return readdirSync(folder)
    .filter((f) => f.endsWith('.csv'))
    .sort()
    .map((file) => {
      const [head, ...lines] = readFileSync(join(folder, file), 'utf8').trim().split('\n')
      const names = head!.trim().split(',')
      const rows = lines.map((l) => l.trim().split(',')).sort((a, b) => (a[0]! < b[0]! ? -1 : 1))
      const at = Float64Array.from(rows, (r) => localTime(r[names.indexOf(map.time)]!))
      const raw = Object.fromEntries(
        names.map((n, i) => [n, Float64Array.from(rows, (r) => (r[i] === '' ? Number.NaN : Number(r[i])))])
      )
      return { name: /_(L\d+)\./.exec(file)?.[1] ?? file, at, raw, streams: streamsOf(at, raw) }
    })
}

export function streamsOf(at: Float64Array, raw: Station['raw']): Record<string, Column> {
  const out: Record<string, Column> = {}
  for (const [column, to] of Object.entries<{ stream: string; times?: number }>(map.columns)) {
    const values = raw[column]
    if (!values) continue
    const kept = [...values.keys()].filter((i) => !Number.isNaN(values[i]!))
    out[to.stream] = {
      at: Float64Array.from(kept, (i) => at[i]!),
      values: Float64Array.from(kept, (i) => values[i]! * (to.times ?? 1))
    }
  }
  return out
}

/** Wall-clock hour of an instant, and the year in which its heating season began. */
export const hourOf = (t: number): number => Math.floor((t / HOUR + 8) % 24)
export const seasonOf = (t: number): number => {
  const d = new Date(t + 8 * HOUR)
  return d.getUTCMonth() >= 6 ? d.getUTCFullYear() : d.getUTCFullYear() - 1
}
/** 16 November to 5 April, the season of the pack. */
export const inSeason = (t: number): boolean => {
  const d = new Date(t + 8 * HOUR)
  const day = (d.getUTCMonth() + 1) * 100 + d.getUTCDate()
  return day >= 1116 || day <= 405
}

/** Episode of rows that show the same fault, with the rows' first and last instant. */
export interface Visible {
  what: 'cold' | 'failed' | 'stuck' | 'gap'
  from: number
  to: number
}

/** The sensor says what no water of a heating network is: open circuit, zero, or above 95 °C. */
const failed = (v: number): boolean => v <= 1 || v > 95

/**
 * What somebody who looks at the curves would mark. cold: 8 K or more below the controller's own set point for two hours on end, in hours in which the
 * station heats and with less than 8 °C outdoors (from there on the
 * controllers switch off); failed: see above; stuck: not a tenth of a degree of change in 12 readings and 6 hours; gap: no row for
 * more than three hours.
 */
export function visibleFaults(s: Station, heats: (t: number) => boolean): Visible[] {
  const { t_sup_sec: supply, t_ref: set, t_amb: outdoor } = s.raw as Record<string, Float64Array>
  const rows = [...s.at.keys()].filter((i) => inSeason(s.at[i]!))
  const out: Visible[] = [
    ...episodes(s, [...s.at.keys()], 'failed', 0, (i) => failed(supply![i]!)),
    ...episodes(s, rows, 'cold', 2 * HOUR, (i) => {
      const [v, r, o] = [supply![i]!, set![i]!, outdoor![i]!]
      return heats(s.at[i]!) && !failed(v) && r >= 30 && r <= 80 && o > -30 && o < 8 && v < r - 8
    })
  ]
  let since = 0
  for (let i = 1; i <= s.at.length; i++) {
    if (i < s.at.length && Math.abs(supply![i]! - supply![since]!) < 0.05 && s.at[i]! - s.at[i - 1]! <= GAP) continue
    const last = i - 1
    if (last - since >= 11 && s.at[last]! - s.at[since]! >= 6 * HOUR && inSeason(s.at[last]!) && !failed(supply![last]!))
      out.push({ what: 'stuck', from: s.at[since]!, to: s.at[last]! })
    since = i
  }
  for (let i = 1; i < s.at.length; i++)
    if (s.at[i]! - s.at[i - 1]! > GAP && inSeason(s.at[i - 1]!)) out.push({ what: 'gap', from: s.at[i - 1]!, to: s.at[i]! })
  return out
}

function episodes(s: Station, rows: readonly number[], what: Visible['what'], atLeast: number, is: (i: number) => boolean) {
  const out: Visible[] = []
  let open: Visible | null = null
  for (const i of rows) {
    const t = s.at[i]!
    if (open && t - open.to > GAP) open = null
    if (!is(i)) open = null
    else if (open) open.to = t
    else {
      open = { what, from: t, to: t }
      out.push(open)
    }
  }
  return out.filter((e) => e.to - e.from >= atLeast)
}
