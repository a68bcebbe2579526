import { VectorTile } from '@mapbox/vector-tile'
import fc from 'fast-check'
import { PbfReader } from 'pbf'
import { describe, expect, test } from 'vitest'
import { randomOf } from '../random.ts'
import { cutCells } from './cells.ts'
import { cutHexes } from './hexes.ts'
import { codeOf, halvesOf, writeDigits } from './keys.ts'
import { Layer } from './layer.ts'
import { BITS, comesBefore, latOf, lngOf, projectX, projectY, SIZE } from './mercator.ts'
import { MvtLayer } from './mvt.ts'
import { cutObjects, lampAt, type ObjectStyle } from './objects.ts'
import { EVERYTHING, type Filter, Judge, NO_FILTER, type Reach } from './reach.ts'
import { type LayerRow, NEVER, snapshotOf } from './snapshot.ts'
import { syntheticRows } from './synthetic.ts'
import type { View } from './view.ts'

const STYLE: ObjectStyle = { key: 'code', fields: ['depthM', 'material'], paused: null, labels: true }
const EXTENT = [120.3, 36.05, 120.42, 36.13] as const

const reachOf = (over: Partial<Reach>): Reach => ({ ...EVERYTHING, all: false, ...over })

/** A layer with changes on top, and its rows as a plain list. */
function changedLayer(seed: string, n: number, times: boolean, few: boolean): { layer: Layer; rows: LayerRow[] } {
  const random = randomOf(seed)
  const start = [...syntheticRows({ n, seed, extent: EXTENT, times, streets: few ? 3 : 12 })].map((row, i) => ({
    ...row,
    ...(few && { class: `${row.class.slice(0, 2)}001` }),
    label: i % 3 === 0 ? `井盖${i}` : '',
    extra: i % 2 === 0 ? JSON.stringify([i % 7, i % 4 === 0 ? '铸铁' : null]) : '',
    place: `${row.place}|D${row.place.slice(6, 12)}`,
    parties: times && i % 3 === 0 ? `${row.parties};p${i % 5},p${i % 7}` : row.parties
  }))
  const layer = new Layer(snapshotOf(start, { times }))
  const now = new Map(start.map((row) => [row.key, row]))
  for (let i = 0; i < 60; i++) {
    const row = start[Math.floor(random() * n)]!
    const pick = random()
    if (pick < 0.3) {
      layer.apply(row.key, null)
      now.delete(row.key)
      continue
    }
    const changed: LayerRow = {
      ...row,
      key: pick < 0.5 ? `9${row.key.slice(1)}` : row.key,
      lng: pick < 0.8 ? EXTENT[0] + random() * 0.12 : row.lng,
      class: pick > 0.9 ? '01999' : row.class,
      status: pick > 0.85 ? 'new' : row.status
    }
    layer.apply(changed.key, changed)
    now.set(changed.key, changed)
  }
  return { layer, rows: [...now.values()] }
}

const someReach = fc.oneof(
  fc.constant(EVERYTHING),
  fc.constantFrom(['370202'], ['370203', '370205001'], ['370204001', '370206001005']).map((regions) => reachOf({ regions })),
  fc
    .constantFrom('00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000000')
    .map((id) => reachOf({ parties: [id] })),
  fc.constant(reachOf({ duties: ['D001001', 'D001003'], regions: ['370207'] })),
  fc.constant(reachOf({}))
)
const someFilter: fc.Arbitrary<Filter> = fc.record({
  classes: fc.constantFrom([], ['01'], ['01001', '04'], ['01999']),
  statuses: fc.constantFrom([], ['normal'], ['damaged', 'new']),
  at: fc.constantFrom(null, 1_720_000_000, 1_735_000_000)
})
const sees = (judge: Judge, row: LayerRow): boolean =>
  judge.asksClass(row.class) &&
  judge.asksStatus(row.status) &&
  judge.asksTime(row.starts, row.ends) &&
  (judge.reachesPlace(row.place) || judge.reachesParties(row.parties))

