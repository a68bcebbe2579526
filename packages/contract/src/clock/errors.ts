/** What each CLOCK_* code means: HTTP status and both texts. `{name}` is filled from the error's details. */
export const CLOCK_ERRORS = {
  CLOCK_CALENDAR_INVALID: { status: 422, zh: '工作日历有 {count} 处错误', en: 'The work calendar has {count} faults' },
  CLOCK_ZONE_UNKNOWN: { status: 422, zh: '未知的时区 {timeZone}', en: 'Unknown time zone {timeZone}' },
  CLOCK_SLOT_INVALID: {
    status: 422,
    zh: '工作时段 {value} 不正确：应先后有序、互不重叠、止于 24:00 之前',
    en: 'Working slot {value} is wrong: slots must be in order, apart, and end by 24:00'
  },
  CLOCK_SEASON_INVALID: {
    status: 422,
    zh: '季节作息 {value} 不正确：日期不存在或与其他季节重叠',
    en: 'Season {value} is wrong: no such date, or it overlaps another'
  },
  CLOCK_DATE_INVALID: { status: 422, zh: '日期 {value} 不存在', en: 'There is no date {value}' },
  CLOCK_DAY_TYPE_UNKNOWN: {
    status: 422,
    zh: '日期类型 {value} 不认识：应为 holiday 或 workday',
    en: 'Unknown day type {value}: expected holiday or workday'
  },
  CLOCK_DATE_TWICE: {
    status: 422,
    zh: '日期 {value} 出现了两次，类型不同',
    en: 'Date {value} appears twice with different types'
  },
  CLOCK_FIELD_INVALID: { status: 422, zh: '字段 {field} 不正确：{reason}', en: 'Field {field} is wrong: {reason}' },
  CLOCK_JSON_INVALID: { status: 422, zh: '不是合法的 JSON', en: 'Not valid JSON' },
  CLOCK_HEADER_MISSING: { status: 422, zh: '缺少列 {value}', en: 'Column {value} is missing' },
  CLOCK_NO_WORKING_TIME: {
    status: 422,
    zh: '日历 {calendarId} 没有可用的工作时间',
    en: 'Calendar {calendarId} has no working time to use'
  },
  CLOCK_CALENDAR_UNKNOWN: {
    status: 500,
    zh: '找不到日历 {calendarId} 第 {version} 版',
    en: 'Calendar {calendarId} version {version} is not known'
  },
  CLOCK_CALENDAR_MISMATCH: {
    status: 500,
    zh: '计时使用日历 {expected}，却给了 {given}',
    en: 'The timer runs on calendar {expected} but was given {given}'
  },
  CLOCK_LIMIT_INVALID: { status: 422, zh: '时限 {value} 不正确', en: 'Limit {value} is wrong' },
  CLOCK_LIMIT_KIND_MIXED: {
    status: 422,
    zh: '计时按 {expected} 计算，不能用 {given} 延期',
    en: 'The timer counts in {expected}; it cannot be extended by {given}'
  },
  CLOCK_TIME_INVALID: { status: 422, zh: '时间不正确', en: 'Not a valid time' },
  CLOCK_TIME_BACKWARDS: { status: 422, zh: '时间 {at} 早于上一次操作 {last}', en: 'Time {at} lies before the last event {last}' },
  CLOCK_DEADLINE_PAST: { status: 422, zh: '截止时间 {deadlineAt} 已经过去', en: 'The deadline {deadlineAt} has already passed' },
  CLOCK_STATE_REFUSED: {
    status: 409,
    zh: '计时状态为 {status}，不能 {operation}',
    en: 'A timer that is {status} cannot {operation}'
  },
  CLOCK_NOT_STARTED: { status: 422, zh: '计时尚未开始', en: 'The timer was never started' }
} as const

export type ClockErrorCode = keyof typeof CLOCK_ERRORS

/** One fault of an imported calendar: `field` is a JSON pointer or a column, `line` the 1-based line of a CSV file. */
export interface CalendarFault {
  readonly code: ClockErrorCode
  readonly field: string
  readonly value: string
  readonly line?: number
  readonly reason?: string
}

/** The only error this package throws: a code of {@link CLOCK_ERRORS} and the values its text needs. */
export class ClockError extends Error {
  readonly code: ClockErrorCode
  readonly status: number
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ClockErrorCode, details: Readonly<Record<string, unknown>> = {}) {
    super(CLOCK_ERRORS[code].en.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole)))
    this.name = 'ClockError'
    this.code = code
    this.status = CLOCK_ERRORS[code].status
    this.details = details
  }
}
