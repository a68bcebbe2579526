import { addDays, monthOf } from '@chengyun/contract/indicators'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { segmentsOf } from './segments.ts'

test('the segments of any span cover each of its days once and no other, in few rows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 800 }), fc.integer({ min: 0, max: 800 }), (start, length) => {
      const from = addDays('2024-01-01', start)
      const to = addDays(from, length)
      const covered = new Map<string, number>()
      let rows = 0
      for (const { grain, from: a, to: b, sign } of segmentsOf({ from, to })) {
        if (grain === 'm') expect([monthOf(a), monthOf(b)]).toEqual([a, b])
        for (let day = a; day < b; day = addDays(day, 1)) {
          covered.set(day, (covered.get(day) ?? 0) + sign)
          if (grain === 'd' || day === monthOf(day)) rows++
        }
      }
      const expected = Array.from({ length }, (_, i) => addDays(from, i))
      expect(
        [...covered]
          .filter(([, n]) => n !== 0)
          .map(([day]) => day)
          .sort()
      ).toEqual(expected)
      expect([...covered.values()].every((n) => n === 0 || n === 1)).toBe(true)
      expect(rows).toBeLessThanOrEqual(Math.ceil(length / 28) + 2 + 31)
    })
  )
})
