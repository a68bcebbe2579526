import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addWorkingSeconds,
  type CompiledCalendar,
  compileCalendar,
  deadline,
  extendTimer,
  foldTimer,
  type Limit,
  lamp,
  nextWake,
  pauseTimer,
  reminderLevel,
  reminders,
  resumeTimer,
  startTimer,
  type TimerEvent,
  type WorkCalendar,
  workingSecondsBetween
} from './index.ts'
import { MinuteOracle, runOracle } from './minute-oracle.ts'

const MINUTE = 60_000
const DAY = 86_400_000

/** Places and days where clocks misbehave: half-hour and 24-hour jumps, changes at midnight, odd offsets, a new year. */
const SCENES: readonly (readonly [timeZone: string, from: string])[] = [
  ['Asia/Shanghai', '2026-09-18'],
  ['America/New_York', '2026-03-05'],
  ['America/New_York', '2026-10-29'],
  ['Australia/Lord_Howe', '2026-04-02'],
  ['America/Santiago', '2026-09-03'],
  ['Africa/Cairo', '2026-04-22'],
  ['Pacific/Apia', '2011-12-28'],
  ['Asia/Kathmandu', '2026-12-29'],
  ['Pacific/Chatham', '2026-12-28']
]

const time = (fives: number) => `${String(Math.floor(fives / 12)).padStart(2, '0')}:${String((fives % 12) * 5).padStart(2, '0')}`
const slots = (min: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { minLength: min * 2, maxLength: 6 }).map((hours) => {
    const sorted = hours.sort((a, b) => a - b)
    return Array.from({ length: sorted.length >> 1 }, (_, i): [string, string] => {
      // Off the hour, and sometimes touching the next slot.
      const from = sorted[2 * i]! * 12 + (i === 0 && sorted[0]! < 23 ? 5 : 0)
      return [time(from), time(sorted[2 * i + 1]! * 12 + (sorted[2 * i + 1]! < 24 ? 5 : 0))]
    }).map(([from, to], i, all): [string, string] => [i > 0 && all[i - 1]![1] > from ? all[i - 1]![1] : from, to])
  })
const monthDay = (from: string, days: number) => new Date(Date.parse(from) + days * DAY).toISOString().slice(5, 10)

interface Scene {
  calendar: WorkCalendar
  from: number
}

const scene: fc.Arbitrary<Scene> = fc
  .record({
    place: fc.constantFrom(...SCENES),
    hoursPerDay: fc.constantFrom(6, 7.5, 8),
    mon: slots(2),
    wed: slots(1),
    sat: slots(1),
    others: fc.array(fc.option(slots(0), { nil: [] }), { minLength: 4, maxLength: 4 }),
    days: fc.array(fc.tuple(fc.integer({ min: 0, max: 14 }), fc.constantFrom('holiday' as const, 'workday' as const)), {
      maxLength: 5
    }),
    season: fc.option(
      fc.record({ first: fc.integer({ min: 0, max: 9 }), length: fc.integer({ min: 0, max: 40 }), slots: slots(1) })
    )
  })
  .map(({ place: [timeZone, from], hoursPerDay, mon, wed, sat, others, days, season }) => {
    const [sun, tue, thu, fri] = others as [WorkCalendar['weekly']['sun'], [], [], []]
    const dates = days.map(([day, type]) => [new Date(Date.parse(from) + day * DAY).toISOString().slice(0, 10), type] as const)
    return {
      from: Date.parse(from),
      calendar: {
        id: 'random',
        version: 1,
        timeZone,
        hoursPerDay,
        weekly: { mon, tue, wed, thu, fri, sat, sun },
        days: Object.fromEntries(dates),
        ...(season && {
          seasons: [{ from: monthDay(from, season.first), to: monthDay(from, season.first + season.length), slots: season.slots }]
        })
      }
    }
  })

const limit: fc.Arbitrary<Limit> = fc.oneof(
  fc.record({ kind: fc.constant('urgent_minute' as const), value: fc.integer({ min: 1, max: 900 }) }),
  fc.record({
    kind: fc.constantFrom('urgent_hour' as const, 'work_hour' as const),
    value: fc.integer({ min: 1, max: 40 }).map((n) => n / 4)
  }),
  fc.record({ kind: fc.constantFrom('urgent_day' as const, 'natural_day' as const), value: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant('work_day' as const), value: fc.constantFrom(0.5, 1, 2) })
)

