import { type CalendarSource, type CompiledCalendar, calendarFor } from './calendar.ts'
import { ClockError } from './errors.ts'
import type { Timer, TimerEvent } from './schemas.ts'
import { cancelTimer, extendTimer, finishTimer, pauseTimer, restartTimer, resumeTimer, startTimer } from './timer.ts'

/**
 * The timer that a list of events leaves behind. Deterministic: the same events and calendars give the same timer, so
 * any stored timer can be rebuilt and checked from the case's history.
 * @throws ClockError CLOCK_NOT_STARTED when the list does not begin with `start`; whatever an event of it refuses
 */
export function foldTimer(events: readonly TimerEvent[], source: CalendarSource): Timer {
  const [first, ...rest] = events
  if (first?.type !== 'start') throw new ClockError('CLOCK_NOT_STARTED')
  const timer = startTimer({ stage: first.stage, limit: first.limit, at: new Date(first.at) }, chosen(first.calendar, source))
  return rest.reduce((state, event) => applyEvent(state, event, source), timer)
}

/** One step of {@link foldTimer}. A second `start` is refused: a stage runs again by `restart`. */
export function applyEvent(timer: Timer, event: TimerEvent, source: CalendarSource): Timer {
  const at = new Date(event.at)
  if (event.type === 'restart') {
    const { mode = 'fresh', limit = timer.limit } = event
    const cal =
      mode === 'fresh' && (event.calendar || typeof source !== 'function') ? chosen(event.calendar, source) : own(timer, source)
    return restartTimer(timer, at, cal, { mode, limit })
  }
  const cal = own(timer, source)
  switch (event.type) {
    case 'start':
      throw new ClockError('CLOCK_STATE_REFUSED', { operation: 'start', status: timer.status })
    case 'pause':
      return pauseTimer(timer, at, cal)
    case 'resume':
      return resumeTimer(timer, at, cal)
    case 'extend':
      return extendTimer(timer, at, cal, event.by ?? timer.limit)
    case 'finish':
      return finishTimer(timer, at, cal)
    case 'cancel':
      return cancelTimer(timer, at, cal)
  }
}

function own(timer: Timer, source: CalendarSource): CompiledCalendar {
  return calendarFor(source, timer.calendarId, timer.calendarVersion)
}

function chosen(ref: { id: string; version: number } | undefined, source: CalendarSource): CompiledCalendar {
  if (ref) return calendarFor(source, ref.id, ref.version)
  if (typeof source === 'function') throw new ClockError('CLOCK_CALENDAR_UNKNOWN', { calendarId: '?', version: '?' })
  return source
}
