/** Labelled series, and what a detector is worth on them: NAB's standard profile, F1, false alarms a day, delay. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Labelled {
  name: string
  at: Float64Array
  values: Float64Array
  /** First and last row of each labelled window. */
  windows: [number, number][]
  /** Rows before this one are for learning and count nowhere. */
  probation: number
}

/** NAB series (MIT) under `folder`: files with their windows of combined_windows.json. */
export function readNab(folder: string): Labelled[] {
  if (!existsSync(join(folder, 'combined_windows.json'))) return []
  const labels = JSON.parse(readFileSync(join(folder, 'combined_windows.json'), 'utf8')) as Record<string, [string, string][]>
  return readdirSync(folder)
    .filter((f) => f.endsWith('.csv'))
    .map((file) => {
      const rows = readFileSync(join(folder, file), 'utf8').trim().split('\n').slice(1)
      const at = Float64Array.from(rows, (r) => Date.parse(`${r.split(',')[0]!.replace(' ', 'T')}Z`))
      const spans = Object.entries(labels).find(([name]) => name.endsWith(`/${file}`))?.[1] ?? []
      return {
        name: file.replace('.csv', ''),
        at,
        values: Float64Array.from(rows, (r) => Number(r.split(',')[1])),
        windows: spans.map(([from, to]): [number, number] => [rowAt(at, from), rowAt(at, to)]),
        probation: Math.min(Math.floor(rows.length * 0.15), 750)
      }
    })
}

function rowAt(at: Float64Array, text: string): number {
  const wanted = Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`)
  let row = at.findIndex((t) => t >= wanted)
  if (row < 0) row = at.length - 1
  return row
}

export interface Experiment {
  name: string
  /** Sensors by row. */
  sensors: Float64Array[]
  anomalous: Uint8Array
}

/** SKAB experiments in a folder of `folder`; rows of one without labels are all in order. */
export function readSkab(folder: string, part: string): Experiment[] {
  const valve = join(folder, part)
  if (!existsSync(valve)) return []
  return readdirSync(valve)
    .filter((f) => f.endsWith('.csv'))
    .map((file) => {
      const [head, ...rows] = readFileSync(join(valve, file), 'utf8').trim().split('\n')
      const names = head!.trim().split(';')
      const cells = rows.map((r) => r.trim().split(';'))
      const columns = names.flatMap((n, i) => (['datetime', 'anomaly', 'changepoint'].includes(n) ? [] : [i]))
      const label = names.indexOf('anomaly')
      return {
        name: file.replace('.csv', ''),
        sensors: columns.map((c) => Float64Array.from(cells, (r) => Number(r[c]))),
        anomalous: Uint8Array.from(cells, (r) => (label < 0 ? 0 : Number(r[label])))
      }
    })
}

/** An alarm of a detector: rows at which it was raised and ended. */
export type Raised = [from: number, to: number]

/** Alarms of a score: raised above `limit`, ended below half of it. */
export function alarmsOf(score: Float64Array, limit: number, from: number): Raised[] {
  const out: Raised[] = []
  let since = -1
  for (let i = from; i < score.length; i++) {
    const s = Math.abs(score[i]!)
    if (since < 0 && s > limit) since = i
    else if (since >= 0 && s < limit / 2) {
      out.push([since, i])
      since = -1
    }
  }
  if (since >= 0) out.push([since, score.length])
  return out
}

const sigmoid = (y: number): number => 2 / (1 + Math.exp(5 * y)) - 1
const MOST = sigmoid(-1)

/** Raw score of one series in NAB's standard profile: true 1, false −0.11, missed −1. */
export function nabScore(series: Labelled, raises: readonly number[]): number {
  let score = 0
  const found = new Set<number>()
  for (const i of raises) {
    if (i < series.probation) continue
    const w = series.windows.findIndex(([a, b]) => i >= a && i <= b)
    if (w >= 0) {
      if (found.has(w)) continue
      found.add(w)
      const [a, b] = series.windows[w]!
      score += sigmoid(-(b - i + 1) / (b - a + 1)) / MOST
    } else {
      const before = series.windows.filter(([, b]) => b < i).at(-1)
      if (!before) score -= 0.11
      else {
        const y = (i - before[1]) / Math.max(1, before[1] - before[0])
        score += 0.11 * (y > 3 ? -1 : sigmoid(y))
      }
    }
  }
  return score - (series.windows.length - found.size)
}

/** What alarms came to on some series; sums, so that series judged at different limits can be added. */
export interface Counts {
  /** Sum of the raw scores of NAB's standard profile. */
  raw: number
  windows: number
  hits: number
  right: number
  wrong: number
  days: number
  /** From the beginning of a window to the first alarm in it, hours. */
  delays: number[]
}

/** A detector at one limit over series. */
export function countsOf(series: readonly Labelled[], scores: readonly Float64Array[], limit: number): Counts {
  const n: Counts = { raw: 0, windows: 0, hits: 0, right: 0, wrong: 0, days: 0, delays: [] }
  for (const [k, s] of series.entries()) {
    const raises = alarmsOf(scores[k]!, limit, s.probation).map((r) => r[0])
    n.raw += nabScore(s, raises)
    n.windows += s.windows.length
    n.days += (s.at.at(-1)! - s.at[s.probation]!) / 86_400_000
    for (const [a, b] of s.windows) {
      const first = raises.find((i) => i >= a && i <= b)
      if (first === undefined) continue
      n.hits++
      n.delays.push((s.at[first]! - s.at[a]!) / 3_600_000)
    }
    for (const i of raises) s.windows.some(([a, b]) => i >= a && i <= b) ? n.right++ : n.wrong++
  }
  return n
}

export const sumOf = (parts: readonly Counts[]): Counts => ({
  raw: parts.reduce((n, p) => n + p.raw, 0),
  windows: parts.reduce((n, p) => n + p.windows, 0),
  hits: parts.reduce((n, p) => n + p.hits, 0),
  right: parts.reduce((n, p) => n + p.right, 0),
  wrong: parts.reduce((n, p) => n + p.wrong, 0),
  days: parts.reduce((n, p) => n + p.days, 0),
  delays: parts.flatMap((p) => p.delays)
})

export interface Worth {
  /** 0: nothing said, 100: every window at its first row and nothing else. */
  nab: number
  f1: number
  falseADay: number
  /** Median of the delays, hours. */
  delayH: number
}

export function worthOf(n: Counts): Worth {
  const precision = n.right + n.wrong === 0 ? 0 : n.right / (n.right + n.wrong)
  const recall = n.hits / n.windows
  return {
    nab: (100 * (n.raw + n.windows)) / (2 * n.windows),
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    falseADay: n.wrong / n.days,
    delayH: n.delays.toSorted((a, b) => a - b)[n.delays.length >> 1] ?? Number.NaN
  }
}

/** For each of some things: the limit that was best on the others. */
export function leaveOneOut<T>(count: number, limits: readonly T[], best: (others: readonly number[], limit: T) => number): T[] {
  return Array.from({ length: count }, (_, left) => {
    const others = Array.from({ length: count }, (_, k) => k).filter((k) => k !== left)
    let chosen = limits[0] as T
    let most = Number.NEGATIVE_INFINITY
    for (const limit of limits) {
      const worth = best(others, limit)
      if (worth > most) [most, chosen] = [worth, limit]
    }
    return chosen
  })
}
