import { describe, expect, test } from 'vitest'
import { distanceM } from '../../../geo/index.ts'
import { toWkt } from '../../formats/write-table.ts'
import { itemGeometry, parseWkb, parseWkt } from './geometry.ts'
import { mappingFault, mappingLacks, proposeMapping } from './mapping.ts'
import { TWIN_M, TwinFinder } from './near.ts'
import { CrsWatch } from './suspicion.ts'
import { readDay, readInstant, readNumber } from './values.ts'

const random = (seed: number) => () => {
  seed = (seed * 48_271) % 2_147_483_647
  return seed / 2_147_483_647
}
const same = (x: number, y: number): [number, number] => [x, y]

describe('geometries of files', () => {
  test('what is written as WKT is read the same, for any shape', () => {
    const next = random(5)
    const pair = () => [Number((next() * 180).toFixed(7)), Number((next() * 80).toFixed(7))]
    const ring = () => Array.from({ length: 4 }, pair)
    for (let i = 0; i < 50; i++)
      for (const geometry of [
        { type: 'Point', coordinates: pair() },
        { type: 'LineString', coordinates: ring() },
        { type: 'Polygon', coordinates: [ring(), ring()] },
        { type: 'MultiPolygon', coordinates: [[ring()], [ring(), ring()]] }
      ])
        expect(parseWkt(toWkt(geometry))).toEqual(geometry)
  })

  test('WKT of others: blanks, heights, SRID, brackets around points, empty; and what is none', () => {
    expect(parseWkt('SRID=4490; point z ( 120.5   36.1 12 ) ')).toEqual({ type: 'Point', coordinates: [120.5, 36.1] })
    expect(parseWkt('MULTIPOINT((1 2),(3 4))')).toEqual(parseWkt('MULTIPOINT(1 2,3 4)'))
    expect(parseWkt('POINT EMPTY')).toEqual({ type: 'Point', coordinates: [] })
    for (const text of ['', 'POINT', 'POINT(1)', 'CIRCLE(1 2)', 'POINT(a b)', 'POINT(1 2']) {
      const parsed = parseWkt(text)
      expect(parsed === null || itemGeometry(parsed, same) === 'nullGeometry').toBe(true)
    }
  })

  test('bytes that are no WKB are none, wherever they break off', () => {
    const whole = Buffer.from('0101000000000000000000f03f0000000000000040', 'hex')
    expect(parseWkb(whole)).toEqual({ type: 'Point', coordinates: [1, 2] })
    for (let n = 0; n < whole.length; n++) expect(parseWkb(whole.subarray(0, n))).toBeNull()
  })

  test.each([
    [null, 'nullGeometry'],
    [{ type: 'Point', coordinates: [0, 0] }, 'zeroZero'],
    [{ type: 'Point', coordinates: [null, 1] }, 'nullGeometry'],
    [
      {
        type: 'MultiPoint',
        coordinates: [
          [1, 1],
          [2, 2]
        ]
      },
      'geometry'
    ],
    [{ type: 'GeometryCollection', coordinates: [1] }, 'geometry']
  ])('%j: %s', (raw, rule) => {
    expect(itemGeometry(raw, same)).toBe(rule)
  })
})

test('twins are found as by holding every pair against each other', () => {
  const next = random(11)
  const points = Array.from({ length: 1500 }, (_, no) => ({
    no,
    cls: `c${Math.floor(next() * 3)}`,
    at: [120 + next() * 0.0003, 36 + next() * 0.0003] as const
  }))
  const finder = new TwinFinder()
  points.forEach(({ no, cls, at }, i) => {
    const found = finder.add(no, cls, at[0], at[1])
    const near = points.slice(0, i).filter((p) => p.cls === cls && distanceM(p.at, at) <= TWIN_M)
    expect(found !== null).toBe(near.length > 0)
    if (found) expect(near.map((p) => p.no)).toContain(found.no)
  })
})

