import type { zh } from './strings/zh.ts'

/** A word of the shared strings with its values. */
export interface Phrase {
  key: keyof typeof zh
  values: Record<string, number>
}

/**
 * A duration as people say it: two units at most, rounded down so that a clock never shows more than is left.
 * @param seconds not negative
 */
export function durationPhrase(seconds: number): Phrase {
  const s = Math.max(0, Math.floor(seconds))
  const d = Math.floor(s / 86400)
  const h = Math.floor((s % 86400) / 3600)
  const m = Math.floor((s % 3600) / 60)
  if (d >= 1) return h > 0 && d < 10 ? { key: 'duration.dayHour', values: { d, h } } : { key: 'duration.day', values: { d } }
  if (h >= 1) return m > 0 ? { key: 'duration.hourMinute', values: { h, m } } : { key: 'duration.hour', values: { h } }
  if (m >= 1) return { key: 'duration.minute', values: { m } }
  return { key: 'duration.second', values: { s } }
}

/** Thousands separated; null and undefined become an en dash, never zero. */
export function formatNumber(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–'
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** A share 0…1 as a percentage with one decimal; missing stays missing. */
export function formatPercent(ratio: number | null | undefined, digits = 1): string {
  return ratio === null || ratio === undefined || !Number.isFinite(ratio) ? '–' : `${formatNumber(ratio * 100, digits)} %`
}

const zone = { timeZone: 'Asia/Shanghai' }

/** The city's wall clock for every formatter; set once from the session. */
export function setTimeZone(timeZone: string): void {
  zone.timeZone = timeZone
}

function parts(at: string | Date): Record<string, string> {
  const list = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone.timeZone,
    hour12: false,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit'
  }).formatToParts(typeof at === 'string' ? new Date(at) : at)
  return Object.fromEntries(list.map((p) => [p.type, p.value]))
}

/** `2026-09-04 17:30` on the city's clock. */
export function formatDateTime(at: string | Date | null | undefined, seconds = false): string {
  if (!at) return '–'
  const p = parts(at)
  return `${p['year']}-${p['month']}-${p['day']} ${p['hour']}:${p['minute']}${seconds ? `:${p['second']}` : ''}`
}

/** `17:30`. */
export function formatTime(at: string | Date, seconds = false): string {
  const p = parts(at)
  return `${p['hour']}:${p['minute']}${seconds ? `:${p['second']}` : ''}`
}

/** `2026-09-04`. */
export function formatDate(at: string | Date): string {
  return formatDateTime(at).slice(0, 10)
}

/** `17:30` today, `09-03 17:30` this year, the whole date before that. */
export function formatShort(at: string | Date | null | undefined, now: Date): string {
  if (!at) return '–'
  const full = formatDateTime(at)
  const today = formatDateTime(now)
  if (full.slice(0, 10) === today.slice(0, 10)) return full.slice(11)
  return full.slice(0, 4) === today.slice(0, 4) ? full.slice(5) : full
}
