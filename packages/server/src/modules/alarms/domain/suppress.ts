import type { SuppressionScope, SuppressionWeekly } from '@chengyun/contract/alarms'
import type { AlarmRow } from './alarm.ts'

/** A window in which alarms are hidden. */
export interface Suppression {
  id: string
  scope: SuppressionScope
  starts_at: Date
  ends_at: Date
  weekly: SuppressionWeekly | null
  ended_at: Date | null
}

type Subject = Pick<AlarmRow, 'rule_id' | 'pack' | 'type_id' | 'item_id' | 'stream_id' | 'grid_code'>

/** Whether a window is about an alarm: every part of its scope that is said has to fit. */
export function concerns(scope: SuppressionScope, a: Subject): boolean {
  const fits = (list: readonly string[] | undefined, value: string) => list === undefined || list.includes(value)
  return (
    fits(scope.ruleIds, a.rule_id) &&
    fits(scope.packs, a.pack) &&
    fits(scope.typeIds, a.type_id) &&
    fits(scope.itemIds, a.item_id) &&
    (scope.streamIds === undefined || scope.streamIds.includes(a.stream_id)) &&
    (scope.areas === undefined || scope.areas.some((code) => a.grid_code?.startsWith(code.replace(/^(\d{4})00$/, '$1')) === true))
  )
}

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/** Weekday (1 is Monday) and minute of the day on the wall clock of a zone. */
export function wallClock(at: Date, zone: string): { day: number; minute: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23'
  }).formatToParts(at)
  const of = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  const day = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(of('weekday')) + 1
  return { day, minute: Number(of('hour')) * 60 + Number(of('minute')) }
}

/** Whether a time of day lies in a span; one that ends before it begins goes over midnight and belongs to the day it began on. */
export function inSpan(span: { from: string; to: string; days?: readonly number[] }, day: number, minute: number): boolean {
  const from = minutes(span.from)
  const to = minutes(span.to)
  const isOn = (d: number) => span.days === undefined || span.days.includes(d)
  if (from < to) return isOn(day) && minute >= from && minute < to
  return (isOn(day) && minute >= from) || (isOn(day === 1 ? 7 : day - 1) && minute < to)
}

/** Whether a window hides at an instant. */
export function hidesAt(s: Suppression, at: Date, zone: string): boolean {
  if (s.ended_at !== null && at >= s.ended_at) return false
  if (at < s.starts_at || at >= s.ends_at) return false
  if (s.weekly === null) return true
  const { day, minute } = wallClock(at, zone)
  return inSpan(s.weekly, day, minute)
}
