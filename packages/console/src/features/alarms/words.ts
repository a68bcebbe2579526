import type { AlarmView } from '@chengyun/contract/alarms'
import { type ClockFacts, durationPhrase, formatNumber, useUiText } from '@chengyun/ui'

/** The clock of the acknowledgement: from the alarm to when somebody must have seen it. */
export function acknowledgementClock({ raisedAt, dueAt }: Pick<AlarmView, 'raisedAt' | 'dueAt'>): ClockFacts | null {
  if (dueAt === null) return null
  return {
    startAt: raisedAt,
    deadlineAt: dueAt,
    limit: null,
    lamp: 'ok',
    usedRatio: 0,
    remainingS: Math.max(0, (Date.parse(dueAt) - Date.parse(raisedAt)) / 1000),
    overdueS: 0,
    asOf: raisedAt
  }
}

/** A duration of two instants in words. */
export function useLasting(): (from: string, to: string | Date) => string {
  const text = useUiText()
  return (from, to) => {
    const end = typeof to === 'string' ? Date.parse(to) : to.getTime()
    const { key, values } = durationPhrase(Math.max(0, (end - Date.parse(from)) / 1000))
    return text(key, values)
  }
}

/** Seconds in words. */
export function useSeconds(): (s: number) => string {
  const text = useUiText()
  return (s) => {
    const { key, values } = durationPhrase(s)
    return text(key, values)
  }
}

/** A number as a reading is said: no more digits than it has, four behind the point at most. */
export function valueText(value: number | null, unit = ''): string {
  if (value === null) return '–'
  const digits = Math.min(4, (String(Number(value.toFixed(4))).split('.')[1] ?? '').length)
  return unit ? `${formatNumber(value, digits)} ${unit}` : formatNumber(value, digits)
}

/** Where an incident, or an alarm opened within it, stands in the address; `over`: among all there were. */
export const incidentAddress = (id: string | null, { alarmId, over }: { alarmId?: string | null; over?: boolean } = {}): string =>
  `/alarms${alarmId ? `/${alarmId}` : ''}?view=incidents${over ? '&over=true' : ''}${id ? `&incident=${id}` : ''}`
