import { expect, test } from 'vitest'
import { fit, type Net, nodeAt, planOf, zoomAt } from './net.ts'

const net = (points: number[], edges: Net['edges'] = []): Net => ({
  codes: points.filter((_, i) => i % 2 === 0).map((_, i) => `N${i}`),
  names: [],
  kinds: [],
  points,
  edges,
  directed: false
})

test('a net keeps the distances of the city, north is up', () => {
  const plan = planOf(net([120.38, 36.08, 120.38, 36.09]))
  expect(plan.nodes[0]).toBeCloseTo(plan.nodes[2]!, 6)
  expect(plan.nodes[1]! - plan.nodes[3]!).toBeCloseTo(1113.2, 1)
})

test('nodes of one spot are set apart', () => {
  const plan = planOf(net([120.38, 36.08, 120.38, 36.08, 120.38, 36.08]))
  const spots = new Set([0, 2, 4].map((i) => `${plan.nodes[i]!.toFixed(1)},${plan.nodes[i + 1]!.toFixed(1)}`))
  expect(spots.size).toBe(3)
})

test('the whole net fits the box, and a point is found again after coming nearer', () => {
  const plan = planOf(net([120.38, 36.08, 120.4, 36.09, 120.42, 36.1], [{ code: 'P', from: 0, to: 2 }]))
  const look = fit(plan, 800, 400)
  const at = (i: number, l = look) => ({ x: plan.nodes[2 * i]! * l.scale + l.x, y: plan.nodes[2 * i + 1]! * l.scale + l.y })
  for (const i of [0, 1, 2]) {
    expect(at(i).x).toBeGreaterThanOrEqual(23)
    expect(at(i).x).toBeLessThanOrEqual(777)
    expect(nodeAt(plan, look, at(i))).toBe(i)
  }
  const near = zoomAt(look, 3, at(1))
  expect(at(1, near).x).toBeCloseTo(at(1).x, 6)
  expect(nodeAt(plan, near, at(1, near))).toBe(1)
  expect(nodeAt(plan, look, { x: 1, y: 1 })).toBe(-1)
})

test('nothing at all has a plan, too', () => {
  const plan = planOf(net([]))
  expect(plan.box).toEqual([0, 0, 0, 0])
  expect(fit(plan, 300, 200).scale).toBe(2)
})

test('an edge without both ends and without a way is not drawn', () => {
  expect(planOf(net([120, 36], [{ code: 'P', from: 0, to: -1 }])).edges[0]).toHaveLength(0)
})
