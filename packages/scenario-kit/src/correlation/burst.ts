import { discoveries, tail } from './chance.ts'

const HOUR = 3_600_000
/** Complaints a source is taken to have shown before anything is known of it: the weight of "like everybody else". */
const PRIOR = 5
/** Lengths of window that are looked at, hours. */
const WINDOWS = [3, 6, 12, 24] as const
const TEMPERATURE_STEP = 5

/** Somebody complained. */
export interface Complaint {
  /** Epoch ms. */
  at: number
  /** Which source serves the place. */
  source: number
}

/** What serves customers: a heat station. */
export interface Source {
  customers: number
}

export interface Surveillance {
  sources: readonly Source[]
  /** All that are known, past ones too, in any order. */
  complaints: readonly Complaint[]
  /** Outdoor temperature of an hour, NaN where not known. */
  temperature(hour: number): number
  /** Hour of the day of the city. */
  hourOfDay(at: number): number
  /** First instant of which complaints are known. */
  from: number
  now: number
  /** Longest window, hours. */
  windowH: number
  /** Share of false findings that is borne. */
  falseShare: number
}

/** More complaints about a source than chance allows. */
export interface Burst {
  source: number
  windowH: number
  observed: number
  expected: number
  p: number
}

const cellOf = (s: Surveillance, at: number): number => {
  const t = s.temperature(Math.floor(at / HOUR))
  const band = Number.isNaN(t) ? 0 : Math.max(-4, Math.min(5, Math.floor(t / TEMPERATURE_STEP))) + 5
  return s.hourOfDay(at) * 16 + band
}

/** Complaints per customer and hour at this hour of the day and this cold, from everything before the longest window. */
function ratesOf(s: Surveillance, until: number): (at: number) => number {
  const customers = s.sources.reduce((sum, x) => sum + x.customers, 0)
  const counts = new Float64Array(24 * 16)
  const hours = new Float64Array(24 * 16)
  let total = 0
  for (let at = s.from; at < until; at += HOUR) hours[cellOf(s, at)]! += customers
  for (const c of s.complaints)
    if (c.at >= s.from && c.at < until) {
      counts[cellOf(s, c.at)]! += 1
      total += 1
    }
  const all = (total + 1) / (((until - s.from) / HOUR) * customers + 1)
  return (at) => {
    const cell = cellOf(s, at)
    return (counts[cell]! + PRIOR) / (hours[cell]! + PRIOR / all)
  }
}

/**
 * Sources about which more people complain than customers, weather, hour and their own habit explain, most improbable first. Of each source the window
 * is taken that chance explains least, and what is found pays for having been looked for in several; over all sources the share of
 * false findings is bounded. What drives everybody at once (a cold night) is nobody's burst.
 */
export function bursts(s: Surveillance): Burst[] {
  const windows = WINDOWS.filter((w) => w <= s.windowH)
  const longest = Math.max(...windows)
  const before = s.now - longest * HOUR
  if (before - s.from < 24 * HOUR) return []
  const rate = ratesOf(s, before)
  const past = new Float64Array(s.sources.length)
  for (const c of s.complaints) if (c.at >= s.from && c.at < before) past[c.source]! += 1
  let exposure = 0
  for (let at = s.from; at < before; at += HOUR) exposure += rate(at)
  const best = s.sources.map((_, source) => ({ source, windowH: 0, observed: 0, expected: 0, p: 1 }))
  for (const w of windows) {
    const since = s.now - w * HOUR
    const observed = new Float64Array(s.sources.length)
    let seen = 0
    for (const c of s.complaints)
      if (c.at >= since && c.at <= s.now) {
        observed[c.source]! += 1
        seen += 1
      }
    let share = 0
    for (let at = since; at < s.now; at += HOUR) share += rate(at)
    const customers = s.sources.reduce((sum, x) => sum + x.customers, 0)
    s.sources.forEach((x, source) => {
      const usual = share * x.customers
      // How all the others do in this window, so that a night that is hard for everybody is not held against one.
      const others = (seen - observed[source]! + 1) / (share * (customers - x.customers) + 1)
      const [shape, known] = [PRIOR + past[source]!, PRIOR + exposure * x.customers]
      const expected = usual * others
      const p = Math.min(1, tail(observed[source]!, expected, shape, known) * windows.length)
      if (p < best[source]!.p)
        best[source] = { source, windowH: w, observed: observed[source]!, expected: (expected * shape) / known, p }
    })
  }
  const stands = discoveries(
    best.map((b) => b.p),
    s.falseShare
  )
  return best.filter((b, i) => stands[i] && b.observed >= 3).sort((a, b) => a.p - b.p)
}
