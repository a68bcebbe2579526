import { addDays, type DaySpan, monthOf } from '@chengyun/contract/indicators'
import type { Grain } from '../tables.ts'

/** Rows of one grain over `[from, to)`. */
export interface Segment extends DaySpan {
  grain: Grain
}

/** A span as whole months and the days left over at both ends: a year is read from some forty rows a key instead of 365. */
export function segmentsOf({ from, to }: DaySpan): Segment[] {
  const firstMonth = monthOf(from) === from ? from : monthOf(addDays(monthOf(from), 32))
  const lastMonth = monthOf(to)
  if (firstMonth >= lastMonth) return [{ grain: 'd', from, to }]
  const all: Segment[] = [
    { grain: 'd', from, to: firstMonth },
    { grain: 'm', from: firstMonth, to: lastMonth },
    { grain: 'd', from: lastMonth, to }
  ]
  return all.filter((s) => s.from < s.to)
}
