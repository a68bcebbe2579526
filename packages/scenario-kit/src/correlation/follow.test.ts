import { expect, test } from 'vitest'
import { following, LEAST_PAIRS } from './index.ts'

const curve = (outdoor: number): number => 45 - 0.8 * outdoor
const days = (n: number): [number, number][] =>
  Array.from({ length: n * 24 }, (_, h): [number, number] => {
    const outdoor = -3 + 5 * Math.sin((h / 24) * 2 * Math.PI) + Math.sin(h)
    return [outdoor, curve(outdoor) + Math.sin(h * 7.3)]
  })

test('a supply temperature keeps to the weather; what it should be is known for weather never seen', () => {
  const line = following(days(14))!
  for (const outdoor of [-12, -3, 4, 12]) expect(Math.abs(line.at(outdoor) - curve(outdoor))).toBeLessThan(1)
  expect(line.spread).toBeGreaterThan(0.3)
  expect(line.spread).toBeLessThan(1.5)
})

test('three cold days of fourteen do not bend the line', () => {
  const pairs = days(14).map(([x, y], h): [number, number] => [x, h > 100 && h < 172 ? y - 15 : y])
  expect(Math.abs(following(pairs)!.at(-3) - curve(-3))).toBeLessThan(1)
})

test('what never changes is followed by what is usual; little says nothing', () => {
  expect(following(Array.from({ length: 60 }, (_, i) => [5, 40 + (i % 3)]))!.at(9)).toBe(41)
  expect(following(days(14).slice(0, LEAST_PAIRS - 1))).toBeNull()
})