const decode = (bytes: Uint8Array) => {
  const layer = new VectorTile(new PbfReader(bytes)).layers['test']
  return Array.from({ length: layer?.length ?? 0 }, (_, i) => layer!.feature(i))
}
const tilesAt = (z: number): [number, number][] => {
  const shift = BITS - z
  const out: [number, number][] = []
  for (let y = projectY(EXTENT[3]) >>> shift; y <= projectY(EXTENT[1]) >>> shift; y++)
    for (let x = projectX(EXTENT[0]) >>> shift; x <= projectX(EXTENT[2]) >>> shift; x++) out.push([x, y])
  return out
}
const cut = (view: View, z: number, x: number, y: number, as: 'cells' | 'hex' | 'objects') => {
  const out = new MvtLayer('test')
  if (as === 'cells') cutCells(view.layer, view, z, x, y, out)
  else if (as === 'hex') cutHexes(view.layer, view, z, x, y, out)
  else cutObjects(view.layer, view, z, x, y, STYLE, 0, out)
  return decode(out.finish())
}

test('the square and back: less than 5 cm, everywhere people live', () => {
  fc.assert(
    fc.property(fc.double({ min: -180, max: 180, noNaN: true }), fc.double({ min: -70, max: 70, noNaN: true }), (lng, lat) => {
      expect(Math.abs(latOf(projectY(lat)) - lat) * 111_320).toBeLessThan(0.05)
      expect(Math.abs(lngOf(projectX(lng)) - lng) * 111_320 * Math.cos((lat * Math.PI) / 180)).toBeLessThan(0.05)
    })
  )
  expect([projectX(-180), projectX(180), projectY(90), projectY(-90)]).toEqual([0, SIZE - 1, 0, SIZE - 1])
})

test('codes of up to 19 digits survive as two halves', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 9_999_999_999_999_999_999n }), (n) => {
      const [hi, lo] = halvesOf(String(n))
      expect((BigInt(hi) << 32n) | BigInt(lo)).toBe(n)
      expect(codeOf(hi, lo)).toBe(String(n))
      const bytes = new Uint8Array(24)
      expect(Buffer.from(bytes.subarray(0, writeDigits(bytes, 0, hi, lo))).toString()).toBe(String(n))
    })
  )
})

test('codes are written digit by digit at every length and at every border', () => {
  const edges = Array.from({ length: 19 }, (_, i) => 10n ** BigInt(i + 1))
  const written = (n: bigint): string => {
    const bytes = new Uint8Array(24)
    return Buffer.from(bytes.subarray(0, writeDigits(bytes, 0, ...halvesOf(String(n))))).toString()
  }
  for (const edge of edges)
    for (const n of [edge - 1n, edge / 10n, edge / 10n + 1n, edge - 100_000_000n, edge - 99_999_999n, edge / 2n])
      if (n > 0n) expect(written(n)).toBe(String(n))
  fc.assert(
    fc.property(fc.bigInt({ min: 10n ** 15n, max: 10n ** 19n - 1n }), (n) => {
      expect(written(n)).toBe(String(n))
      expect(written(n - (n % 100_000_000n))).toBe(String(n - (n % 100_000_000n)))
    })
  )
})

test('points stand in Z-order, and each is found by its key', () => {
  for (const text of [false, true]) {
    const rows = [...syntheticRows({ n: 5000, streets: 20 })].map((row) => ({ ...row, key: text ? `k-${row.key}` : row.key }))
    const snapshot = snapshotOf(rows, { times: false })
    for (let i = 1; i < snapshot.n; i++)
      expect(comesBefore(snapshot.xs[i]!, snapshot.ys[i]!, snapshot.xs[i - 1]!, snapshot.ys[i - 1]!)).toBe(false)
    for (const row of rows) {
      const at = snapshot.find(row.key)
      expect([snapshot.xs[at], snapshot.ys[at], snapshot.classAt(at)]).toEqual([projectX(row.lng), projectY(row.lat), row.class])
    }
    expect(snapshot.find('370202010019999999')).toBe(-1)
    expect(snapshot.find('')).toBe(-1)
  }
})

