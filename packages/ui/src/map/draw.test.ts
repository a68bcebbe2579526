import { describe, expect, it } from 'vitest'
import {
  addPoint,
  areaShape,
  begin,
  type Drawing,
  drawingFeatures,
  drawingFrom,
  drawingText,
  finish,
  measured,
  undo,
  withRadius
} from './draw.ts'
import { distanceM, type LngLat } from './measure.ts'

const A: LngLat = [120.38, 36.07]
const B: LngLat = [120.39, 36.07]
const C: LngLat = [120.39, 36.08]
const roles = (d: Drawing, cursor: LngLat | null = null) => drawingFeatures(d, cursor).map((f) => f.properties?.['role'])

describe('drawing on the map', () => {
  it('a circle is its centre and a point of its rim', () => {
    const d = addPoint(addPoint(begin('circle'), A), B)
    expect(d).toMatchObject({ points: [A], radiusM: Math.round(distanceM(A, B)), done: true })
    expect(areaShape(d)).toEqual({ circle: { center: A, radiusM: d.radiusM } })
    expect(roles(d)).toEqual(['fill', 'line', 'corner'])
    expect(undo(d)).toMatchObject({ done: false, radiusM: 0 })
    expect(addPoint(addPoint(begin('circle'), A), A).done).toBe(false)
  })
  it('a polygon needs three corners and closes', () => {
    const two = addPoint(addPoint(begin('polygon'), A), B)
    expect(finish(two).done).toBe(false)
    expect(areaShape(two)).toBeNull()
    const d = finish(addPoint(two, C))
    expect(areaShape(d)).toEqual({ type: 'Polygon', coordinates: [[A, B, C, A]] })
    expect(roles(d)).toEqual(['fill', 'line', 'corner', 'corner', 'corner'])
    expect(measured(d, null).areaM2).toBeGreaterThan(490_000)
  })
  it('a buffer keeps its width; the next drawing begins by itself', () => {
    const d = finish(addPoint(addPoint(withRadius(begin('buffer'), 250), A), B))
    expect(areaShape(d)).toEqual({ buffer: { line: [A, B], radiusM: 250 } })
    expect(roles(d)).toContain('band')
    expect(addPoint(d, C)).toEqual({ kind: 'buffer', points: [C], radiusM: 250, done: false })
  })
  it('measures with the point under the pointer until it is done', () => {
    const d = addPoint(begin('length'), A)
    expect(measured(d, B).lengthM).toBeCloseTo(distanceM(A, B), 6)
    expect(measured(finish(addPoint(d, B)), C).lengthM).toBeCloseTo(distanceM(A, B), 6)
    expect(areaShape(finish(addPoint(d, B)))).toBeNull()
  })
  it('takes a point back and refuses the same point twice', () => {
    const d = addPoint(addPoint(begin('length'), A), B)
    expect(undo(d).points).toEqual([A])
    expect(addPoint(d, B)).toBe(d)
  })
  it('goes through an address and back; nonsense is refused', () => {
    for (const d of [
      withRadius(addPoint(begin('circle'), A), 500),
      finish(addPoint(addPoint(addPoint(begin('polygon'), A), B), C)),
      finish(addPoint(addPoint(begin('buffer', 80), A), B))
    ])
      expect(drawingFrom(drawingText(d))).toEqual(d)
    for (const text of ['', 'circle', 'star:1:1,2', 'polygon:0:1,2;3,4', 'circle:99999999:1,2', 'circle:5:999,2', 'circle:5:1,x'])
      expect(drawingFrom(text), text).toBeNull()
  })
})
