import { describe, expect, test } from 'vitest'
import { durationPhrase, formatDateTime, formatNumber, formatPercent, formatShort } from './format.ts'

describe('durations', () => {
  test.each([
    [0, 'duration.second', { s: 0 }],
    [59, 'duration.second', { s: 59 }],
    [60, 'duration.minute', { m: 1 }],
    [3599, 'duration.minute', { m: 59 }],
    [3600, 'duration.hour', { h: 1 }],
    [9600, 'duration.hourMinute', { h: 2, m: 40 }],
    [86400 * 2 + 7200, 'duration.dayHour', { d: 2, h: 2 }],
    [86400 * 12 + 7200, 'duration.day', { d: 12 }]
  ] as const)('%i seconds', (seconds, key, values) => {
    expect(durationPhrase(seconds)).toEqual({ key, values })
  })
})

test('missing numbers are a dash, not a zero', () => {
  expect(formatNumber(null)).toBe('–')
  expect(formatNumber(1284)).toBe('1,284')
  expect(formatPercent(undefined)).toBe('–')
  expect(formatPercent(0.9891)).toBe('98.9 %')
})

test('times are the city’s, whatever the browser’s zone', () => {
  expect(formatDateTime('2026-09-04T09:30:00Z')).toBe('2026-09-04 17:30')
  expect(formatShort('2026-09-04T01:00:00Z', new Date('2026-09-04T09:00:00Z'))).toBe('09:00')
  expect(formatShort('2026-09-03T01:00:00Z', new Date('2026-09-04T09:00:00Z'))).toBe('09-03 09:00')
  expect(formatShort('2025-09-03T01:00:00Z', new Date('2026-09-04T09:00:00Z'))).toBe('2025-09-03 09:00')
})
