import type { TimeFormat } from './map.ts'

/** A parsed time; `precision` tells whether only the day was known. */
export interface ParsedTime {
  at: Date
  precision: 'second' | 'day'
}

const PATTERNS: Record<TimeFormat, RegExp> = {
  yyyyMMdd: /^(?<y>\d{4})(?<mo>\d\d)(?<d>\d\d)$/,
  yyyyMMddHHmmss: /^(?<y>\d{4})(?<mo>\d\d)(?<d>\d\d)(?<h>\d\d)(?<mi>\d\d)(?<s>\d\d)$/,
  'yyyy-MM-dd': /^(?<y>\d{4})-(?<mo>\d\d)-(?<d>\d\d)$/,
  'yyyy-MM-ddTHH:mm:ss': /^(?<y>\d{4})-(?<mo>\d\d)-(?<d>\d\d)[T ](?<h>\d\d):(?<mi>\d\d)(?::(?<s>\d\d)(?:\.\d{1,9})?)?$/,
  'yyyy/MM/dd HH:mm': /^(?<y>\d{4})\/(?<mo>\d{1,2})\/(?<d>\d{1,2}) (?<h>\d{1,2}):(?<mi>\d\d)(?::(?<s>\d\d))?$/,
  'MM/dd/yyyy hh:mm:ss a': /^(?<mo>\d{1,2})\/(?<d>\d{1,2})\/(?<y>\d{4}) (?<h>\d{1,2}):(?<mi>\d\d):(?<s>\d\d) (?<a>AM|PM)$/i,
  'iso-offset': /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/
}

/**
 * Reads a time written in one of the known ways; null when it is none (the 31st of February included).
 * Times without an offset are wall time of `timeZone`; day-only formats get `timeOfDay` (HH:mm, default 00:00).
 */
export function parseTime(text: string, format: TimeFormat, timeZone: string, timeOfDay = '00:00'): ParsedTime | null {
  const match = PATTERNS[format].exec(text.trim())
  if (!match) return null
  if (format === 'iso-offset') {
    const at = new Date(text.trim())
    return Number.isNaN(at.getTime()) ? null : { at, precision: 'second' }
  }
  const g = match.groups ?? {}
  const dayOnly = g.h === undefined
  const [dh = '0', dm = '0'] = timeOfDay.split(':')
  let hour = Number(dayOnly ? dh : g.h)
  if (g.a !== undefined) {
    if (hour < 1 || hour > 12) return null
    hour = (hour % 12) + (g.a.toUpperCase() === 'PM' ? 12 : 0)
  }
  const fields = [Number(g.y), Number(g.mo), Number(g.d), hour, Number(dayOnly ? dm : g.mi), Number(g.s ?? 0)] as const
  const wall = wallMillis(fields)
  return wall === null ? null : { at: new Date(toInstant(wall, timeZone)), precision: dayOnly ? 'day' : 'second' }
}

type Fields = readonly [year: number, month: number, day: number, hour: number, minute: number, second: number]

function wallMillis([y, mo, d, h, mi, s]: Fields): number | null {
  const t = new Date(Date.UTC(y, mo - 1, d, h, mi, s))
  const same = t.getUTCFullYear() === y && t.getUTCMonth() === mo - 1 && t.getUTCDate() === d
  return same && h < 24 && mi < 60 && s < 60 ? t.getTime() : null
}

/** Wall time to instant; in the hour that is skipped in spring the time moves on by the skip, in the doubled hour it is the first one. */
function toInstant(wall: number, timeZone: string): number {
  const before = offsetAt(timeZone, wall - 86_400_000)
  const guess = wall - before
  const offset = offsetAt(timeZone, guess)
  if (offset === before) return guess
  const second = wall - offset
  return offsetAt(timeZone, second) === offset ? second : guess
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Offset of a zone at an instant in milliseconds (wall = UTC + offset), from the runtime's own zone data. */
function offsetAt(timeZone: string, at: number): number {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric'
    })
    formats.set(timeZone, format)
  }
  const second = Math.floor(at / 1000) * 1000
  const part: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(second)) part[type] = Number(value)
  return (
    Date.UTC(part.year ?? 1970, (part.month ?? 1) - 1, part.day ?? 1, part.hour ?? 0, part.minute ?? 0, part.second ?? 0) - second
  )
}
