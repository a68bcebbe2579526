import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type CoastFile, clipTo, landOf } from './coast.ts'
import { insideShape } from './inside.ts'
import { boxOf, type Shape, shapeFromGeoJson, toUnits } from './shape.ts'

const city = <T>(id: string, file: string): T =>
  JSON.parse(readFileSync(new URL(`../../../../../../cities/${id}/${file}`, import.meta.url), 'utf8')) as T
const inside = (shape: Shape, lng: number, lat: number): boolean => insideShape(shape, toUnits(lng), toUnits(lat))

describe.each(['qingdao', 'haikou', 'new-york'])('coast of %s', (id) => {
  const file = city<CoastFile>(id, 'coast.json')
  const land = landOf(file)
  const outlines = city<{ features: { geometry: Parameters<typeof shapeFromGeoJson>[0] }[] }>(id, 'outlines.json').features

  test('fills its extent and no more', () => {
    const box = boxOf(land)
    const extent = file.extent.map(toUnits) as [number, number, number, number]
    expect(box[0]).toBeGreaterThanOrEqual(extent[0] - 1000)
    expect(box[3]).toBeLessThanOrEqual(extent[3] + 1000)
  })

  test('has every vertex of the districts within a metre of land', () => {
    // A metre is what the file rounds to: the vertex itself may fall just beside its own edge.
    const near = toUnits(0.00002)
    for (const { geometry } of outlines)
      for (const ring of shapeFromGeoJson(geometry).flat())
        for (let i = 0; i < ring.length; i += 20) {
          const [x, y] = [ring[i] as number, ring[i + 1] as number]
          const around = [-near, 0, near].flatMap((dx) => [-near, 0, near].map((dy) => insideShape(land, x + dx, y + dy)))
          expect(around).toContain(true)
        }
  })
})

test('the bay and the open sea are sea, the neighbour is land', () => {
  const land = landOf(city<CoastFile>('qingdao', 'coast.json'))
  expect(inside(land, 120.24, 36.12), '胶州湾').toBe(false)
  expect(inside(land, 120.8, 35.8), '黄海').toBe(false)
  expect(inside(land, 119.1, 36.7), '潍坊').toBe(true)
  expect(inside(land, 120.39, 36.07), '市南').toBe(true)
})

test('a window cuts land at its edge', () => {
  const land = landOf(city<CoastFile>('qingdao', 'coast.json'))
  const window = [toUnits(120.2), toUnits(36), toUnits(120.5), toUnits(36.2)] as const
  const cut = clipTo(land, window)
  const box = boxOf(cut)
  expect(box[0]).toBeGreaterThanOrEqual(window[0])
  expect(box[2]).toBeLessThanOrEqual(window[2])
  expect(inside(cut, 120.39, 36.1)).toBe(true)
  expect(inside(cut, 120.24, 36.12)).toBe(false)
  expect(clipTo(land, [toUnits(122.5), toUnits(35), toUnits(122.6), toUnits(35.1)])).toEqual([])
})
