import { describe, expect, test } from 'vitest'
import { makeAreas } from './areas.ts'
import { batchOf, engineOf, findings, MONDAY, ruleOf, type Said, told } from './rules.testing.ts'

const every = (from: number, to: number, step: number, value: (s: number) => number, input = 0): Said[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i): Said => [from + i * step, value(from + i * step), input])
const merged = (...lists: Said[][]): Said[] => lists.flat().sort((a, b) => a[0] - b[0])

describe('threshold', () => {
  const gas = ruleOf({
    kind: 'threshold',
    levels: [
      { level: 3, atLeast: 20, forS: 60 },
      { level: 1, atLeast: 50 }
    ],
    clear: { hysteresis: 5, forS: 30 }
  })

  test('holds for its duration, climbs at once, clears behind the hysteresis after its own duration', () => {
    const said: Said[] = [
      [0, 20],
      [30, 25],
      [60, 21],
      [90, 55],
      [120, 18],
      [150, 14],
      [170, 14],
      [180, 14],
      [200, 10]
    ]
    expect(told(findings(gas, said))).toEqual(['raise 3 @60', 'level 1 @90', 'clear 1 @180'])
  })
  test('a duration passes without readings too', () => {
    expect(told(findings(gas, [[0, 25]], { untilS: 100 }))).toEqual(['raise 3 @60'])
    expect(
      told(
        findings(
          gas,
          [
            [0, 25],
            [200, 3]
          ],
          { untilS: 231 }
        )
      )
    ).toEqual(['raise 3 @60', 'clear 3 @230'])
  })
  test('an interruption begins the duration anew; began is when it first held', () => {
    const found = findings(gas, [
      [0, 25],
      [30, 10],
      [40, 25],
      [99, 25],
      [100, 25]
    ])
    expect(told(found)).toEqual(['raise 3 @100'])
    expect(found[0]?.began).toBe(MONDAY + 40_000)
  })
  test('above and below are strict, atLeast and atMost are not', () => {
    const rule = (bound: object) => ruleOf({ kind: 'threshold', levels: [{ level: 2, ...bound }] })
    expect(told(findings(rule({ above: 5 }), [[1, 5]]))).toEqual([])
    expect(told(findings(rule({ atLeast: 5 }), [[1, 5]]))).toEqual(['raise 2 @1'])
    expect(told(findings(rule({ below: 0 }), [[1, 0]]))).toEqual([])
    expect(told(findings(rule({ atMost: 0 }), [[1, 0]]))).toEqual(['raise 2 @1'])
  })
  test('both sides: oxygen below 19.5 or above 23.5, ended between 19.8 and 23', () => {
    const oxygen = ruleOf({
      kind: 'threshold',
      levels: [{ level: 2, below: 19.5, above: 23.5 }],
      clear: { atLeast: 19.8, atMost: 23 }
    })
    expect(
      told(
        findings(oxygen, [
          [0, 19],
          [1, 19.6],
          [2, 19.8],
          [3, 24],
          [4, 23.2],
          [5, 22]
        ])
      )
    ).toEqual(['raise 2 @0', 'clear 2 @2', 'raise 2 @3', 'clear 2 @5'])
  })
  test('repetition: three readings within a minute', () => {
    const rule = ruleOf({ kind: 'threshold', levels: [{ level: 3, above: 1 }], times: { count: 3, withinS: 60 } })
    expect(
      told(
        findings(rule, [
          [0, 2],
          [40, 2],
          [50, 0],
          [90, 2],
          [100, 2],
          [101, 0]
        ])
      )
    ).toEqual(['raise 3 @100', 'clear 3 @101'])
  })
  test('bad readings, texts and repeated instants are not judged', () => {
    const said: Said[] = [
      [0, 60, 0, 'fault'],
      [1, Number.NaN],
      [2, 60, 0, 'maintenance'],
      [3, 60, 0, 'manual'],
      [3, 0]
    ]
    expect(told(findings(gas, said))).toEqual(['raise 1 @3'])
  })
  test('at night only: what stands ends with the first reading after the hours', () => {
    const rule = ruleOf(
      { kind: 'threshold', levels: [{ level: 3, above: 50 }] },
      { hours: [{ from: '22:00', to: '06:00', days: [1] }], season: { from: '11-16', to: '04-05' } }
    )
    const hour = 3600
    expect(
      told(
        findings(rule, [
          [21 * hour, 60],
          [23 * hour, 60],
          [29 * hour, 60],
          [30 * hour, 60],
          [47 * hour, 60]
        ])
      )
    ).toEqual([`raise 3 @${23 * hour}`, `clear 3 @${30 * hour}`])
  })
})

