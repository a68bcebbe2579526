import { expect, test } from 'vitest'
import { DemoSource } from './index.ts'

const EIGHT = () => 8 * 3_600_000
const at = Date.UTC(2026, 6, 1, 4)

const source = new DemoSource(
  {
    items: [],
    historyDays: 1,
    streams: [
      { of: 'well/level', base: { from: 1, to: 2 }, daily: { amplitude: 1, peakHour: 12 }, noise: 0, decimals: 2 },
      { of: 'well/flow', base: 0, follows: [{ stream: 'level', factor: 2 }], noise: 0.1, decimals: 1 },
      { of: 'well/meter', base: 5, perHour: 1, noise: 0, decimals: 0 },
      { of: 'well/gas', base: 0, noise: 0, decimals: 0 }
    ],
    faults: [
      { of: 'well/gas', kind: 'value', size: 30, shareADay: 1, forS: 86_400, hours: [0, 1] },
      { of: 'well/level', kind: 'silent', shareADay: 0.5, forS: 172_800, hours: [0, 1] }
    ]
  },
  EIGHT
)

test('the same thing says the same at the same instant; things differ', () => {
  const levels = ['a', 'b', 'c'].map((thing) => source.plain('well/level', thing, at))
  expect(levels).toEqual(['a', 'b', 'c'].map((thing) => source.plain('well/level', thing, at)))
  expect(new Set(levels).size).toBe(3)
  // Noon of the city is the peak: base and amplitude.
  for (const level of levels) expect(level).toSatisfy((v: number) => v >= 2 && v <= 3)
})

test('streams follow others, meters rise, what is not described says nothing', () => {
  expect(source.plain('well/flow', 'a', at)).toBeCloseTo(2 * source.plain('well/level', 'a', at), 0)
  expect(source.plain('well/meter', 'a', at + 3_600_000) - source.plain('well/meter', 'a', at)).toBe(1)
  expect(source.plain('well/other', 'a', at)).toBeNaN()
})

test('faults happen to their share of the things', () => {
  expect(source.reading('well/gas', 'a', at)).toBe(30)
  const silent = Array.from({ length: 400 }, (_, i) => source.reading('well/level', `t${i}`, at)).filter((v) => v === null)
  // Half of them today, half of the others since yesterday.
  expect(silent.length).toBeGreaterThan(260)
  expect(silent.length).toBeLessThan(340)
})
