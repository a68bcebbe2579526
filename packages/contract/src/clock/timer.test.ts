import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { cal, local, refused, shown, week40 } from './clock-fixture.testing.ts'
import {
  calendarBook,
  cancelTimer,
  compileCalendar,
  extendTimer,
  finishTimer,
  foldTimer,
  type Limit,
  lamp,
  nextWake,
  pauseTimer,
  reminders,
  restartTimer,
  resumeTimer,
  startTimer,
  Timer,
  TimerEvent
} from './index.ts'

describe('the clock of a stage', () => {
  const limit: Limit = { kind: 'work_hour', value: 4 }
  const started = startTimer({ stage: 'handle', limit, at: local('2026-09-04 14:00') }, cal) // due 18:00

  it('starts, is frozen to its calendar and refuses a past deadline', () => {
    expect(started).toMatchObject({
      status: 'running',
      calendarId: 'standard',
      calendarVersion: 1,
      limitS: 14_400,
      overdue: false
    })
    expect(started.deadlineAt).toBe('2026-09-04T10:00:00.000Z')
    expect(Value.Check(Timer, started)).toBe(true)
    const at = local('2026-09-04 14:00')
    refused('CLOCK_DEADLINE_PAST', () => startTimer({ stage: 'handle', limit, at, now: local('2026-09-04 18:00') }, cal))
    const edited = compileCalendar({ ...week40, version: 2, days: { '2026-09-07': 'holiday' } })
    refused('CLOCK_CALENDAR_MISMATCH', () => extendTimer(started, local('2026-09-04 15:00'), edited))
    refused('CLOCK_CALENDAR_MISMATCH', () => lamp(started, local('2026-09-04 15:00'), edited))
  })

  it('keeps working seconds over a pause', () => {
    const paused = pauseTimer(started, local('2026-09-04 15:00'), cal)
    expect(paused).toMatchObject({ status: 'paused', remainingS: 3 * 3600, pausedAt: '2026-09-04T07:00:00.000Z', overdue: false })
    expect(started.status).toBe('running')
    const resumed = resumeTimer(paused, local('2026-09-06 10:00'), cal) // a Sunday
    expect(shown(resumed.deadlineAt)).toBe('2026-09-07 11:00')
    expect(resumed).toMatchObject({ status: 'running', remainingS: null, pausedAt: null, pausedS: 43 * 3600 })
    const finished = finishTimer(resumed, local('2026-09-07 10:00'), cal)
    expect(finished).toMatchObject({ status: 'finished', usedS: 3 * 3600, remainingS: 3600, overdue: false, overdueS: 0 })
  })

  it('keeps wall seconds of a continuous limit', () => {
    const urgent = startTimer(
      { stage: 'verify', limit: { kind: 'urgent_minute', value: 30 }, at: local('2026-09-04 17:50') },
      cal
    )
    const resumed = resumeTimer(pauseTimer(urgent, local('2026-09-04 18:00'), cal), local('2026-09-05 03:00'), cal)
    expect(shown(resumed.deadlineAt)).toBe('2026-09-05 03:20')
  })

  it('stays late when it was late before the pause', () => {
    const late = pauseTimer(started, local('2026-09-07 09:00'), cal)
    expect(late).toMatchObject({ remainingS: -3600, overdue: true, overdueS: 3600 })
    const resumed = resumeTimer(late, local('2026-09-08 15:00'), cal)
    // One working hour before 15:00 is 14:00, which is the same as noon; a deadline is the earlier name of the two.
    expect(shown(resumed.deadlineAt)).toBe('2026-09-08 12:00')
    expect(lamp(resumed, local('2026-09-08 15:00'), cal)).toMatchObject({ state: 'late', overdueS: 3600, remainingS: -3600 })
    // Late by the evening only: no working second of delay, late all the same, and a pause does not heal it.
    const evening = pauseTimer(started, local('2026-09-04 18:30'), cal)
    expect(evening).toMatchObject({ remainingS: 0, overdue: true, overdueS: 0 })
    const monday = resumeTimer(evening, local('2026-09-07 08:30'), cal)
    expect(finishTimer(monday, local('2026-09-07 08:30'), cal)).toMatchObject({ overdue: true, overdueS: 0, usedS: 14_400 })
  })

  it('is not late when it was paused at the last moment, before it runs again', () => {
    const paused = pauseTimer(started, local('2026-09-04 18:00'), cal)
    expect(paused).toMatchObject({ remainingS: 0, overdue: false })
    const resumed = resumeTimer(paused, local('2026-09-07 20:00'), cal)
    expect(finishTimer(resumed, local('2026-09-07 20:00'), cal).overdue).toBe(false)
    expect(lamp(resumed, local('2026-09-07 20:01'), cal).state).toBe('late')
  })

  it('extends the current deadline, paused or not, by seconds of its own kind only', () => {
    const extended = extendTimer(started, local('2026-09-04 15:00'), cal)
    expect(shown(extended.deadlineAt)).toBe('2026-09-07 12:00')
    expect(extended).toMatchObject({ limitS: 28_800, extensions: 1, limit })
    const paused = extendTimer(pauseTimer(started, local('2026-09-07 09:00'), cal), local('2026-09-08 09:00'), cal)
    expect(paused).toMatchObject({ status: 'paused', remainingS: 3 * 3600, overdue: false, overdueS: 0 })
    const by: Limit = { kind: 'work_day', value: 1 }
    expect(shown(extendTimer(started, local('2026-09-04 15:00'), cal, by).deadlineAt)).toBe('2026-09-07 18:00')
    refused('CLOCK_LIMIT_KIND_MIXED', () =>
      extendTimer(started, local('2026-09-04 15:00'), cal, { kind: 'natural_day', value: 1 })
    )
  })

  it('finishes late right after the deadline, never at it; ends while paused', () => {
    expect(finishTimer(started, local('2026-09-04 18:00'), cal).overdue).toBe(false)
    const late = finishTimer(started, new Date(local('2026-09-04 18:00').getTime() + 1), cal)
    expect(late).toMatchObject({ overdue: true, overdueS: 0 })
    const paused = pauseTimer(started, local('2026-09-04 16:00'), cal)
    expect(cancelTimer(paused, local('2026-09-08 16:00'), cal)).toMatchObject({
      status: 'cancelled',
      usedS: 7200,
      pausedS: 4 * 86_400,
      overdue: false
    })
  })

  it('restarts afresh or with what was left', () => {
    const finished = finishTimer(started, local('2026-09-04 17:00'), cal)
    const rework = restartTimer(finished, local('2026-09-08 09:00'), cal, { mode: 'remaining' })
    expect(shown(rework.deadlineAt)).toBe('2026-09-08 10:00')
    expect(finishTimer(rework, local('2026-09-08 09:30'), cal)).toMatchObject({ usedS: 3.5 * 3600, restarts: 1 })
    const next = compileCalendar({ ...week40, version: 2 })
    const fresh = restartTimer(finished, local('2026-09-08 09:00'), next, { limit: { kind: 'work_day', value: 1 } })
    expect(fresh).toMatchObject({
      calendarVersion: 2,
      pausedS: 0,
      extensions: 0,
      restarts: 1,
      limit: { kind: 'work_day', value: 1 }
    })
    expect(shown(fresh.deadlineAt)).toBe('2026-09-09 09:00')
    // Ended while paused, then taken up again: the whole standstill counts once.
    const stopped = finishTimer(pauseTimer(started, local('2026-09-04 15:00'), cal), local('2026-09-04 16:00'), cal)
    const again = restartTimer(stopped, local('2026-09-04 17:00'), cal, { mode: 'remaining' })
    expect(again.pausedS).toBe(7200)
    expect(shown(again.deadlineAt)).toBe('2026-09-07 10:00')
    refused('CLOCK_STATE_REFUSED', () => restartTimer(started, local('2026-09-08 09:00'), cal, { mode: 'remaining' }))
  })

  it('refuses what does not fit its state or goes back in time', () => {
    const at = local('2026-09-04 15:00')
    const paused = pauseTimer(started, at, cal)
    const finished = finishTimer(started, at, cal)
    refused('CLOCK_STATE_REFUSED', () => pauseTimer(paused, at, cal))
    refused('CLOCK_STATE_REFUSED', () => resumeTimer(started, at, cal))
    for (const run of [pauseTimer, resumeTimer, extendTimer, finishTimer, cancelTimer]) {
      refused('CLOCK_STATE_REFUSED', () => run(finished, at, cal))
    }
    refused('CLOCK_TIME_BACKWARDS', () => resumeTimer(paused, local('2026-09-04 14:59'), cal))
    refused('CLOCK_TIME_BACKWARDS', () => restartTimer(finished, local('2026-09-04 14:59'), cal))
    refused('CLOCK_TIME_INVALID', () => finishTimer(started, new Date('x'), cal))
  })

  it('folds a history over several calendar versions', () => {
    const next = compileCalendar({ ...week40, version: 2, days: { '2026-09-09': 'holiday' } })
    const events: TimerEvent[] = [
      {
        type: 'start',
        at: local('2026-09-04 14:00').toISOString(),
        stage: 'handle',
        limit,
        calendar: { id: 'standard', version: 1 }
      },
      { type: 'finish', at: local('2026-09-04 16:00').toISOString() },
      { type: 'restart', at: local('2026-09-08 16:00').toISOString(), calendar: { id: 'standard', version: 2 } },
      { type: 'extend', at: local('2026-09-08 17:00').toISOString() }
    ]
    expect(Value.Check(TimerEvent, events[0])).toBe(true)
    const timer = foldTimer(events, calendarBook([cal, next]))
    expect(shown(timer.deadlineAt)).toBe('2026-09-10 16:00')
    expect(timer).toMatchObject({ calendarVersion: 2, restarts: 1, extensions: 1 })
    refused('CLOCK_CALENDAR_UNKNOWN', () => foldTimer(events, calendarBook([cal])))
    refused('CLOCK_CALENDAR_MISMATCH', () => foldTimer(events, cal))
    refused('CLOCK_NOT_STARTED', () => foldTimer([], cal))
    refused('CLOCK_NOT_STARTED', () => foldTimer(events.slice(1), cal))
    refused('CLOCK_STATE_REFUSED', () => foldTimer([events[0]!, events[0]!], cal))
  })

  it('lights the lamp', () => {
    const state = (timer: Timer, time: string) => lamp(timer, local(time), cal).state
    expect(state(started, '2026-09-04 16:59')).toBe('ok')
    expect(state(started, '2026-09-04 17:00')).toBe('soon')
    expect(state(started, '2026-09-04 18:00')).toBe('soon')
    expect(state(started, '2026-09-04 18:01')).toBe('late')
    expect(lamp(started, local('2026-09-04 15:00'), cal)).toEqual({
      state: 'ok',
      usedRatio: 0.25,
      remainingS: 10_800,
      overdueS: 0,
      overdue: false
    })
    expect(lamp(started, local('2026-09-04 15:00'), cal, 0.8).state).toBe('soon')
    expect(state(pauseTimer(started, local('2026-09-04 17:30'), cal), '2026-09-05 00:00')).toBe('paused')
    expect(state(finishTimer(started, local('2026-09-07 09:00'), cal), '2026-09-08 00:00')).toBe('done')
  })

  it('reminds at 50, 80 and 100 % and wakes the sweep for the first of many', () => {
    expect(reminders(started, cal).map(({ percent, at }) => [percent, shown(at)])).toEqual([
      [50, '2026-09-04 16:00'],
      [80, '2026-09-04 17:12'],
      [100, '2026-09-04 18:00']
    ])
    const other = startTimer(
      { stage: 'dispatch', limit: { kind: 'urgent_minute', value: 15 }, at: local('2026-09-04 17:00') },
      cal
    )
    const paused = pauseTimer(other, local('2026-09-04 17:01'), cal)
    expect(reminders(paused, cal)).toEqual([])
    expect(shown(nextWake([started, other], local('2026-09-04 16:30'), cal)!)).toBe('2026-09-04 17:07')
    expect(shown(nextWake([started, paused], local('2026-09-04 16:30'), cal)!)).toBe('2026-09-04 17:12')
    expect(nextWake([paused], local('2026-09-04 16:30'), cal)).toBeNull()
    expect(nextWake([started], local('2026-09-04 18:00'), cal)).toBeNull()
  })
})
