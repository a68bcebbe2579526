import { describe, expect, it } from 'vitest'
import { parseTime } from './times.ts'

describe('parseTime', () => {
  const at = (text: string, format: Parameters<typeof parseTime>[1], zone = 'America/New_York') =>
    parseTime(text, format, zone)?.at.toISOString()
  it.each([
    ['2026-01-15T12:00:00', 'yyyy-MM-ddTHH:mm:ss', '2026-01-15T17:00:00.000Z'],
    ['2026-07-15 12:00', 'yyyy-MM-ddTHH:mm:ss', '2026-07-15T16:00:00.000Z'],
    ['2026-03-08T01:59:59', 'yyyy-MM-ddTHH:mm:ss', '2026-03-08T06:59:59.000Z'],
    ['2026-03-08T02:30:00', 'yyyy-MM-ddTHH:mm:ss', '2026-03-08T07:30:00.000Z'],
    ['2026-03-08T03:00:00', 'yyyy-MM-ddTHH:mm:ss', '2026-03-08T07:00:00.000Z'],
    ['2026-11-01T01:30:00', 'yyyy-MM-ddTHH:mm:ss', '2026-11-01T05:30:00.000Z'],
    ['2026-11-01T02:00:00', 'yyyy-MM-ddTHH:mm:ss', '2026-11-01T07:00:00.000Z'],
    ['04/11/2026 12:05:00 AM', 'MM/dd/yyyy hh:mm:ss a', '2026-04-11T04:05:00.000Z'],
    ['2026/4/1 8:05', 'yyyy/MM/dd HH:mm', '2026-04-01T12:05:00.000Z'],
    ['20260401080500', 'yyyyMMddHHmmss', '2026-04-01T12:05:00.000Z'],
    ['2026-04-01', 'yyyy-MM-dd', '2026-04-01T04:00:00.000Z'],
    ['2026-04-01T08:05:00+08:00', 'iso-offset', '2026-04-01T00:05:00.000Z']
  ] as const)('%s (%s)', (text, format, want) => expect(at(text, format)).toBe(want))

  it.each([
    ['2026-02-30', 'yyyy-MM-dd'],
    ['20260401250000', 'yyyyMMddHHmmss'],
    ['13/01/2026 01:00:00 AM', 'MM/dd/yyyy hh:mm:ss a'],
    ['04/01/2026 13:00:00 AM', 'MM/dd/yyyy hh:mm:ss a'],
    ['2026-04-01T08:05:00', 'iso-offset'],
    ['', 'yyyyMMdd']
  ] as const)('refuses %s as %s', (text, format) => expect(at(text, format)).toBeUndefined())
})
