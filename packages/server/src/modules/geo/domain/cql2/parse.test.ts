import { describe, expect, it } from 'vitest'
import { Cql2Error } from './ast.ts'
import { parseCql2 } from './parse.ts'

const ring = [
  [120, 36],
  [120.1, 36],
  [120.1, 36.1],
  [120, 36]
]

describe('CQL2 text', () => {
  it.each([
    ["status = 'good'", { op: '=', args: [{ property: 'status' }, 'good'] }],
    ["状态 IN ('完好','破损')", { op: 'in', args: [{ property: '状态' }, ['完好', '破损']] }],
    ["name <> 'O''Brien'", { op: '<>', args: [{ property: 'name' }, "O'Brien"] }],
    ['"a b" >= -1.5e3', { op: '>=', args: [{ property: 'a b' }, -1500] }],
    ['a IS NULL', { op: 'isNull', args: [{ property: 'a' }] }],
    ['a IS NOT NULL', { op: 'not', args: [{ op: 'isNull', args: [{ property: 'a' }] }] }],
    [
      "casei(name) LIKE casei('abc%')",
      {
        op: 'like',
        args: [
          { op: 'casei', args: [{ property: 'name' }] },
          { op: 'casei', args: ['abc%'] }
        ]
      }
    ],
    ["name NOT LIKE '井%'", { op: 'not', args: [{ op: 'like', args: [{ property: 'name' }, '井%'] }] }],
    [
      'flow NOT BETWEEN 1 AND 2 + 3',
      { op: 'not', args: [{ op: 'between', args: [{ property: 'flow' }, 1, { op: '+', args: [2, 3] }] }] }
    ],
    ['lit', { property: 'lit' }],
    ['true', true],
    [
      '(a + 2) * b > 3',
      { op: '>', args: [{ op: '*', args: [{ op: '+', args: [{ property: 'a' }, 2] }, { property: 'b' }] }, 3] }
    ],
    ['a - 1 = 0', { op: '=', args: [{ op: '-', args: [{ property: 'a' }, 1] }, 0] }],
    [
      "T_AFTER(updated,TIMESTAMP('2026-07-01T00:00:00Z'))",
      { op: 't_after', args: [{ property: 'updated' }, { timestamp: '2026-07-01T00:00:00Z' }] }
    ],
    [
      "T_DURING(updated, INTERVAL('2026-07-01','..'))",
      { op: 't_during', args: [{ property: 'updated' }, { interval: ['2026-07-01', '..'] }] }
    ],
    ["updated >= DATE('2026-07-01')", { op: '>=', args: [{ property: 'updated' }, { date: '2026-07-01' }] }],
    [
      'S_INTERSECTS(geom,BBOX(120,36,121,37))',
      { op: 's_intersects', args: [{ property: 'geom' }, { bbox: [120, 36, 121, 37] }] }
    ],
    [
      'S_WITHIN(geom, POLYGON((120 36,120.1 36,120.1 36.1,120 36)))',
      { op: 's_within', args: [{ property: 'geom' }, { type: 'Polygon', coordinates: [ring] }] }
    ],
    [
      'S_CONTAINS(POINT Z (120 36 5), geom)',
      { op: 's_contains', args: [{ type: 'Point', coordinates: [120, 36] }, { property: 'geom' }] }
    ],
    ["A_CONTAINS(tags, ('a','b'))", { op: 'a_contains', args: [{ property: 'tags' }, ['a', 'b']] }]
  ])('%s', (text, json) => {
    expect(parseCql2(text)).toEqual(json)
  })

  it('keeps AND before OR, NOT before both, and every part', () => {
    const p = (property: string) => ({ property })
    expect(parseCql2('a OR b AND NOT c OR d')).toEqual({
      op: 'or',
      args: [p('a'), { op: 'and', args: [p('b'), { op: 'not', args: [p('c')] }] }, p('d')]
    })
    const whole = parseCql2('S_WITHIN(geom, BBOX(1,2,3,4)) AND NOT a BETWEEN 3 AND 4') as { op: string; args: unknown[] }
    expect(whole.op).toBe('and')
    expect(whole.args).toHaveLength(2)
  })

  it.each([
    ['', 0],
    ['x = = 1', 4],
    ['a=1 garbage', 4],
    ['a=1)', 3],
    ['(a=1', 4],
    ["name LIKE 'x", 10],
    ['a IN ()', 6],
    ['a AND', 5],
    ['drop(table) = 1', 0],
    ['S_INTERSECTS(geom, POLYGON((0 0,1 1,2 2)))', 27],
    ["TIMESTAMP('yesterday') < a", 0],
    ['a ; b', 2]
  ])('refuses %s and says where', (text, at) => {
    try {
      parseCql2(text)
      expect.unreachable()
    } catch (error) {
      expect(error).toBeInstanceOf(Cql2Error)
      expect((error as Cql2Error).at).toBe(at)
    }
  })

  it.each([
    'a + 1',
    "'text'",
    'a = 1 AND 2',
    "S_INTERSECTS(geom, 'x')",
    'a LIKE 5',
    'POINT(1 2)',
    'BBOX(1,2,3,4) = a',
    'a = (1 = 1) + 2',
    'CASEI(a)'
  ])('refuses what is no condition: %s', (text) => {
    expect(() => parseCql2(text)).toThrow(Cql2Error)
  })

  it('reads no filter that is endless or bottomless', () => {
    expect(() => parseCql2(`${'('.repeat(3000)}a=1${')'.repeat(3000)}`)).toThrow(Cql2Error)
    expect(() => parseCql2('a=1 OR '.repeat(2000))).toThrow(Cql2Error)
    expect(() => parseCql2(`${'NOT '.repeat(1900)}a=1`)).toThrow(Cql2Error)
  })
})
