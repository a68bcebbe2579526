import { expect, test } from 'vitest'
import { rankRoads } from './road-rank.ts'

test('names decide, length decides the rest, each district by itself', () => {
  const road = (code: string, name: string, length: number) => ({ code, name, line: [0, 0, length, 0] })
  const ranks = rankRoads([
    road('3702020001', '热河路', 900),
    ...Array.from({ length: 7 }, (_, i) => road(`370202001${i}`, `无棣${i}路`, 500 - i)),
    road('3702020002', '滨海大道', 10),
    road('3702020003', '中山巷', 5000),
    road('3702030001', '小村路', 20)
  ])
  expect(ranks.get('3702020001'), 'the longest but the lane').toBe(1)
  expect(ranks.get('3702020011')).toBe(2)
  expect(ranks.get('3702020002'), 'a boulevard however short').toBe(1)
  expect(ranks.get('3702020003'), 'a lane however long').toBe(3)
  expect(ranks.get('3702020016')).toBe(3)
  expect(ranks.get('3702030001'), 'the longest of its district').toBe(1)
})