test('twins are found anywhere on the earth, however many points there are', () => {
  const finder = new TwinFinder()
  const next = random(4)
  for (let no = 0; no < 40_000; no++) finder.add(no, 'a', 100 + next() * 20, 20 + next() * 30)
  for (const [lng, lat] of [
    [120.5, 36.5],
    [-0.000_001, 0],
    [179.9, -0.000_001],
    [87.6, 71.999_999]
  ] as const) {
    const dx = 0.9 / (111_320 * Math.cos((lat * Math.PI) / 180))
    finder.add(1, 'b', lng, lat)
    expect(finder.add(2, 'b', lng + dx, lat)?.no).toBe(1)
    expect(finder.add(3, 'c', lng, lat)).toBeNull()
    expect(finder.add(4, 'c', lng + dx * 1.3, lat)).toBeNull()
  }
})

test('no suspicion where rows lie where they claim, nor from a handful of rows', () => {
  const watch = new CrsWatch(() => '370202001001001')
  for (let i = 0; i < 19; i++) watch.add([120.3, 36], '370203001001001', '370202001001001')
  expect(watch.verdict(1, 'CGCS2000')).toBeNull()
  const sound = new CrsWatch((lng) => (lng > 120.2999 ? '370202001001001' : null))
  for (let i = 0; i < 200; i++) sound.add([120.3, 36], '370202001001001', '370202001001001')
  expect(sound.verdict(1, 'CGCS2000')).toBeNull()
})

describe('values and columns', () => {
  test.each([
    ['1,234.5', 1234.5],
    ['３．５', 3.5],
    ['12.5m', 12.5],
    [' 7 ', 7],
    ['abc', Number.NaN],
    ['1,23', Number.NaN]
  ])('number %s', (text, value) => {
    expect(readNumber(text, 'm')).toBe(value)
  })

  test.each([
    ['20240501', '2024-05-01'],
    ['2024/5/1', '2024-05-01'],
    ['2024年5月1日', '2024-05-01'],
    ['2024-05-01 08:00:00', '2024-05-01'],
    ['5/1/24', '5/1/24']
  ])('day %s', (text, day) => {
    expect(readDay(text)).toBe(day)
  })

  test('a time without an offset is of the city', () => {
    expect(readInstant('2024-05-01 8:30', '+08:00')).toBe('2024-05-01T08:30:00+08:00')
    expect(readInstant('2024-05-01T08:30:00Z', '+08:00')).toBe('2024-05-01T08:30:00Z')
  })

  test('columns are found by standard codes, by names in both languages, whatever stands around them; nothing is taken twice', () => {
    const both = (zh: string, en = zh) => ({ zh, en })
    const d = {
      id: 'x',
      name: both('x'),
      group: 'facility',
      geometry: 'point',
      code: { rule: 'given', pattern: '.+' },
      states: [{ key: 'a', name: both('a') }],
      initialState: 'a',
      units: ['owner'],
      attributes: [{ key: 'flow', name: both('流量', 'Flow'), type: 'number', alias: ['LL'], required: true }],
      columns: ['code'],
      symbol: { shape: 'dot', color: '#000000' },
      access: 'staff'
    } as const
    const declaration = d as never
    const { columns } = proposeMapping(
      declaration,
      ['编码*', 'LL(L/s)', 'flow', '经度', 'Lat', '权属单位', '养护单位', 'SZSQDM'],
      false
    )
    expect(columns.map((c) => c.to)).toEqual(['code', 'attr.flow', '-', 'lng', 'lat', 'owner', '-', 'declaredGrid'])
    expect(mappingLacks(declaration, { columns }, false)).toEqual([])
    expect(mappingLacks(declaration, { columns: [] }, true).map((l) => l.en)).toEqual([
      'No column is the code',
      'No column is "Flow", which is required'
    ])
    expect(
      mappingFault(
        declaration,
        {
          columns: [
            { column: '编码*', to: 'lng' },
            { column: '经度', to: 'lng' }
          ]
        },
        ['编码*', '经度']
      )
    ).toBe('经度 → lng')
    expect(mappingFault(declaration, { columns: [{ column: '编码*', to: 'attr.none' }] }, ['编码*'])).toBe('attr.none')
  })
})
