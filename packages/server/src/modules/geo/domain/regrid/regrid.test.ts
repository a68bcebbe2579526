import { describe, expect, test } from 'vitest'
import { smallAreaM2 } from '../ellipsoid.ts'
import { type Shape, toDegrees } from '../shape.ts'
import { applySteps, type Cell, nodeCells, StepRefused } from './cells.ts'
import { giveCodes, inOrder } from './codes.ts'
import { coverageFault, coverageOf, faultsOf } from './faults.ts'

const COMMUNITY = '370202001001'
const X = 1_203_000_000
const Y = 360_000_000
/** About 100 m by 100 m. */
const SIZE = 10_000
const box = (x: number, y: number, w = 1, h = 1): Shape => [
  [
    Int32Array.of(
      X + x * SIZE, Y + y * SIZE,
      X + (x + w) * SIZE, Y + y * SIZE,
      X + (x + w) * SIZE, Y + (y + h) * SIZE,
      X + x * SIZE, Y + (y + h) * SIZE
    )
  ]
] // biome-ignore format: corners by line
const at = (x: number, y: number): [number, number] => [toDegrees(X + x * SIZE), toDegrees(Y + y * SIZE)]
/** Nine unit grids, 001 in the north-west. */
const nine = (): Cell[] =>
  Array.from({ length: 9 }, (_, i) => {
    const code = `${COMMUNITY}00${i + 1}`
    return { key: code, code, shape: box(i % 3, 2 - Math.floor(i / 3)), from: [code] }
  })
const outline = box(0, 0, 3, 3)
const code = (n: number): string => `${COMMUNITY}00${n}`
const middle = code(5)
const check = (before: Cell[], after: Cell[]) => faultsOf({ before, after, outline, others: [] })
const area = (cells: readonly Cell[]): number => cells.reduce((sum, cell) => sum + smallAreaM2(cell.shape), 0)
const refusal = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof StepRefused) return error.code
    throw error
  }
  return 'done'
}

describe('splitting', () => {
  test('gives two pieces, no gap, no overlap, and the neighbours the new corners', () => {
    const before = nine()
    const after = applySteps(before, [{ op: 'split', cell: middle, line: [at(1.4, 0.5), at(1.7, 2.5)] }])
    const pieces = after.filter((cell) => cell.code === null)
    expect(pieces.map((p) => p.key)).toEqual(['new-1-1', 'new-1-2'])
    expect(pieces.every((p) => p.from.join() === middle)).toBe(true)
    expect(area(after)).toBeCloseTo(area(before), 0)
    expect(check(before, after)).toEqual([])
    for (const n of [2, 8]) expect(after.find((c) => c.code === code(n))?.shape[0]?.[0]?.length, `${n}`).toBe(10)
    expect(after.find((c) => c.code === code(1))?.shape).toBe(before[0]?.shape)
  })

  test('along a bent line, and again along the piece', () => {
    const before = nine()
    const first = applySteps(before, [
      { op: 'split', cell: middle, line: [at(1.5, 0.9), at(1.3, 1.4), at(1.6, 1.6), at(1.5, 2.1)] },
      { op: 'split', cell: 'new-1-1', line: [at(0.9, 1.2), at(2.1, 1.25)] }
    ])
    expect(
      first
        .filter((c) => c.code === null)
        .map((c) => c.key)
        .sort()
    ).toEqual(['new-1-2', 'new-2-1', 'new-2-2'])
    expect(check(before, first).filter((f) => f.severity === 'error')).toEqual([])
  })

  test('a line that ends inside cuts nothing', () => {
    expect(refusal(() => applySteps(nine(), [{ op: 'split', cell: middle, line: [at(0.5, 1.5), at(1.5, 1.5)] }]))).toBe(
      'REGRID_LINE_MISSES'
    )
    expect(refusal(() => applySteps(nine(), [{ op: 'split', cell: 'new-9-1', line: [at(0, 0), at(1, 1)] }]))).toBe(
      'REGRID_CELL_UNKNOWN'
    )
  })
})

describe('merging', () => {
  test('neighbours become one', () => {
    const before = nine()
    const after = applySteps(before, [{ op: 'merge', cells: [code(1), code(2), code(5)] }])
    const made = after.find((cell) => cell.code === null)
    expect(made?.from).toEqual([code(1), code(2), code(5)])
    expect(after).toHaveLength(7)
    expect(check(before, after)).toEqual([])
  })
  test('what only meets at a corner, or not at all, does not', () => {
    expect(refusal(() => applySteps(nine(), [{ op: 'merge', cells: [code(1), code(5)] }]))).toBe('REGRID_NOT_NEIGHBOURS')
    expect(refusal(() => applySteps(nine(), [{ op: 'merge', cells: [code(1), code(9)] }]))).toBe('REGRID_NOT_NEIGHBOURS')
  })
})