describe.each([
  { times: false, few: false },
  { times: true, few: false },
  { times: false, few: true }
])('a layer with times $times, few classes $few', ({ times, few }) => {
  const { layer, rows } = changedLayer(`seed-${times}`, 4000, times, few)

  test('there is a pyramid to sum', () => {
    expect(layer.snapshot.levels.length).toBeGreaterThan(few ? 10 : 8)
  })

  test('a changed layer gives back its rows', () => {
    expect(layer.size).toBe(rows.length)
    for (const row of rows) {
      const { lng, lat, ...rest } = layer.get(row.key)!
      const { lng: _, lat: __, ...wanted } = row
      expect(rest).toEqual(times ? wanted : { ...wanted, starts: 0, ends: NEVER, soon: NEVER, due: NEVER })
      expect([projectX(lng), projectY(lat)]).toEqual([projectX(row.lng), projectY(row.lat)])
    }
  })

  test('cells of all tiles of a zoom add up to what the reader may see', () => {
    fc.assert(
      fc.property(someReach, someFilter, fc.constantFrom(3, 8, 10, 12, 13, 14), (reach, filter, z) => {
        const judge = new Judge(reach, filter, times)
        const wanted = rows.filter((row) => sees(judge, row))
        const view = layer.view(reach, filter)
        const cells = tilesAt(z).flatMap(([x, y]) => cut(view, z, x, y, 'cells').map((f) => f.properties))
        expect(cells.reduce((sum, p) => sum + Number(p['n']), 0)).toBe(wanted.length)
        for (const major of ['01', '02', '03', '04', '05'])
          expect(cells.reduce((sum, p) => sum + Number(p[`m${major}`] ?? 0), 0)).toBe(
            wanted.filter((row) => row.class.startsWith(major)).length
          )
        const counts = view.counts()
        expect(counts.total).toBe(wanted.length)
        for (const [code, count] of counts.byClass) expect(count).toBe(wanted.filter((row) => row.class === code).length)
      }),
      { numRuns: 60 }
    )
  })

  test('a cell says the class most of its objects have, and stands at their mean', () => {
    const z = 12
    const view = layer.view(EVERYTHING, NO_FILTER)
    const judge = new Judge(EVERYTHING, NO_FILTER, times)
    for (const [tx, ty] of tilesAt(z)) {
      for (const feature of cut(view, z, tx, ty, 'cells')) {
        const at = feature.loadGeometry()[0]![0]!
        const cellOf = (x: number, y: number) => `${x >>> 6}/${y >>> 6}`
        const inCell = rows.filter((row) => {
          const [x, y] = [projectX(row.lng), projectY(row.lat)]
          if (x >>> (BITS - z) !== tx || y >>> (BITS - z) !== ty || !sees(judge, row)) return false
          return (
            cellOf((x % 2 ** (BITS - z)) / 2 ** (BITS - z - 12), (y % 2 ** (BITS - z)) / 2 ** (BITS - z - 12)) ===
            cellOf(at.x, at.y)
          )
        })
        expect(inCell.length).toBe(feature.properties['n'])
        const counts = Map.groupBy(inCell, (row) => row.class)
        expect(counts.get(String(feature.properties['class']))!.length).toBe(
          Math.max(...[...counts.values()].map((c) => c.length))
        )
        const meanX =
          inCell.reduce((sum, row) => sum + (projectX(row.lng) % 2 ** (BITS - z)), 0) / inCell.length / 2 ** (BITS - z - 12)
        expect(Math.abs(at.x - meanX)).toBeLessThan(1.5)
      }
    }
  })

  test('tiles of objects hold what brute force finds, and nothing else', () => {
    fc.assert(
      fc.property(someReach, someFilter, fc.constantFrom(15, 16), (reach, filter, z) => {
        const judge = new Judge(reach, filter, times)
        const view = layer.view(reach, filter)
        const wanted = Map.groupBy(
          rows.filter((row) => sees(judge, row)),
          (row) => `${projectX(row.lng) >>> (BITS - z)}/${projectY(row.lat) >>> (BITS - z)}`
        )
        for (const [tx, ty] of tilesAt(z).filter((_, i) => i % 5 === 0)) {
          const found = cut(view, z, tx, ty, 'objects').map((f) => ({ ...f.properties, at: f.loadGeometry()[0]![0]! }))
          const brute = (wanted.get(`${tx}/${ty}`) ?? []).map((row) => {
            const [depthM, material] = row.extra === '' ? [null, null] : JSON.parse(row.extra)
            const px = (v: number) => Math.floor((v % 2 ** (BITS - z)) / 2 ** (BITS - z - 12))
            return {
              code: row.key,
              class: row.class,
              status: row.status,
              ...(row.label !== '' && { name: row.label }),
              ...(depthM !== null && { depthM }),
              ...(material !== null && { material }),
              at: { x: px(projectX(row.lng)), y: px(projectY(row.lat)) }
            }
          })
          const byCode = (a: { code?: unknown }, b: { code?: unknown }) => (String(a.code) < String(b.code) ? -1 : 1)
          expect(JSON.parse(JSON.stringify(found)).sort(byCode)).toEqual(brute.sort(byCode))
        }
      }),
      { numRuns: 30 }
    )
  })

  test('a hexagon has the same number in every tile it touches, and all together hold everything once', () => {
    const z = 13
    const view = layer.view(reachOf({ regions: ['370202', '370203', '370204'] }), NO_FILTER)
    const seen = new Map<string, number>()
    for (const [tx, ty] of tilesAt(z))
      for (const feature of cut(view, z, tx, ty, 'hex')) {
        const ring = feature.loadGeometry()[0]!
        expect(ring.length).toBe(7)
        // The top corner in units of the whole zoom, to a few units: corners are rounded in each tile alike.
        const key = `${Math.round((ring[0]!.x + tx * 4096) / 8)}/${Math.round((ring[0]!.y + ty * 4096) / 8)}`
        const n = Number(feature.properties['n'])
        if (seen.has(key)) expect(seen.get(key)).toBe(n)
        seen.set(key, n)
      }
    expect([...seen.values()].reduce((sum, n) => sum + n, 0)).toBe(view.counts().total)
  })
})

