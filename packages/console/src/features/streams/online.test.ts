import { expect, test } from 'vitest'
import { online, shareOnline } from './online.ts'

const at = (ms: number) => new Date(ms).toISOString()
const within = { from: 1000, to: 2000 }

test('online from its history: spans between being heard and falling silent', () => {
  const spans = online(
    [
      { at: at(1800), kind: 'online' },
      { at: at(1500), kind: 'offline' },
      { at: at(1400), kind: 'command' },
      { at: at(1200), kind: 'online' },
      { at: at(1100), kind: 'connected' }
    ],
    true,
    within,
    true
  )
  expect(spans).toEqual([
    { from: 1000, to: 1100, state: 'unknown' },
    { from: 1100, to: 1200, state: 'offline' },
    { from: 1200, to: 1500, state: 'online' },
    { from: 1500, to: 1800, state: 'offline' },
    { from: 1800, to: 2000, state: 'online' }
  ])
  expect(shareOnline(spans)).toBeCloseTo(500 / 900)
})

test('what lies before the time counts from its begin', () => {
  expect(online([{ at: at(100), kind: 'online' }], true, within, true)).toEqual([{ from: 1000, to: 2000, state: 'online' }])
  expect(shareOnline(online([], false, within, true))).toBeNull()
})
