import { expect, test } from 'vitest'
import { type ClockFacts, clockPhrase, readClock } from './reading.ts'

const base: ClockFacts = {
  startAt: '2026-09-04T00:00:00Z',
  deadlineAt: '2026-09-04T02:00:00Z',
  limit: { kind: 'urgent_hour', value: 2 },
  lamp: 'ok',
  usedRatio: 0.5,
  remainingS: 3600,
  overdueS: 0,
  asOf: '2026-09-04T01:00:00Z'
}

test('a continuous clock counts down by itself and turns yellow at a quarter', () => {
  expect(readClock(base, new Date('2026-09-04T01:00:00Z'))).toEqual({ lamp: 'ok', ratio: 0.5, seconds: 3600, late: false })
  expect(readClock(base, new Date('2026-09-04T01:30:00Z'))).toEqual({ lamp: 'soon', ratio: 0.75, seconds: 1800, late: false })
})

test('it turns red at the deadline and says by how much', () => {
  expect(readClock(base, new Date('2026-09-04T02:00:00Z'))).toMatchObject({ lamp: 'late', seconds: 0 })
  expect(readClock(base, new Date('2026-09-04T03:12:00Z'))).toEqual({ lamp: 'late', ratio: 1, seconds: 4320, late: true })
})

test('working time is not spent over night: the server’s figure stands until asked again', () => {
  const overnight = {
    ...base,
    limit: { kind: 'work_hour', value: 2 },
    deadlineAt: '2026-09-05T01:00:00Z',
    asOf: '2026-09-04T10:00:00Z'
  }
  expect(readClock(overnight, new Date('2026-09-04T20:00:00Z'))).toMatchObject({ lamp: 'ok', seconds: 3600 })
})

test('paused and finished clocks stand still', () => {
  expect(readClock({ ...base, lamp: 'paused' }, new Date('2027-01-01T00:00:00Z'))).toMatchObject({
    lamp: 'paused',
    seconds: 3600
  })
  expect(readClock({ ...base, lamp: 'done', overdueS: 60, remainingS: 0 }, new Date('2027-01-01T00:00:00Z'))).toMatchObject({
    late: true,
    seconds: 60
  })
})

test('working time is said in working days and hours', () => {
  const days: ClockFacts = { ...base, limit: { kind: 'work_day', value: 5 }, usedRatio: 0, remainingS: 5 * 8 * 3600 }
  expect(clockPhrase(days, days.remainingS)).toEqual({ key: 'duration.workday', values: { d: 5 } })
  expect(clockPhrase(days, 10 * 3600)).toEqual({ key: 'duration.workday', values: { d: 1.2 } })
  expect(clockPhrase(days, 4 * 3600)).toEqual({ key: 'duration.workHour', values: { h: 4 } })
  expect(clockPhrase({ ...days, limit: { kind: 'work_hour', value: 4 } }, 5400)).toEqual({
    key: 'duration.workHour',
    values: { h: 1.5 }
  })
  expect(clockPhrase(days, 1800)).toEqual({ key: 'duration.minute', values: { m: 30 } })
  expect(clockPhrase(base, 5400)).toEqual({ key: 'duration.hourMinute', values: { h: 1, m: 30 } })
})