test('a lamp is read at a moment', () => {
  expect(lampAt(NEVER, 100, 200, false, 50)).toBe('ok')
  expect(lampAt(NEVER, 100, 200, false, 100)).toBe('soon')
  expect(lampAt(NEVER, 100, 200, false, 200)).toBe('late')
  expect(lampAt(NEVER, 100, 200, true, 200)).toBe('paused')
  expect(lampAt(150, 100, 200, false, 150)).toBe('done')
  expect(lampAt(NEVER, NEVER, NEVER, false, 150)).toBe('done')
})

test('the writer makes what the library reads: long texts, negative and broken numbers, many properties', () => {
  const out = new MvtLayer('test')
  const long = '路'.repeat(9000)
  const values = [long, 'x'.repeat(70), -3, 2.5, 0, 1e12, true, false, 2 ** 31 - 1, 127, 128, 16_384]
  out.begin()
  values.forEach((value, i) => {
    out.tag(out.key(`p${i}`), out.value(value))
  })
  out.point(-20, 5000)
  out.begin()
  for (let i = 0; i < 100; i++) out.tag(out.key(`p${i}`), out.value(i))
  out.polygon([0, 0, 10, 0, 10, 10])
  const [point, polygon] = decode(out.finish())
  expect(Object.values(point!.properties)).toEqual(values)
  expect(point!.loadGeometry()).toMatchObject([[{ x: -20, y: 5000 }]])
  expect(Object.values(polygon!.properties)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  expect(polygon!.loadGeometry()[0]).toHaveLength(4)
  expect(new MvtLayer('empty').finish()).toHaveLength(0)
})
