import { expect, test } from 'vitest'
import { corrected, driftOf } from './drift.ts'
import { outcomeOf } from './outcome.ts'
import { follow, type Presence, stillS } from './presence.ts'

const now = new Date('2026-11-22T08:00:00.000Z')

test('a device two hours ahead: what it did ten minutes ago was ten minutes ago', () => {
  const drift = driftOf('2026-11-22T10:00:00.000Z', now)
  expect(drift).toBe(7_200_000)
  expect(corrected('2026-11-22T09:50:00.000Z', drift, now).toISOString()).toBe('2026-11-22T07:50:00.000Z')
})

test('a message twenty seconds on its way is no wrong clock; nothing lies in the future', () => {
  expect(corrected('2026-11-22T07:00:00.000Z', -20_000, now).toISOString()).toBe('2026-11-22T07:00:00.000Z')
  expect(corrected('2026-11-22T09:00:00.000Z', 0, now)).toEqual(now)
})

test.each([
  ['CASE_VERSION_STALE', 409, 'conflict'],
  ['FIELD_POST_LOST', 403, 'conflict'],
  ['CASE_NOT_FOUND', 404, 'conflict'],
  ['MEDIA_ALREADY_LINKED', 409, 'refused'],
  ['CASE_OUTSIDE_CITY', 422, 'refused'],
  ['MEDIA_SCANNER_UNAVAILABLE', 503, 'later'],
  ['RATE_LIMITED', 429, 'later']
])('%s (%i) is %s', (code, status, outcome) => expect(outcomeOf({ code, status })).toBe(outcome))

test('who stays within the radius is still; who leaves it starts anew; old points change nothing', () => {
  const metres = (a: [number, number], b: [number, number]): number => Math.hypot(a[0] - b[0], a[1] - b[1]) * 100_000
  let p: Presence = { last: null, anchor: null }
  const at = (minute: number, lng: number): void => {
    p = follow(p, { at: minute * 60_000, lng, lat: 36 }, 50, metres)
  }
  at(0, 120)
  at(10, 120.0003)
  at(20, 120.0001)
  expect(stillS(p)).toBe(1200)
  at(5, 121)
  expect(stillS(p)).toBe(1200)
  at(21, 120.01)
  expect(stillS(p)).toBe(0)
})
