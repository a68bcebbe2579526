import { type CalendarFault, ClockError } from './errors.ts'
import type { DayType, WorkCalendar } from './schemas.ts'
import { calendarFaults, parseDay } from './validate.ts'

const DAY_TYPES: Readonly<Record<string, DayType>> = {
  holiday: 'holiday',
  节假日: 'holiday',
  放假: 'holiday',
  休: 'holiday',
  workday: 'workday',
  工作日: 'workday',
  上班: 'workday',
  班: 'workday'
}
const COLUMNS: Readonly<Record<string, 'date' | 'type' | 'note'>> = {
  date: 'date',
  日期: 'date',
  type: 'type',
  类型: 'type',
  note: 'note',
  备注: 'note',
  说明: 'note'
}

/**
 * A calendar from JSON (text or already parsed).
 * @throws ClockError CLOCK_JSON_INVALID; CLOCK_CALENDAR_INVALID with every {@link CalendarFault} in `details.faults`
 */
export function parseCalendar(input: unknown): WorkCalendar {
  let calendar = input
  if (typeof input === 'string') {
    try {
      calendar = JSON.parse(input.replace(/^\uFEFF/, ''))
    } catch {
      throw new ClockError('CLOCK_JSON_INVALID')
    }
  }
  refuse(calendarFaults(calendar))
  return calendar as WorkCalendar
}

/**
 * The next version of a calendar with the days of a holiday list: CSV with the columns date,type,note in any order
 * (Chinese headings and types too; dates as 2026-10-01, 2026/10/1 or 20261001). Days not named stay as they are,
 * unless `replaceYears` drops what was known of every year that the list touches.
 * @throws ClockError CLOCK_CALENDAR_INVALID with every {@link CalendarFault}, by line, in `details.faults`
 */
export function parseCalendarRows(csv: string, base: WorkCalendar, { replaceYears = false } = {}): WorkCalendar {
  const faults: CalendarFault[] = []
  const rows = csvRows(csv.replace(/^\uFEFF/, '')).filter(({ cells }) => cells.some((cell) => cell !== ''))
  const columns = (rows.shift()?.cells ?? []).map((name) => COLUMNS[name.toLowerCase()])
  for (const name of ['date', 'type'] as const) {
    if (!columns.includes(name)) faults.push({ code: 'CLOCK_HEADER_MISSING', field: name, value: name, line: 1 })
  }
  refuse(faults)
  const found = new Map<string, { type: DayType; note: string }>()
  for (const { line, cells } of rows) {
    const cell = (name: 'date' | 'type' | 'note') => cells[columns.indexOf(name)] ?? ''
    const date = isoDate(cell('date'))
    const type = DAY_TYPES[cell('type').toLowerCase()]
    if (date === null) faults.push({ code: 'CLOCK_DATE_INVALID', field: 'date', value: cell('date'), line })
    if (!type) faults.push({ code: 'CLOCK_DAY_TYPE_UNKNOWN', field: 'type', value: cell('type'), line })
    if (date === null || !type) continue
    if ((found.get(date)?.type ?? type) !== type) faults.push({ code: 'CLOCK_DATE_TWICE', field: 'date', value: date, line })
    found.set(date, { type, note: cell('note') })
  }
  refuse(faults)
  const years = new Set([...found.keys()].map((date) => date.slice(0, 4)))
  const kept = <T>(entries: Record<string, T>) =>
    Object.entries(entries).filter(([date]) => !found.has(date) && !(replaceYears && years.has(date.slice(0, 4))))
  const added = [...found]
  const days = sorted([...kept(base.days), ...added.map(([date, { type }]): [string, DayType] => [date, type])])
  const notes = sorted([
    ...kept(base.notes ?? {}),
    ...added.filter(([, { note }]) => note !== '').map(([date, { note }]): [string, string] => [date, note])
  ])
  return parseCalendar({ ...base, version: base.version + 1, days, notes })
}

function refuse(faults: readonly CalendarFault[]): void {
  if (faults.length > 0) throw new ClockError('CLOCK_CALENDAR_INVALID', { count: faults.length, faults })
}

function sorted<T>(entries: [string, T][]): Record<string, T> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function isoDate(text: string): string | null {
  const [, year, month, day] =
    /^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?)$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? []
  if (!year || !month || !day) return null
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return parseDay(date) === null ? null : date
}

/** RFC 4180 rows with the line each begins on; cells are trimmed. */
function csvRows(text: string): { line: number; cells: string[] }[] {
  const rows: { line: number; cells: string[] }[] = []
  let cells: string[] = []
  let cell = ''
  let quoted = false
  let line = 1
  let began = 1
  const endRow = () => {
    rows.push({ line: began, cells: [...cells, cell].map((value) => value.trim()) })
    cells = []
    cell = ''
  }
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === '\n') line++
    if (quoted) {
      if (char !== '"') cell += char
      else if (text[i + 1] === '"') cell += text[++i]
      else quoted = false
    } else if (char === '"') quoted = true
    else if (char === ',') {
      cells.push(cell)
      cell = ''
    } else if (char === '\n') {
      endRow()
      began = line
    } else if (char !== '\r') cell += char
  }
  if (cell !== '' || cells.length > 0) endRow()
  return rows
}
