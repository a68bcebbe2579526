import type * as GeoJSON from 'geojson'
import { expect, test } from 'vitest'
import { gripAt, heldBetween, topologyOf } from './topology.ts'

const square = (x: number, y: number): GeoJSON.Polygon => ({
  type: 'Polygon',
  coordinates: [
    [
      [x, y],
      [x + 1, y],
      [x + 1, y + 1],
      [x, y + 1],
      [x, y]
    ]
  ]
})
const four = topologyOf([square(0, 0), square(1, 0), square(0, 1), square(1, 1)])
const onScreen = ([x, y]: [number, number]) => ({ x: x * 100, y: -y * 100 })

test('four squares have nine corners, of which the inner one moves, and twelve borders', () => {
  expect(four.corners).toHaveLength(9)
  expect(four.corners.filter((c) => !c.fixed).map((c) => c.at)).toEqual([[1, 1]])
  expect(four.edges).toHaveLength(12)
  expect(four.edges.filter((e) => !e.fixed)).toHaveLength(4)
})

test('a corner is taken before a border, and nothing that is fixed', () => {
  expect(gripAt({ x: 104, y: -103 }, four, onScreen)).toEqual({ kind: 'corner', at: [1, 1] })
  expect(gripAt({ x: 103, y: -50 }, four, onScreen)).toEqual({ kind: 'edge', a: [1, 0], b: [1, 1] })
  expect(gripAt({ x: 2, y: -50 }, four, onScreen)).toBeNull()
  expect(gripAt({ x: 150, y: -150 }, four, onScreen)).toBeNull()
})

test('a corner hangs between all it is joined to', () => {
  expect(heldBetween({ kind: 'corner', at: [1, 1] }, four.edges)).toHaveLength(4)
  expect(heldBetween({ kind: 'edge', a: [1, 0], b: [1, 1] }, four.edges)).toEqual([
    [1, 0],
    [1, 1]
  ])
})
