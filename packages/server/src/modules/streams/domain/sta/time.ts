import { StaError } from './fault.ts'

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)$/
const DURATION =
  /^(-)?P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/

/** Epoch ms of an ISO-8601 instant with offset; null for anything else, days that are none included. */
export function instantOf(text: string): number | null {
  const hit = INSTANT.exec(text)
  if (!hit) return null
  const [, y, mo, d, h, mi, s = '00', fraction = '', zone = 'Z'] = hit as unknown as string[]
  const ms = Math.floor(Number(`0.${fraction || '0'}`) * 1000)
  const [Y, M, D, H, I, S] = [y, mo, d, h, mi, s].map(Number) as [number, number, number, number, number, number]
  const at = new Date(0)
  at.setUTCFullYear(Y, M - 1, D)
  at.setUTCHours(H, I, S, ms)
  const isDay = Y > 0 && at.getUTCFullYear() === Y && at.getUTCMonth() === M - 1 && H < 24 && I < 60 && S < 60
  if (!isDay || at.getUTCDate() !== D) return null
  if (zone === 'Z') return at.getTime()
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return at.getTime() - (zone[0] === '-' ? -minutes : minutes) * 60_000
}

export interface Span {
  from: number
  /** Null of an instant. */
  until: number | null
}

/** An instant or an interval `from/until`; null for anything else. */
export function spanOf(text: string): Span | null {
  const [a, b, ...more] = text.split('/')
  const from = instantOf(a ?? '')
  if (from === null || more.length > 0) return null
  if (b === undefined) return { from, until: null }
  const until = instantOf(b)
  return until === null || until < from ? null : { from, until }
}

/** Milliseconds of an ISO-8601 duration of weeks, days and time. @throws StaError for months and years, which have no fixed length */
export function durationOf(text: string): number {
  const hit = DURATION.exec(text)
  if (!hit || /^-?P(T)?$/.test(text)) throw new StaError(`duration'${text}' is no duration of days, hours, minutes and seconds`)
  const [weeks, days, hours, minutes, seconds] = hit.slice(2).map((part) => Number(part ?? 0)) as number[]
  const ms = ((((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000
  return hit[1] ? -ms : ms
}

/** An instant as SensorThings writes it: UTC, milliseconds. */
export const isoOf = (ms: number): string => new Date(ms).toISOString()
export const spanText = ({ from, until }: Span): string => (until === null ? isoOf(from) : `${isoOf(from)}/${isoOf(until)}`)
