import { type Static, Type } from 'typebox'

/**
 * The six kinds of limit (standards §2.13.1). `working` kinds stand still at night, on weekends and holidays;
 * the others run on. `seconds` is one unit in its own kind; null = one working day of the calendar.
 */
export const LIMIT_KINDS = {
  urgent_minute: { working: false, seconds: 60, zh: '紧急分钟', en: 'urgent minutes' },
  urgent_hour: { working: false, seconds: 3600, zh: '紧急工作时', en: 'urgent hours' },
  urgent_day: { working: false, seconds: 86_400, zh: '紧急工作日', en: 'urgent days' },
  natural_day: { working: false, seconds: 86_400, zh: '自然日', en: 'calendar days' },
  work_hour: { working: true, seconds: 3600, zh: '工作时', en: 'working hours' },
  work_day: { working: true, seconds: null, zh: '工作日', en: 'working days' }
} as const

export const LimitKind = Type.Union([
  Type.Literal('urgent_minute'),
  Type.Literal('urgent_hour'),
  Type.Literal('urgent_day'),
  Type.Literal('natural_day'),
  Type.Literal('work_hour'),
  Type.Literal('work_day')
])
export type LimitKind = Static<typeof LimitKind>

/** A limit as the tables of conditions state it: `{ kind: 'work_hour', value: 4 }`. Halves are allowed. */
export const Limit = Type.Object(
  { kind: LimitKind, value: Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 }) },
  { additionalProperties: false }
)
export type Limit = Static<typeof Limit>

/**
 * The clocked stages of a case (standards §2.13.2). `limit` is the usual one where the standard or practice has one;
 * null = it comes from the condition chosen for the case.
 */
export const STAGES = {
  accept: { zh: '受理', en: 'accept', limit: { kind: 'urgent_minute', value: 30 } },
  verify: { zh: '核实', en: 'verify', limit: { kind: 'urgent_minute', value: 30 } },
  register: { zh: '立案', en: 'register', limit: { kind: 'urgent_minute', value: 30 } },
  dispatch: { zh: '派遣', en: 'dispatch', limit: { kind: 'urgent_minute', value: 15 } },
  handle: { zh: '处置', en: 'handle', limit: null },
  feedback: { zh: '反馈审核', en: 'feedback review', limit: { kind: 'urgent_minute', value: 30 } },
  check: { zh: '核查', en: 'check', limit: { kind: 'urgent_minute', value: 30 } },
  close: { zh: '结案', en: 'close', limit: { kind: 'urgent_minute', value: 30 } },
  total: { zh: '全程', en: 'total', limit: null }
} as const satisfies Record<string, { zh: string; en: string; limit: Limit | null }>

export const Stage = Type.Union([
  Type.Literal('accept'),
  Type.Literal('verify'),
  Type.Literal('register'),
  Type.Literal('dispatch'),
  Type.Literal('handle'),
  Type.Literal('feedback'),
  Type.Literal('check'),
  Type.Literal('close'),
  Type.Literal('total')
])
export type Stage = Static<typeof Stage>

const ClockTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$|^24:00$' })
const MonthDay = Type.String({ pattern: '^(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' })
const CalendarDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

/** A working slot `[from, to)` of the city's wall clock, "HH:MM"; `to` may be "24:00". */
export const Slot = Type.Tuple([ClockTime, ClockTime])
export type Slot = Static<typeof Slot>
const Slots = Type.Array(Slot, { maxItems: 12 })

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof WEEKDAYS)[number]

export const DayType = Type.Union([Type.Literal('holiday'), Type.Literal('workday')])
export type DayType = Static<typeof DayType>

/**
 * When a city works. A day works when its weekday has slots, unless `days` says holiday; a `workday` (调休) on a day
 * without slots works the slots of the first weekday from Monday that has some. In a season every working day works
 * the season's slots instead; `from`–`to` are inclusive and may span the new year. A change is a new `version`.
 */