test('rate: a drop within five minutes, and a rise that is a share', () => {
  const burst = ruleOf({
    kind: 'rate',
    overS: 300,
    direction: 'fall',
    levels: [
      { level: 3, atLeast: 0.03 },
      { level: 1, atLeast: 0.1 }
    ]
  })
  const said = merged(
    every(0, 600, 30, () => 0.4),
    every(630, 1500, 30, (s) => (s < 700 ? 0.36 : 0.28))
  )
  expect(told(findings(burst, said))).toEqual(['raise 3 @630', 'level 1 @720', 'clear 1 @1020'])
  const rise = ruleOf({ kind: 'rate', overS: 60, direction: 'rise', relative: true, levels: [{ level: 2, above: 0.2 }] })
  expect(
    told(
      findings(rise, [
        [0, 10],
        [10, 12],
        [20, 12.1],
        [200, 12.1]
      ])
    )
  ).toEqual(['raise 2 @20', 'clear 2 @200'])
  const either = ruleOf({ kind: 'rate', overS: 60, direction: 'either', levels: [{ level: 2, above: 1 }] })
  expect(
    told(
      findings(either, [
        [0, 10],
        [10, 8.5],
        [100, 8.5],
        [110, 10]
      ])
    )
  ).toEqual(['raise 2 @10', 'clear 2 @100', 'raise 2 @110'])
})

describe('noData', () => {
  const rule = ruleOf({
    kind: 'noData',
    levels: [
      { level: 4, afterS: 600 },
      { level: 3, afterS: 3600 }
    ]
  })
  test('one alarm down, graver with time, one clear when it is heard again, by any quality', () => {
    expect(
      told(
        findings(
          rule,
          [
            [100, 1],
            [700, 1],
            [5000, 1, 0, 'fault'],
            [5100, 1]
          ],
          { untilS: 5800 }
        )
      )
    ).toEqual(['raise 4 @1300', 'level 3 @4300', 'clear 3 @5000', 'raise 4 @5700'])
  })
  test('a stream that never spoke is counted from when the rule began', () => {
    const found = findings(rule, [], { untilS: 700 })
    expect(told(found)).toEqual(['raise 4 @600'])
    expect(found[0]?.began).toBe(MONDAY)
  })
})

test('stuck: the same value, read often enough; silence is not stuck, rest is allowed', () => {
  const rule = ruleOf({ kind: 'stuck', levels: [{ level: 4, afterS: 600 }], tolerance: 0.01, readings: 4, except: [0] })
  expect(
    told(
      findings(
        rule,
        every(0, 900, 100, (s) => (s < 900 ? 7 : 7.5))
      )
    )
  ).toEqual(['raise 4 @600', 'clear 4 @900'])
  expect(
    told(
      findings(
        rule,
        [
          [0, 7],
          [700, 7]
        ],
        { untilS: 5000 }
      )
    )
  ).toEqual([])
  expect(
    told(
      findings(
        rule,
        every(0, 5000, 100, () => 0)
      )
    )
  ).toEqual([])
})

test('range: limits of the stream, and readings marked out of range', () => {
  const rule = ruleOf({ kind: 'range', levels: [{ level: 4, forS: 10 }] })
  const said: Said[] = [
    [0, 50],
    [10, 150],
    [20, 160],
    [30, 50],
    [40, 99, 0, 'outOfRange'],
    [50, 99, 0, 'outOfRange'],
    [60, 3]
  ]
  expect(told(findings(rule, said, { parameters: [0, 100] }))).toEqual([
    'raise 4 @20',
    'clear 4 @30',
    'raise 4 @50',
    'clear 4 @60'
  ])
})