/** Small steps and jumps; also "at the same minute" and, as -1, "exactly at the deadline", where mistakes hide. */
const step = fc.tuple(
  fc.nat(99),
  fc.oneof(fc.constant(0), fc.constant(-1), fc.integer({ min: 1, max: 240 }), fc.integer({ min: 241, max: 3000 }))
)

function eventsOf(
  startAt: number,
  first: Limit,
  steps: readonly (readonly [number, number])[],
  cal: CompiledCalendar
): TimerEvent[] {
  const at = (minute: number) => new Date(minute * MINUTE).toISOString()
  let now = startAt
  let status = 'running'
  const events: TimerEvent[] = [{ type: 'start', at: at(now), stage: 'handle', limit: first }]
  for (const [choice, gap] of steps) {
    const due = Date.parse(foldTimer(events, cal).deadlineAt) / MINUTE
    now = gap === -1 ? Math.max(now, due) : now + gap
    const type =
      choice < 15 ? 'extend' : choice < 25 ? 'finish' : choice < 28 ? 'cancel' : status === 'running' ? 'pause' : 'resume'
    events.push({ type, at: at(now) })
    if (type === 'finish' || type === 'cancel') break
    if (type === 'pause') status = 'paused'
    if (type === 'resume') status = 'running'
  }
  return events
}

describe('against a minute-by-minute oracle', () => {
  it('finds the same deadline and the same time between', () => {
    fc.assert(
      fc.property(scene, fc.integer({ min: 0, max: 12_000 }), limit, ({ calendar, from }, offset, aLimit) => {
        const cal = compileCalendar(calendar)
        const oracle = new MinuteOracle(calendar, aLimit.kind)
        const start = from / MINUTE + offset
        const end = oracle.forward(start, oracle.minutes(aLimit))
        expect(deadline(new Date(start * MINUTE), aLimit, cal).getTime() / MINUTE).toBe(end)
        const working = new MinuteOracle(calendar, 'work_hour').between(start, start + 3000)
        const [a, b] = [new Date(start * MINUTE), new Date((start + 3000) * MINUTE)]
        expect(workingSecondsBetween(a, b, cal)).toBe(working * 60)
        expect(workingSecondsBetween(b, a, cal)).toBe(-working * 60 + 0)
      }),
      { numRuns: 150 }
    )
  })

  it('agrees on every timer that random events leave behind', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(
        scene,
        fc.integer({ min: 0, max: 6000 }),
        limit,
        fc.array(step, { maxLength: 7 }),
        ({ calendar, from }, offset, aLimit, steps) => {
          const cal = compileCalendar(calendar)
          const events = eventsOf(from / MINUTE + offset, aLimit, steps, cal)
          const timer = foldTimer(events, cal)
          const truth = runOracle(events, calendar)
          seen.add(`${timer.status} ${timer.overdue}`)
          expect(timer.status).toBe(truth.status)
          expect(Date.parse(timer.deadlineAt) / MINUTE).toBe(truth.deadline)
          expect(timer.overdue).toBe(truth.late)
          if (timer.status !== 'running') {
            expect(timer.remainingS).toBe(truth.left * 60)
            expect(timer.overdueS).toBe(Math.max(0, -truth.left) * 60)
          }
          if (timer.usedS !== null) expect(timer.usedS).toBe(truth.used * 60)
          if (timer.status !== 'paused') expect(timer.pausedS).toBe(truth.paused * 60)
          const now = new Date(events.at(-1)!.at)
          expect(lamp(timer, now, cal).remainingS).toBe(truth.left * 60)
          // What is stored is plain JSON, and the same events give the same bytes.
          expect(JSON.parse(JSON.stringify(timer))).toEqual(timer)
          expect(JSON.stringify(foldTimer(events, cal))).toBe(JSON.stringify(timer))
        }
      ),
      { numRuns: 300 }
    )
    expect(seen.size).toBeGreaterThanOrEqual(7) // every status, late and in time
  })

  it('reminds when that share of the limit is used', () => {
    fc.assert(
      fc.property(scene, fc.integer({ min: 0, max: 6000 }), limit, ({ calendar, from }, offset, aLimit) => {
        const cal = compileCalendar(calendar)
        const at = new Date(from + offset * MINUTE)
        const timer = startTimer({ stage: 'handle', limit: aLimit, at }, cal)
        const oracle = new MinuteOracle(calendar, aLimit.kind)
        const minutes = oracle.minutes(aLimit)
        for (const { percent, at: when } of reminders(timer, cal)) {
          const share = (minutes * percent) / 100
          if (Number.isInteger(share)) expect(when.getTime() / MINUTE).toBe(oracle.forward(at.getTime() / MINUTE, share))
          expect(reminderLevel(timer, when, cal)).toBe(percent)
          expect(reminderLevel(timer, new Date(when.getTime() - 1), cal)).toBeLessThan(percent)
          expect(nextWake([timer], new Date(when.getTime() - 1), cal)).toEqual(when)
        }
        expect(nextWake([timer], new Date(timer.deadlineAt), cal)).toBeNull()
      }),
      { numRuns: 60 }
    )
  })
})

