import { formatDateTime } from '@chengyun/ui'
import type { Step } from './state.ts'

// The moments the time bar stands on: ends of hours, days or weeks on the city's clock, the last one now. Pure.

const HOUR = 3_600_000
const DAY = 24 * HOUR
const LENGTH: Record<Step, number> = { hour: HOUR, day: DAY, week: 7 * DAY }
/** How many moments a bar has; fewer when the layer does not reach back so far. */
const COUNT: Record<Step, number> = { hour: 48, day: 45, week: 40 }

/** How far the city's clock is ahead of UTC at a moment, in ms. */
function aheadAt(ms: number): number {
  const wall = Date.parse(`${formatDateTime(new Date(ms), true).replace(' ', 'T')}Z`)
  return wall - Math.floor(ms / 1000) * 1000
}

/** The last end of a step before or at `ms`: full hour, midnight, midnight before Monday. */
function floorTo(step: Step, ms: number): number {
  const ahead = aheadAt(ms)
  const wall = ms + ahead
  if (step !== 'week') return Math.floor(wall / LENGTH[step]) * LENGTH[step] - ahead
  // 1970-01-05 was a Monday.
  const monday = 4 * DAY
  return Math.floor((wall - monday) / LENGTH.week) * LENGTH.week + monday - ahead
}

/**
 * The moments of a bar, oldest first; the last stands for now and is null.
 * @param since how far back the layer reaches; null when nobody says
 */
export function momentsOf(step: Step, now: Date, since: string | null): (string | null)[] {
  const first = since ? Date.parse(since) : Number.NEGATIVE_INFINITY
  const out: (string | null)[] = [null]
  let at = floorTo(step, now.getTime())
  while (out.length < COUNT[step] && at >= first) {
    out.unshift(new Date(at).toISOString())
    at = floorTo(step, at - 1)
  }
  return out
}

/** The place of a moment among those of the bar: the nearest one. */
export function nearestOf(moments: readonly (string | null)[], at: string | null): number {
  if (at === null) return moments.length - 1
  const sought = Date.parse(at)
  let best = 0
  for (const [i, moment] of moments.entries()) {
    if (moment === null) continue
    const better = Math.abs(Date.parse(moment) - sought) < Math.abs(Date.parse(moments[best] ?? '') - sought)
    if (better) best = i
  }
  return best
}
