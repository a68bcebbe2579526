/** A stretch of time in which a zone keeps one offset: local wall time = UTC + `offset` (all milliseconds). */
export interface OffsetSegment {
  readonly from: number
  readonly to: number
  readonly offset: number
}

const DAY = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()
const years = new Map<string, readonly OffsetSegment[]>()

/** Does this runtime know the IANA zone? */
export function isTimeZone(timeZone: string): boolean {
  try {
    format(timeZone)
    return true
  } catch {
    return false
  }
}

/** Offset of the zone at an instant, from Intl's own time zone data; costs a few µs, so ask once per day and keep it. */
export function offsetAt(timeZone: string, at: number): number {
  const field: Record<string, number> = {}
  const second = Math.floor(at / 1000) * 1000
  for (const part of format(timeZone).formatToParts(second)) field[part.type] = Number(part.value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: s = 0 } = field
  return Date.UTC(year, month - 1, day, hour, minute, s) - second
}

/**
 * The offset segments covering one UTC year and two days on either side (local days of that year reach over its ends).
 * Sampled daily and bisected where the offset changed: no zone has ever changed twice within a day and back.
 */
export function segmentsOfYear(timeZone: string, year: number): readonly OffsetSegment[] {
  const key = `${timeZone} ${year}`
  const known = years.get(key)
  if (known) return known
  const end = Date.UTC(year + 1, 0, 3)
  const segments: OffsetSegment[] = []
  let from = Date.UTC(year, 0, 1) - 2 * DAY
  let offset = offsetAt(timeZone, from)
  for (let day = from + DAY; day <= end; day += DAY) {
    const next = offsetAt(timeZone, day)
    if (next === offset) continue
    const change = bisect(timeZone, day - DAY, day, offset)
    segments.push({ from, to: change, offset })
    from = change
    offset = next
  }
  segments.push({ from, to: end, offset })
  years.set(key, segments)
  return segments
}

function bisect(timeZone: string, low: number, high: number, offset: number): number {
  let before = low
  let after = high
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000
    if (offsetAt(timeZone, middle) === offset) before = middle
    else after = middle
  }
  return after
}

function format(timeZone: string): Intl.DateTimeFormat {
  let found = formats.get(timeZone)
  if (!found) {
    found = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric'
    })
    formats.set(timeZone, found)
  }
  return found
}
