/** Working calendars, limits and the clocks of case stages: pure, for server and browser (standards §2.13). */
export {
  type CalendarSource,
  type CompiledCalendar,
  calendarBook,
  calendarFor,
  compileCalendar,
  type DayPlan
} from './calendar.ts'
export { type CalendarFault, CLOCK_ERRORS, ClockError, type ClockErrorCode } from './errors.ts'
export { applyEvent, foldTimer } from './fold.ts'
export { type Lamp, lamp, nextWake, REMINDER_PERCENTS, type Reminder, reminderLevel, reminders, SOON_RATIO } from './lamp.ts'
export {
  addWorkingSeconds,
  deadline,
  elapsed,
  isWorking,
  isWorkingTime,
  limitSeconds,
  workingSecondsBetween
} from './limits.ts'
export { parseCalendar, parseCalendarRows } from './parse.ts'
export {
  DayType,
  LIMIT_KINDS,
  Limit,
  LimitKind,
  RestartMode,
  Slot,
  STAGES,
  Stage,
  Timer,
  TimerEvent,
  TimerStatus,
  WEEKDAYS,
  type Weekday,
  WorkCalendar
} from './schemas.ts'
export { cancelTimer, extendTimer, finishTimer, isOverdue, pauseTimer, restartTimer, resumeTimer, startTimer } from './timer.ts'
export { calendarFaults } from './validate.ts'
export { offsetAt } from './zone.ts'