test('difference: supply less return, only while both are fresh', () => {
  const rule = ruleOf({
    kind: 'difference',
    minus: { stream: 'return', freshS: 120 },
    levels: [{ level: 3, below: 5 }],
    clear: { hysteresis: 1 }
  })
  const said: Said[] = [
    [0, 60],
    [10, 58, 1],
    [20, 60.5],
    [30, 50, 1],
    [400, 51],
    [410, 49, 1]
  ]
  expect(told(findings(rule, said))).toEqual(['raise 3 @10', 'clear 3 @30', 'raise 3 @410'])
})

test('setPoint: weather compensation through a curve, and an attribute of the item', () => {
  const heat = ruleOf({
    kind: 'setPoint',
    target: {
      of: { stream: 'outdoor', freshS: 3600 },
      curve: [
        [-10, 60],
        [10, 40]
      ]
    },
    levels: [{ level: 3, above: 5, below: -5, forS: 60 }]
  })
  expect(
    told(
      findings(heat, [
        [0, 0, 1],
        [10, 50],
        [20, 44],
        [80, 44],
        [100, 10, 1],
        [110, 44]
      ])
    )
  ).toEqual(['raise 3 @80', 'clear 3 @100'])
  const gas = ruleOf({
    kind: 'setPoint',
    target: { attribute: 'setPressure' },
    relative: true,
    levels: [{ level: 3, atLeast: 0.2, atMost: -0.2 }]
  })
  expect(
    told(
      findings(
        gas,
        [
          [0, 0.4],
          [1, 0.48],
          [2, 0.4],
          [3, 0.31]
        ],
        { parameters: [0.4] }
      )
    )
  ).toEqual(['raise 3 @1', 'clear 3 @2', 'raise 3 @3'])
  expect(told(findings(gas, [[0, 9]], { parameters: [Number.NaN] }))).toEqual([])
})

describe('total', () => {
  const hour = 3600
  test('no use of a meter within a day: not before a day was seen, not while nothing is read', () => {
    const rule = ruleOf({ kind: 'total', of: 'increase', overS: 24 * hour, levels: [{ level: 2, below: 0.01 }] })
    const meter = every(0, 60 * hour, hour, (s) => (s <= 20 * hour ? s / hour / 10 : 2))
    expect(told(findings(rule, meter))).toEqual([`raise 2 @${46 * hour}`])
    expect(
      told(
        findings(
          rule,
          [
            [0, 1],
            [50 * hour, 1]
          ],
          { untilS: 100 * hour }
        )
      )
    ).toEqual([])
  })
  test('rain of twelve hours, means, and a counter that is reset', () => {
    const rain = ruleOf({ kind: 'total', of: 'sum', overS: 12 * hour, levels: [{ level: 4, atLeast: 50 }] })
    const said = every(0, 30 * hour, hour, (s) => (s >= 12 * hour && s < 18 * hour ? 10 : 0))
    expect(told(findings(rain, said))).toEqual([`raise 4 @${16 * hour}`, `clear 4 @${26 * hour}`])
    const mean = ruleOf({ kind: 'total', of: 'mean', overS: 60, levels: [{ level: 4, above: 5 }] })
    expect(
      told(
        findings(
          mean,
          every(0, 200, 10, (s) => (s < 100 ? 0 : 10))
        )
      )
    ).toEqual(['raise 4 @130'])
    const reset = ruleOf({ kind: 'total', of: 'increase', overS: 120, levels: [{ level: 4, above: 50 }] })
    expect(
      told(
        findings(reset, [
          [0, 1000],
          [60, 1010],
          [120, 3],
          [180, 10]
        ])
      )
    ).toEqual([])
  })
  test('silence is what a count counts', () => {
    const rule = ruleOf({ kind: 'total', of: 'count', overS: 1200, levels: [{ level: 4, below: 2 }] })
    expect(
      told(
        findings(
          rule,
          every(0, 1800, 300, () => 1),
          { untilS: 9000 }
        )
      )
    ).toEqual(['raise 4 @2800'])
    expect(told(findings(rule, [], { untilS: 9000 }))).toEqual(['raise 4 @1200'])
  })
  test('night flow against the median of the nights before', () => {
    const rule = ruleOf({
      kind: 'total',
      of: 'mean',
      between: ['02:00', '04:00'],
      medianOfDays: 4,
      levels: [{ level: 3, above: 1.3 }]
    })
    const flow = every(0, 8 * 24 * hour, 600, (s) => {
      const day = Math.floor(s / 86_400)
      const h = (s % 86_400) / hour
      return h >= 2 && h < 4 ? [10, 11, 9, 10, 20, 10, 10, 10, 10][day]! : 100
    })
    const at = (day: number) => day * 86_400 + 4 * hour
    expect(told(findings(rule, flow))).toEqual([`raise 3 @${at(4)}`, `clear 3 @${at(5)}`])
  })
})