export const WorkCalendar = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 64 }),
    version: Type.Integer({ minimum: 1 }),
    name: Type.Optional(Type.Object({ zh: Type.String(), en: Type.String() }, { additionalProperties: false })),
    timeZone: Type.String({ minLength: 1, maxLength: 64 }),
    hoursPerDay: Type.Number({ exclusiveMinimum: 0, maximum: 24 }),
    weekly: Type.Object(
      { mon: Slots, tue: Slots, wed: Slots, thu: Slots, fri: Slots, sat: Slots, sun: Slots },
      { additionalProperties: false }
    ),
    seasons: Type.Optional(
      Type.Array(
        Type.Object(
          { from: MonthDay, to: MonthDay, slots: Type.Array(Slot, { minItems: 1, maxItems: 12 }) },
          { additionalProperties: false }
        ),
        { maxItems: 12 }
      )
    ),
    days: Type.Record(CalendarDate, DayType),
    notes: Type.Optional(Type.Record(CalendarDate, Type.String({ maxLength: 200 }))),
    source: Type.Optional(Type.Array(Type.String({ maxLength: 300 })))
  },
  { additionalProperties: false }
)
export type WorkCalendar = Static<typeof WorkCalendar>

const Instant = Type.String({ format: 'date-time' })
const MaybeInstant = Type.Union([Instant, Type.Null()])

export const TimerStatus = Type.Union([
  Type.Literal('running'),
  Type.Literal('paused'),
  Type.Literal('finished'),
  Type.Literal('cancelled')
])
export type TimerStatus = Static<typeof TimerStatus>

/**
 * The clock of one stage. Instants are ISO-8601 UTC with milliseconds. Seconds ending in `S` count in the timer's own
 * kind (working seconds for working limits, wall seconds for the others) except `pausedS`, always wall seconds.
 */
export const Timer = Type.Object(
  {
    stage: Stage,
    limit: Limit,
    /** Seconds allowed: the limit and its extensions. */
    limitS: Type.Number(),
    calendarId: Type.String(),
    calendarVersion: Type.Integer(),
    startAt: Instant,
    deadlineAt: Instant,
    status: TimerStatus,
    /** When the last event happened; events may not go back behind it. */
    changedAt: Instant,
    pausedAt: MaybeInstant,
    /** Kept while paused and once over: what was left, negative when late. Null while running: it changes by the second. */
    remainingS: Type.Union([Type.Number(), Type.Null()]),
    pausedS: Type.Number({ minimum: 0 }),
    finishedAt: MaybeInstant,
    usedS: Type.Union([Type.Number(), Type.Null()]),
    /** As of `changedAt`; of a running timer ask `lamp`. True with `overdueS` 0 means late, but outside working time only. */
    overdue: Type.Boolean(),
    overdueS: Type.Number({ minimum: 0 }),
    extensions: Type.Integer({ minimum: 0 }),
    restarts: Type.Integer({ minimum: 0 })
  },
  { additionalProperties: false }
)
export type Timer = Readonly<Static<typeof Timer>>

const CalendarRef = Type.Object({ id: Type.String(), version: Type.Integer() }, { additionalProperties: false })

/** How a timer runs again: `fresh` with a whole limit, or `remaining` as if it had been paused since it finished. */
export const RestartMode = Type.Union([Type.Literal('fresh'), Type.Literal('remaining')])
export type RestartMode = Static<typeof RestartMode>

/** The events a timer is folded from. `calendar` matters only when the fold is given a book of several calendars. */
export const TimerEvent = Type.Union([
  Type.Object(
    { type: Type.Literal('start'), at: Instant, stage: Stage, limit: Limit, calendar: Type.Optional(CalendarRef) },
    { additionalProperties: false }
  ),
  Type.Object({ type: Type.Literal('pause'), at: Instant }, { additionalProperties: false }),
  Type.Object({ type: Type.Literal('resume'), at: Instant }, { additionalProperties: false }),
  Type.Object({ type: Type.Literal('extend'), at: Instant, by: Type.Optional(Limit) }, { additionalProperties: false }),
  Type.Object({ type: Type.Literal('finish'), at: Instant }, { additionalProperties: false }),
  Type.Object({ type: Type.Literal('cancel'), at: Instant }, { additionalProperties: false }),
  Type.Object(
    {
      type: Type.Literal('restart'),
      at: Instant,
      mode: Type.Optional(RestartMode),
      limit: Type.Optional(Limit),
      calendar: Type.Optional(CalendarRef)
    },
    { additionalProperties: false }
  )
])
export type TimerEvent = Static<typeof TimerEvent>