describe('laws', () => {
  const started = fc
    .tuple(scene, fc.integer({ min: 0, max: 12_000 * MINUTE }), limit)
    .map(([{ calendar, from }, offset, aLimit]) => {
      const cal = compileCalendar(calendar)
      return {
        cal,
        at: new Date(from + offset),
        timer: startTimer({ stage: 'handle', limit: aLimit, at: new Date(from + offset) }, cal)
      }
    })
  const later = fc.integer({ min: 0, max: 5 * DAY })

  it('pausing and resuming at once changes nothing, however often', () => {
    fc.assert(
      fc.property(started, later, ({ cal, at, timer }, gap) => {
        const now = new Date(at.getTime() + gap)
        let again = timer
        for (let i = 0; i < 3; i++) again = resumeTimer(pauseTimer(again, now, cal), now, cal)
        const late = now.getTime() > Date.parse(timer.deadlineAt)
        const overdueS = Math.max(0, -lamp(timer, now, cal).remainingS)
        expect(again).toEqual({ ...timer, changedAt: now.toISOString(), overdue: late, overdueS })
      })
    )
  })

  it('two extensions add up, and extending then waiting equals waiting then extending', () => {
    fc.assert(
      fc.property(started, later, later, ({ cal, at, timer }, first, second) => {
        const a = new Date(at.getTime() + first)
        const b = new Date(a.getTime() + second)
        const twice = extendTimer(extendTimer(timer, a, cal), b, cal)
        const once = extendTimer(timer, b, cal, { kind: timer.limit.kind, value: timer.limit.value * 2 })
        expect(twice.deadlineAt).toBe(once.deadlineAt)
        expect(twice.limitS).toBe(once.limitS)
        expect(twice.limitS).toBe(timer.limitS * 3)
      })
    )
  })

  it('a later start, a longer limit and a longer pause never bring the deadline forward', () => {
    fc.assert(
      fc.property(started, later, later, ({ cal, at, timer }, x, y) => {
        const due = Date.parse(timer.deadlineAt)
        const shifted = deadline(new Date(at.getTime() + x), timer.limit, cal).getTime()
        expect(shifted).toBeGreaterThanOrEqual(due)
        const [short, long] = x < y ? [x, y] : [y, x]
        const paused = pauseTimer(timer, new Date(at.getTime() + 1000), cal)
        const resumed = (gap: number) => resumeTimer(paused, new Date(Date.parse(paused.changedAt) + gap), cal).deadlineAt
        expect(resumed(short) <= resumed(long)).toBe(true)
        expect(resumed(short) >= timer.deadlineAt).toBe(true)
        expect(addWorkingSeconds(at, short / 1000, cal) <= addWorkingSeconds(at, long / 1000, cal)).toBe(true)
      })
    )
  })

  it('adding working time and measuring it agree to the millisecond, forwards and back', () => {
    fc.assert(
      fc.property(started, fc.integer({ min: 1, max: 40 * 3_600_000 }), ({ cal, at }, ms) => {
        const end = addWorkingSeconds(at, ms / 1000, cal)
        expect(workingSecondsBetween(at, end, cal)).toBe(ms / 1000)
        const back = addWorkingSeconds(at, -ms / 1000, cal)
        expect(workingSecondsBetween(back, at, cal)).toBe(ms / 1000)
        expect(workingSecondsBetween(new Date(back.getTime() - 1), at, cal)).toBeGreaterThan(ms / 1000)
      })
    )
  })
})