test('geofence: two points in a row outside, thirty metres back inside', () => {
  const square = makeAreas([
    [
      [
        [120, 36],
        [120.01, 36],
        [120.01, 36.01],
        [120, 36.01],
        [120, 36]
      ]
    ]
  ])
  expect(square.depth(120.005, 36.005)).toBeCloseTo(449.8, 0)
  expect(square.depth(120.005, 36.0101)).toBeCloseTo(-11.1, 0)
  const rule = ruleOf({ kind: 'geofence', areas: { type: 'area' }, is: 'outside', levels: [{ level: 3 }] })
  const engine = engineOf(rule, { areas: square })
  const out: string[] = []
  const drive: [number, number][] = [
    [36.005, 0],
    [36.0101, 10],
    [36.009, 20],
    [36.0102, 30],
    [36.012, 40],
    [36.00995, 50],
    [36.0099, 60],
    [36.009, 70],
    [36.008, 80]
  ]
  for (const [lat, s] of drive) {
    const batch = batchOf([[s, 120.005]])
    batch.values2 = Float64Array.of(lat)
    out.push(...told(engine.take(batch, MONDAY + s * 1000)))
  }
  expect(out).toEqual(['raise 3 @40', 'clear 3 @80'])
})

test('all: two parts within a minute of each other; any: one of them', () => {
  const parts = [
    { condition: { kind: 'threshold' as const, levels: [{ level: 4 as const, above: 10 }] } },
    { stream: 'flow', condition: { kind: 'threshold' as const, levels: [{ level: 4 as const, above: 1 }] } }
  ]
  const all = ruleOf({ kind: 'all', of: parts, withinS: 60, levels: [{ level: 2 }, { level: 1, forS: 300 }] })
  const said: Said[] = [
    [0, 11],
    [10, 5],
    [50, 2, 1],
    [80, 2, 1],
    [200, 12],
    [600, 2, 1],
    [700, 0, 1]
  ]
  expect(told(findings(all, said, { untilS: 800 }))).toEqual([
    'raise 2 @50',
    'clear 2 @70',
    'raise 2 @200',
    'level 1 @500',
    'clear 1 @760'
  ])
  const any = ruleOf({ kind: 'any', of: parts, levels: [{ level: 2 }] })
  expect(told(findings(any, said))).toEqual(['raise 2 @0', 'clear 2 @10', 'raise 2 @50', 'clear 2 @700'].slice(0, 3))
})

test('baseline: learns the hours of the day, forgets spikes, says what it expected', () => {
  const rule = ruleOf({
    kind: 'baseline',
    season: 'hourOfDay',
    learnDays: 7,
    levels: [{ level: 3, above: 5, below: -5, forS: 1800 }],
    clear: { hysteresis: 2, forS: 1800 }
  })
  let seed = 7
  const noise = () => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647 - 0.5
  }
  const usual = (s: number) => 50 + 20 * Math.sin((s / 86_400) * 2 * Math.PI) + 4 * noise()
  const said = every(0, 20 * 86_400, 600, (s) => {
    const day = s / 86_400
    if (day > 15 && day < 15.25) return usual(s) + 30
    return usual(s) + (Math.floor(s / 600) % 200 === 7 ? 100 : 0)
  })
  const found = findings(rule, said)
  expect(found.map((f) => [f.kind, Math.floor(((f.at - MONDAY) / 86_400_000) * 10) / 10])).toEqual([
    ['raise', 15],
    ['clear', 15.2]
  ])
})
