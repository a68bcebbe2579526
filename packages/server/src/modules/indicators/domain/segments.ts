import { addDays, type DaySpan, daysBetween, monthOf } from '@chengyun/contract/indicators'
import type { Grain } from '../tables.ts'

/** Rows of one grain over `[from, to)`, added (1) or taken away again (−1). */
export interface Segment extends DaySpan {
  grain: Grain
  sign: 1 | -1
}

const nextMonth = (month: string): string => monthOf(addDays(month, 32))

/**
 * A span as whole months and single days. A month of which more than half is wanted is taken whole, less the days that are not: a year
 * is read from at most 13 + 30 rows a key instead of 365.
 */
export function segmentsOf({ from, to }: DaySpan): Segment[] {
  const days = (a: string, b: string, sign: 1 | -1): Segment => ({ grain: 'd', from: a, to: b, sign })
  if (from >= to) return []
  const first = monthOf(from)
  const last = monthOf(to)
  if (first === last) return [days(from, to, 1)]
  const wholeFirst = daysBetween(first, from) < daysBetween(from, nextMonth(first))
  const wholeLast = daysBetween(to, nextMonth(last)) < daysBetween(last, to)
  const all: Segment[] = [
    wholeFirst ? days(first, from, -1) : days(from, nextMonth(first), 1),
    { grain: 'm', from: wholeFirst ? first : nextMonth(first), to: wholeLast ? nextMonth(last) : last, sign: 1 },
    wholeLast ? days(to, nextMonth(last), -1) : days(last, to, 1)
  ]
  return all.filter((s) => s.from < s.to)
}
