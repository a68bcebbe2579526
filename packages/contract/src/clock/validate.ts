import { Value } from 'typebox/value'
import type { CalendarFault } from './errors.ts'
import { type Slot, WEEKDAYS, WorkCalendar } from './schemas.ts'
import { isTimeZone } from './zone.ts'

const DAY = 86_400_000

/** A real date "YYYY-MM-DD" as days since 1970-01-01, or null. */
export function parseDay(date: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return null
  const at = Date.parse(`${date}T00:00:00Z`)
  // Some engines roll 02-30 over into March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== date ? null : at / DAY
}

/** Everything wrong with a calendar, shape first: what has the wrong shape is not judged further. */
export function calendarFaults(input: unknown): CalendarFault[] {
  const shape = Value.Errors(WorkCalendar, input)
  if (shape.length > 0) return shape.slice(0, 100).map(({ instancePath, message }) => shapeFault(input, instancePath, message))
  const calendar = input as WorkCalendar
  const faults: CalendarFault[] = []
  if (!isTimeZone(calendar.timeZone)) faults.push({ code: 'CLOCK_ZONE_UNKNOWN', field: '/timeZone', value: calendar.timeZone })
  for (const name of WEEKDAYS) faults.push(...slotFaults(`/weekly/${name}`, calendar.weekly[name]))
  if (WEEKDAYS.every((name) => calendar.weekly[name].length === 0)) {
    faults.push({ code: 'CLOCK_NO_WORKING_TIME', field: '/weekly', value: '' })
  }
  faults.push(...seasonFaults(calendar))
  for (const field of ['days', 'notes'] as const) {
    for (const date of Object.keys(calendar[field] ?? {})) {
      if (parseDay(date) === null) faults.push({ code: 'CLOCK_DATE_INVALID', field: `/${field}/${date}`, value: date })
    }
  }
  return faults
}

function slotFaults(field: string, slots: readonly Slot[]): CalendarFault[] {
  const faults: CalendarFault[] = []
  let last = ''
  slots.forEach(([from, to], i) => {
    // "HH:MM" sorts as text.
    if (from < last || from >= to) faults.push({ code: 'CLOCK_SLOT_INVALID', field: `${field}/${i}`, value: `${from}–${to}` })
    last = to
  })
  return faults
}

function seasonFaults(calendar: WorkCalendar): CalendarFault[] {
  const faults: CalendarFault[] = []
  const taken = new Set<number>()
  ;(calendar.seasons ?? []).forEach(({ from, to, slots }, i) => {
    const field = `/seasons/${i}`
    faults.push(...slotFaults(`${field}/slots`, slots))
    const first = dayOfLeapYear(from)
    const last = dayOfLeapYear(to)
    let wrong = first === null || last === null
    if (first !== null && last !== null) {
      for (let day = first; ; day = (day + 1) % 366) {
        if (taken.has(day)) wrong = true
        taken.add(day)
        if (day === last) break
      }
    }
    if (wrong) faults.push({ code: 'CLOCK_SEASON_INVALID', field, value: `${from}–${to}` })
  })
  return faults
}

function dayOfLeapYear(monthDay: string): number | null {
  const day = parseDay(`2024-${monthDay}`)
  return day === null ? null : day - parseDay('2024-01-01')!
}

function shapeFault(input: unknown, path: string, reason: string): CalendarFault {
  const value: unknown = path
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (at, key) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[key] : undefined),
      input
    )
  const text = value === undefined ? '' : (JSON.stringify(value) ?? '')
  return { code: 'CLOCK_FIELD_INVALID', field: path || '/', value: text.slice(0, 80), reason }
}
