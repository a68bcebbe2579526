import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packBatch, unpackBatch } from './batch-codec.ts'
import { mergeSeries, packSeries, type Series, unpackSeries } from './pack-codec.ts'

/** Any double but other NaNs than the one; minus zero, infinities and the smallest are there. */
const value = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, Number.MIN_VALUE, Number.MAX_VALUE, Number.POSITIVE_INFINITY, Number.NaN, 1e15, 0.1 + 0.2),
  fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 100)
)
const step = fc.oneof(fc.constant(60_000), fc.integer({ min: 1, max: 100_000_000 }), fc.constant(1))
const extra = fc.option(fc.record({ result: fc.jsonValue() }), { nil: undefined, freq: 8 })

const series = fc
  .tuple(
    fc.integer({ min: -8_000_000_000_000, max: 8_000_000_000_000 }),
    fc.array(fc.tuple(step, value, fc.option(value, { freq: 3 }), fc.integer({ min: 0, max: 7 }), extra), { maxLength: 200 }),
    fc.boolean()
  )
  .map(([begin, rows, twice]): Series => {
    let at = begin
    const instants = rows.map(([ms]) => {
      at += ms
      return at
    })
    const extras = new Map(rows.flatMap((r, i) => (r[4] === undefined ? [] : [[i, r[4]] as const])))
    return {
      length: rows.length,
      at: Float64Array.from(instants),
      values: Float64Array.from(rows, (r) => r[1]),
      values2:
        twice && rows.some((r) => r[2] !== null && !Number.isNaN(r[2]))
          ? Float64Array.from(rows, (r) => r[2] ?? Number.NaN)
          : null,
      quality: Uint8Array.from(rows, (r) => r[3]),
      extra: extras.size > 0 ? extras : null
    }
  })

/** What JSON can say of extras: minus zero is zero there. */
const plain = (s: Series): unknown => ({ ...s, extra: s.extra && JSON.parse(JSON.stringify([...s.extra])) })

describe('packs', () => {
  test('any series comes back as it was', () => {
    fc.assert(
      fc.property(series, (s) => {
        expect(plain(unpackSeries(packSeries(s)))).toEqual(plain(s))
      }),
      { numRuns: 400 }
    )
  })

  test('merging is the union by instant; what was there stays', () => {
    fc.assert(
      fc.property(series, series, (a, b) => {
        const near = { ...b, at: b.at.map((_, i) => (a.length > 0 ? a.at[0]! : 0) + i * 60_000) }
        const { merged, repeated } = mergeSeries(a, near)
        const union = new Set([...a.at, ...near.at])
        expect([...merged.at.subarray(0, merged.length)]).toEqual([...union].sort((x, y) => x - y))
        expect(merged.length + repeated.length).toBe(a.length + near.length)
        for (let i = 0, k = 0; i < merged.length && k < a.length; i++)
          if (merged.at[i] === a.at[k]) expect(Object.is(merged.values[i], a.values[k++])).toBe(true)
      }),
      { numRuns: 200 }
    )
  })

  test('what meters say costs few bytes', () => {
    const n = 1440
    let level = 5000
    const dice = (i: number): number => (Math.imul(i + 1, 2_654_435_761) >>> 8) % 7
    const s: Series = {
      length: n,
      at: Float64Array.from({ length: n }, (_, i) => Date.UTC(2026, 0, 15) + i * 60_000 + ((dice(i) * 13) % 40)),
      values: Float64Array.from({ length: n }, (_, i) => {
        level += dice(i) - 3
        return level / 100
      }),
      values2: null,
      quality: new Uint8Array(n),
      extra: null
    }
    expect(packSeries(s).length / n).toBeLessThan(2.5)
  })

  test('bytes of something else are refused', () => {
    expect(() => unpackSeries(Uint8Array.from([9, 9, 9]))).toThrow('not a pack')
    expect(() => unpackSeries(packSeries(unpackSeries(Buffer.from([1, 0, 0, 0, 0]))).subarray(0, 3))).toThrow()
  })
})

describe('batches of the journal', () => {
  test('any batch comes back as it was', () => {
    fc.assert(
      fc.property(series, fc.array(fc.integer({ min: 1, max: 2 ** 31 - 1 }), { minLength: 200, maxLength: 200 }), (s, ids) => {
        const batch = { ...s, streams: Int32Array.from({ length: s.length }, (_, i) => ids[i]!) }
        const back = unpackBatch(packBatch(batch))
        expect({ ...(plain(back) as object) }).toEqual({ ...(plain(batch) as object) })
      }),
      { numRuns: 300 }
    )
  })
})
