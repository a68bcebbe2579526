import { expect, test } from 'vitest'
import { distanceM } from '../../geo/index.ts'
import { type DemoItem, demoComponents, demoShare } from './demo-items.ts'

const line = (...at: number[]) => Int32Array.from(at, (v) => Math.round(v * 1e7))
const ROADS = [
  { code: '3702020001', name: '东西路', line: line(120.3, 36.06, 120.32, 36.06) },
  { code: '3702020002', name: '南北路', line: line(120.31, 36.05, 120.31, 36.07) }
]
const CELLS = Array.from({ length: 400 }, (_, i) => ({
  code: `37020200100100${i % 10}`.padEnd(15, '0') + i,
  lng: 120.3 + (i % 20) * 0.001,
  lat: 36.05 + Math.floor(i / 20) * 0.001,
  areaM2: 10_000
}))
const CITY = { roads: ROADS, cells: CELLS, seed: 'test' }
const all = (city = CITY): DemoItem[] => [...demoComponents(city)]

test('the same seed gives the same components, another one others', () => {
  expect(all()).toEqual(all())
  expect(all({ ...CITY, seed: 'other' })[0]).not.toEqual(all()[0])
})

test('lamps stand every thirty metres on alternating sides', () => {
  const lamps = all({ ...CITY, roads: ROADS.slice(0, 1), cells: [] }).filter((i) => i.classCode === '01037')
  expect(lamps.length).toBeGreaterThan(55)
  expect(lamps.length).toBeLessThan(65)
  const sides = lamps.map((i) => Math.sign(i.lat - 36.06))
  expect(sides.every((side, i) => i === 0 || side !== sides[i - 1])).toBe(true)
  for (const [i, lamp] of lamps.entries()) {
    expect(distanceM([lamp.lng, lamp.lat], [lamp.lng, 36.06])).toBeLessThan(8)
    const next = lamps[i + 1]
    if (next) expect(distanceM([lamp.lng, 36.06], [next.lng, 36.06])).toBeCloseTo(30, -1)
  }
  expect(new Set(lamps.map((i) => i.houseNumber % 2)).size).toBe(2)
})

test('density thins everything alike; many classes appear; most are intact', () => {
  const [whole, half] = [all().length, all({ ...CITY, density: 0.5 } as typeof CITY).length]
  expect(half / whole).toBeGreaterThan(0.4)
  expect(half / whole).toBeLessThan(0.6)
  expect(new Set(all().map((i) => i.classCode)).size).toBeGreaterThan(70)
  expect(all().filter((i) => i.status === 'intact').length / whole).toBeGreaterThan(0.9)
})

test('a share of a city lies half around its centre and nothing twice', () => {
  const items = [...demoShare(CITY, [120.31, 36.06], 300)]
  expect(items.length).toBeLessThanOrEqual(300)
  expect(items.length).toBeGreaterThan(200)
  expect(new Set(items.map((i) => `${i.classCode} ${i.lng} ${i.lat}`)).size).toBe(items.length)
})

test('three hundred thousand a second and more', () => {
  const roads = Array.from({ length: 100 }, (_, i) => ({
    code: `370202${1000 + i}`,
    name: '路',
    line: line(120.3, 36 + i / 500, 120.4, 36 + i / 500)
  }))
  const started = performance.now()
  let n = 0
  for (const _ of demoComponents({ roads, cells: CELLS, seed: 'fast' })) n += 1
  expect((n / (performance.now() - started)) * 1000).toBeGreaterThan(300_000)
})
