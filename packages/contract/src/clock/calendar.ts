import { ClockError } from './errors.ts'
import { type DayType, type Slot, WEEKDAYS, type WorkCalendar } from './schemas.ts'
import { calendarFaults, parseDay } from './validate.ts'
import { segmentsOfYear } from './zone.ts'

const DAY = 86_400_000
const MINUTE = 60_000
const FIRST_YEAR = 1970
const LAST_YEAR = 2299

/**
 * The working time of one UTC year as instants: slot `i` is `[starts[i], ends[i])`, `before[i]` the working
 * milliseconds of the year that precede it. Sorted, apart, clipped to the year.
 */
export interface WorkingYear {
  readonly starts: Float64Array
  readonly ends: Float64Array
  readonly before: Float64Array
  readonly total: number
}

/** What one date of the calendar is, for calendar pages. */
export interface DayPlan {
  readonly date: string
  readonly works: boolean
  /** Why: its weekday, or an entry of `days`. */
  readonly because: 'weekly' | DayType
  readonly slots: readonly Slot[]
  readonly note: string | null
}

/** A calendar made quick to ask. Working years are computed on first use and kept; the answers never change. */
export interface CompiledCalendar {
  readonly id: string
  readonly version: number
  readonly timeZone: string
  readonly hoursPerDay: number
  /** @throws ClockError CLOCK_NO_WORKING_TIME outside 1970–2299 */
  year(year: number): WorkingYear
  /** @throws ClockError CLOCK_DATE_INVALID */
  day(date: string): DayPlan
}

/** One calendar, or where to find the version a timer was started on. */
export type CalendarSource = CompiledCalendar | ((id: string, version: number) => CompiledCalendar)

/**
 * Checks a calendar and prepares it. The calendar is copied: later edits of the argument change nothing.
 * A minute works exactly when the city's wall clock shows a time inside a slot; so the hour that daylight saving
 * skips never works and the one it repeats works twice.
 * @throws ClockError CLOCK_CALENDAR_INVALID with all faults in `details.faults`
 */
export function compileCalendar(calendar: WorkCalendar): CompiledCalendar {
  const faults = calendarFaults(calendar)
  if (faults.length > 0) throw new ClockError('CLOCK_CALENDAR_INVALID', { count: faults.length, faults })
  const { id, version, timeZone, hoursPerDay } = calendar
  const planOf = planner(calendar)
  const notes = new Map(Object.entries(calendar.notes ?? {}))
  const years = new Map<number, WorkingYear>()
  return {
    id,
    version,
    timeZone,
    hoursPerDay,
    year(year) {
      let found = years.get(year)
      if (!found) {
        if (!(year >= FIRST_YEAR && year <= LAST_YEAR)) throw new ClockError('CLOCK_NO_WORKING_TIME', { calendarId: id })
        found = buildYear(timeZone, year, planOf)
        years.set(year, found)
      }
      return found
    },
    day(date) {
      const day = parseDay(date)
      if (day === null) throw new ClockError('CLOCK_DATE_INVALID', { value: date })
      const { because, spans } = planOf(day)
      const slots = spans.map(([from, to]): Slot => [clockText(from), clockText(to)])
      return { date, works: slots.length > 0, because, slots, note: notes.get(date) ?? null }
    }
  }
}

/** The calendar a timer runs on. @throws ClockError CLOCK_CALENDAR_MISMATCH when a single calendar is another one */
export function calendarFor(source: CalendarSource, id: string, version: number): CompiledCalendar {
  const calendar = typeof source === 'function' ? source(id, version) : source
  if (calendar.id !== id || calendar.version !== version) {
    throw new ClockError('CLOCK_CALENDAR_MISMATCH', {
      expected: `${id}@${version}`,
      given: `${calendar.id}@${calendar.version}`
    })
  }
  return calendar
}

/** A source that finds any of several versions. @throws (from the source) ClockError CLOCK_CALENDAR_UNKNOWN */
export function calendarBook(calendars: Iterable<CompiledCalendar>): (id: string, version: number) => CompiledCalendar {
  const book = new Map<string, CompiledCalendar>()
  for (const calendar of calendars) book.set(`${calendar.id}@${calendar.version}`, calendar)
  return (id, version) => {
    const found = book.get(`${id}@${version}`)
    if (!found) throw new ClockError('CLOCK_CALENDAR_UNKNOWN', { calendarId: id, version })
    return found
  }
}

/** Milliseconds since local midnight. */
type Span = readonly [from: number, to: number]
/** Takes a local date as days since 1970-01-01. */
type Planner = (day: number) => { because: DayPlan['because']; spans: readonly Span[] }

function planner(calendar: WorkCalendar): Planner {
  const weekly = WEEKDAYS.map((name) => calendar.weekly[name].map(toSpan))
  const overrides = new Map(Object.entries(calendar.days).map(([date, type]) => [parseDay(date), type]))
  const seasons = (calendar.seasons ?? []).map(({ from, to, slots }) => ({ from, to, spans: slots.map(toSpan) }))
  const ordinary = [1, 2, 3, 4, 5, 6, 0].map((weekday) => weekly[weekday]!).find((spans) => spans.length > 0) ?? []
  return (day) => {
    const override = overrides.get(day)
    if (override === 'holiday') return { because: 'holiday', spans: [] }
    const usual = weekly[(((day + 4) % 7) + 7) % 7]! // 1970-01-01 was a Thursday
    const because = override ?? 'weekly'
    if (usual.length === 0 && override !== 'workday') return { because, spans: [] }
    if (seasons.length > 0) {
      const monthDay = new Date(day * DAY).toISOString().slice(5, 10)
      const season = seasons.find(({ from, to }) =>
        from <= to ? from <= monthDay && monthDay <= to : monthDay >= from || monthDay <= to
      )
      if (season) return { because, spans: season.spans }
    }
    return { because, spans: usual.length > 0 ? usual : ordinary }
  }
}

function buildYear(timeZone: string, year: number, planOf: Planner): WorkingYear {
  const yearStart = Date.UTC(year, 0, 1)
  const yearEnd = Date.UTC(year + 1, 0, 1)
  const segments = segmentsOfYear(timeZone, year)
  const pieces: [number, number][] = []
  for (let day = yearStart / DAY - 2; day <= yearEnd / DAY + 1; day++) {
    for (const [from, to] of planOf(day).spans) {
      const wall = day * DAY
      for (const segment of segments) {
        const start = Math.max(wall + from - segment.offset, segment.from, yearStart)
        const end = Math.min(wall + to - segment.offset, segment.to, yearEnd)
        if (start < end) pieces.push([start, end])
      }
    }
  }
  // A repeated hour can interleave the pieces of two slots, and "12:00" may end one slot and start the next.
  pieces.sort((a, b) => a[0] - b[0])
  const merged: [number, number][] = []
  for (const piece of pieces) {
    const last = merged.at(-1)
    if (last && piece[0] <= last[1]) last[1] = Math.max(last[1], piece[1])
    else merged.push(piece)
  }
  const before = new Float64Array(merged.length)
  let total = 0
  merged.forEach(([start, end], i) => {
    before[i] = total
    total += end - start
  })
  return { starts: Float64Array.from(merged, (p) => p[0]), ends: Float64Array.from(merged, (p) => p[1]), before, total }
}

function toSpan([from, to]: Slot): Span {
  return [clockMs(from), clockMs(to)]
}

function clockMs(text: string): number {
  return (Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))) * MINUTE
}

function clockText(ms: number): string {
  const minutes = ms / MINUTE
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
