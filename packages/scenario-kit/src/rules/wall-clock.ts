import type { Hours, Season } from '@chengyun/contract/alarms'
import { offsetAt } from '@chengyun/contract/clock'

const DAY = 86_400_000
const BLOCK = 900_000

/** How far the city's wall clock is ahead of UTC at an instant, ms. */
export type WallClock = (at: number) => number

/** The wall clock of a time zone. Offsets change on quarters of an hour at most, so the last quarter asked for is remembered. */
export function wallClock(timeZone: string): WallClock {
  let block = Number.NaN
  let offset = 0
  return (at) => {
    const asked = Math.floor(at / BLOCK)
    if (asked !== block) {
      offset = offsetAt(timeZone, asked * BLOCK)
      block = asked
    }
    return offset
  }
}

export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** Day of the week, 0 is Monday, of a local day number (days since 1970-01-01, a Thursday). */
export const weekday = (day: number): number => (((day + 3) % 7) + 7) % 7

/** Whether an instant lies in hours and season; absent ones always do. */
export function profile(
  clock: WallClock,
  hours: readonly Hours[] | undefined,
  season: Season | undefined
): ((at: number) => boolean) | null {
  if (!hours && !season) return null
  const spans = (hours ?? []).map((h) => ({
    from: minutesOf(h.from),
    to: minutesOf(h.to),
    days: new Set((h.days ?? [1, 2, 3, 4, 5, 6, 7]).map((d) => d - 1))
  }))
  return (at) => {
    const local = at + clock(at)
    if (season && !inSeason(local, season)) return false
    if (spans.length === 0) return true
    const day = Math.floor(local / DAY)
    const minute = (local - day * DAY) / 60_000
    const today = weekday(day)
    const yesterday = (today + 6) % 7
    return spans.some((s) =>
      s.from < s.to
        ? minute >= s.from && minute < s.to && s.days.has(today)
        : (minute >= s.from && s.days.has(today)) || (minute < s.to && s.days.has(yesterday))
    )
  }
}

function inSeason(local: number, { from, to }: Season): boolean {
  const day = new Date(local).toISOString().slice(5, 10)
  return from <= to ? day >= from && day <= to : day >= from || day <= to
}