describe('shared borders', () => {
  test('a corner moves for all four, and nothing opens or overlaps', () => {
    const before = nine()
    const after = applySteps(before, [{ op: 'move', from: at(1, 1), to: at(1.2, 1.1) }])
    const changed = after.filter((cell, i) => cell.shape !== before[i]?.shape)
    expect(changed.map((c) => c.code)).toEqual([code(4), code(5), code(7), code(8)])
    expect(area(after)).toBeCloseTo(area(before), 0)
    expect(check(before, after)).toEqual([])
  })
  test('a border is bent for both and straightened again', () => {
    const before = nine()
    const bent = applySteps(before, [{ op: 'bend', between: [at(1, 1), at(1, 2)], to: at(1.2, 1.5) }])
    expect(bent.filter((cell, i) => cell.shape !== before[i]?.shape).map((c) => c.code)).toEqual([code(4), code(5)])
    expect(check(before, bent)).toEqual([])
    const back = applySteps(bent, [{ op: 'straighten', at: at(1.2, 1.5) }])
    expect(back.map((c) => c.shape.map((p) => p.map((r) => [...r])))).toEqual(
      before.map((c) => c.shape.map((p) => p.map((r) => [...r])))
    )
  })
  test('the border of the community stays, and so does a corner where three meet', () => {
    const cells = nine()
    expect(refusal(() => applySteps(cells, [{ op: 'move', from: at(0, 1), to: at(0.2, 1) }]))).toBe('REGRID_ON_BORDER')
    expect(refusal(() => applySteps(cells, [{ op: 'bend', between: [at(0, 0), at(1, 0)], to: at(0.5, 0.2) }]))).toBe(
      'REGRID_ON_BORDER'
    )
    expect(refusal(() => applySteps(cells, [{ op: 'straighten', at: at(1, 1) }]))).toBe('REGRID_CORNER_NEEDED')
    expect(refusal(() => applySteps(cells, [{ op: 'move', from: at(1.5, 1.5), to: at(1, 1) }]))).toBe('REGRID_CORNER_UNKNOWN')
  })
  test('grids that did not share their corners are given them first', () => {
    const wide: Cell[] = [
      { key: 'a', code: code(1), shape: box(0, 0, 2, 1), from: [code(1)] },
      { key: 'b', code: code(2), shape: box(0, 1), from: [code(2)] },
      { key: 'c', code: code(3), shape: box(1, 1), from: [code(3)] }
    ]
    const noded = nodeCells(wide)
    expect(noded[0]?.shape[0]?.[0]?.length).toBe(10)
    const moved = applySteps(noded, [{ op: 'move', from: at(1, 1), to: at(1.1, 1.1) }])
    expect(moved.every((cell, i) => cell.shape !== noded[i]?.shape)).toBe(true)
    expect(faultsOf({ before: noded, after: moved, outline: null, others: [] })).toEqual([])
  })
})

describe('faults', () => {
  test('a corner drawn across a neighbour folds it: invalid or overlapping, with the place', () => {
    const before = nine()
    const after = applySteps(before, [{ op: 'move', from: at(1, 1), to: at(2.6, 2.4) }])
    const faults = check(before, after)
    expect(faults.some((f) => f.severity === 'error' && (f.kind === 'overlap' || f.kind === 'invalid'))).toBe(true)
    expect(faults.every((f) => f.at !== null)).toBe(true)
  })
  test('a piece of less than 400 m² is pointed out, not refused', () => {
    const before = nine()
    const after = applySteps(before, [{ op: 'split', cell: middle, line: [at(1.02, 0.9), at(1.02, 2.1)] }])
    expect(check(before, after).map((f) => [f.kind, f.severity])).toEqual([['small', 'warning']])
  })
  test('a community looked at first: holes and overlaps that were there before', () => {
    const cells = nine().filter((cell) => cell.code !== middle)
    const faults = faultsOf({ before: [], after: cells, outline, others: [] })
    expect(faults.map((f) => f.kind)).toEqual(['gap'])
    expect(faults[0]?.areaM2).toBeGreaterThan(9000)
    expect(coverageOf(cells, outline)).toBeCloseTo(8 / 9, 3)
    expect(coverageFault(coverageOf(cells, outline))).toHaveLength(1)
    expect(coverageFault(coverageOf(nine(), outline))).toEqual([])
    const twice = [...nine(), { key: 'x', code: `${COMMUNITY}099`, shape: box(1, 1), from: [] }]
    expect(faultsOf({ before: [], after: twice, outline, others: [] }).map((f) => f.kind)).toContain('overlap')
  })
  test('a neighbour of another community is not overlapped', () => {
    const before = nine()
    const after = applySteps(before, [{ op: 'split', cell: code(3), line: [at(2.5, 1.9), at(2.5, 3.1)] }])
    const others = [{ code: '370202001002001', shape: box(2.6, 2.5) }]
    expect(faultsOf({ before, after, outline: null, others }).map((f) => f.kind)).toContain('overlap')
  })
})

describe('codes', () => {
  test('count on from the highest ever given, west to east and north to south', () => {
    const after = applySteps(nine(), [
      { op: 'split', cell: middle, line: [at(1.5, 0.9), at(1.5, 2.1)] },
      { op: 'split', cell: code(1), line: [at(-0.1, 2.5), at(1.1, 2.5)] }
    ])
    const codes = giveCodes(COMMUNITY, after, [...nine().map((c) => c.code as string), `${COMMUNITY}041`])
    const order = inOrder(after.filter((c) => c.code === null))
    expect(order.map((c) => codes?.get(c.key)?.slice(12))).toEqual(['042', '043', '044', '045'])
    const [north, south, west, east] = order.map((c) => c.shape[0]?.[0] as Int32Array)
    expect(Math.max(...(north as Int32Array).filter((_, i) => i % 2))).toBeGreaterThan(
      Math.max(...(south as Int32Array).filter((_, i) => i % 2))
    )
    expect(Math.min(...(west as Int32Array).filter((_, i) => i % 2 === 0))).toBeLessThan(
      Math.min(...(east as Int32Array).filter((_, i) => i % 2 === 0))
    )
    expect(giveCodes(COMMUNITY, after, [`${COMMUNITY}998`])).toBeNull()
  })
})
