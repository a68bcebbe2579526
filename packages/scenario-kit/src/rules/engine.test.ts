import type { Rule, RuleCondition } from '@chengyun/contract/alarms'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeAreas } from './areas.ts'
import { compile } from './compile.ts'
import { Engine } from './engine.ts'
import { type Oracle, oracle } from './oracle.testing.ts'
import { inOrder } from './order.ts'
import type { Finding } from './rule-stream.ts'
import { batchOf, engineOf, findings, MONDAY, ruleOf, type Said, SHANGHAI, told } from './rules.testing.ts'

/** Readings at rising seconds; values on a coarse grid, so that bounds are met exactly. */
const series = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 12 })), { minLength: 1, maxLength: 60 })
  .map((steps) => {
    let s = 0
    return steps.map(([gap, value]): Said => {
      s += gap
      return [s, value * 5]
    })
  })

describe('against the plain meaning', () => {
  const cases: [string, RuleCondition, Oracle][] = [
    [
      'threshold, two rungs, durations, hysteresis',
      {
        kind: 'threshold',
        levels: [
          { level: 3, atLeast: 20, forS: 45 },
          { level: 1, atLeast: 45, forS: 10 }
        ],
        clear: { hysteresis: 5, forS: 30 }
      },
      {
        signal: (said, i) => said[i]![1],
        rungs: [
          { level: 3, holds: (x) => x >= 20, forS: 45 },
          { level: 1, holds: (x) => x >= 45, forS: 10 }
        ],
        calm: (x) => x < 15,
        calmS: 30
      }
    ],
    [
      'both sides, bounds to clear',
      { kind: 'threshold', levels: [{ level: 2, below: 15, above: 45, forS: 20 }], clear: { atLeast: 20, atMost: 40 } },
      {
        signal: (said, i) => said[i]![1],
        rungs: [{ level: 2, holds: (x) => x < 15 || x > 45, forS: 20 }],
        calm: (x) => x >= 20 && x <= 40,
        calmS: 0
      }
    ],
    [
      'repetition',
      { kind: 'threshold', levels: [{ level: 2, above: 30 }], times: { count: 3, withinS: 120 } },
      {
        signal: (said, i) => said[i]![1],
        rungs: [{ level: 2, holds: (x) => x > 30, forS: 0 }],
        calm: (x) => x <= 30,
        calmS: 0,
        times: { count: 3, withinS: 120 }
      }
    ],
    [
      'rise within a while',
      { kind: 'rate', overS: 120, direction: 'rise', levels: [{ level: 2, atLeast: 30, forS: 30 }], clear: { hysteresis: 10 } },
      {
        // The window: the twelfth of it that the reading lies in and the twelve before.
        signal: (said, i) => {
          const bucket = (s: number) => Math.floor((MONDAY + s * 1000) / 10_000)
          const [s, v] = said[i]!
          return v - Math.min(...said.filter((x, k) => k <= i && bucket(x[0]) >= bucket(s) - 12).map((x) => x[1]))
        },
        rungs: [{ level: 2, holds: (x) => x >= 30, forS: 30 }],
        calm: (x) => x < 20,
        calmS: 0
      }
    ],
    [
      'sum over a while',
      { kind: 'total', of: 'sum', overS: 240, levels: [{ level: 4, atLeast: 150 }] },
      {
        signal: (said, i) => {
          const bucket = (s: number) => Math.floor((MONDAY + s * 1000) / 20_000)
          const [s] = said[i]!
          if (s - said[0]![0] < 240) return Number.NaN
          return said.filter((x, k) => k <= i && bucket(x[0]) >= bucket(s) - 12).reduce((sum, x) => sum + x[1], 0)
        },
        rungs: [{ level: 4, holds: (x) => x >= 150, forS: 0 }],
        calm: (x) => x < 150,
        calmS: 0
      }
    ]
  ]
  test.each(cases)('%s', (_name, condition, plain) => {
    fc.assert(
      fc.property(series, (said) => {
        const untilS = said.at(-1)![0] + 200
        expect(told(findings(ruleOf(condition), said, { untilS: untilS + 1 }))).toEqual(oracle(plain, said, untilS))
      }),
      { numRuns: 300 }
    )
  })
})

const EVERY_KIND: Rule[] = [
  ruleOf({
    kind: 'threshold',
    levels: [
      { level: 3, above: 20, forS: 30 },
      { level: 1, above: 50 }
    ],
    times: { count: 2, withinS: 300 },
    clear: { forS: 20 }
  }),
  ruleOf({ kind: 'rate', overS: 100, direction: 'either', relative: true, levels: [{ level: 2, above: 0.5 }] }),
  ruleOf({
    kind: 'noData',
    levels: [
      { level: 4, afterS: 60 },
      { level: 3, afterS: 85 }
    ],
    clear: { forS: 10 }
  }),
  ruleOf({ kind: 'stuck', levels: [{ level: 4, afterS: 60 }], readings: 2, tolerance: 5 }),
  ruleOf({ kind: 'range', low: 5, high: 50, levels: [{ level: 4, forS: 10 }] }),
  ruleOf({ kind: 'difference', minus: { stream: 'other', freshS: 60 }, levels: [{ level: 3, above: 20, below: -20 }] }),
  ruleOf({
    kind: 'setPoint',
    target: {
      of: { stream: 'other' },
      curve: [
        [0, 0],
        [30, 60]
      ]
    },
    levels: [{ level: 3, above: 20, forS: 40 }]
  }),
  ruleOf({ kind: 'total', of: 'mean', overS: 120, levels: [{ level: 3, above: 30 }] }),
  ruleOf({ kind: 'total', of: 'count', overS: 120, levels: [{ level: 3, below: 3 }] }),
  ruleOf({ kind: 'total', of: 'sum', between: ['00:00', '00:10'], medianOfDays: 3, levels: [{ level: 3, above: 1 }] }),
  ruleOf({ kind: 'baseline', season: 'none', learnDays: 1, compensate: { stream: 'other' }, levels: [{ level: 3, above: 1 }] }),
  ruleOf({ kind: 'geofence', areas: { type: 'area' }, is: 'inside', levels: [{ level: 3 }], points: 1, bufferM: 0 }),
  ruleOf({
    kind: 'all',
    withinS: 30,
    of: [
      { condition: { kind: 'threshold', levels: [{ level: 4, above: 20 }] } },
      { stream: 'other', condition: { kind: 'noData', levels: [{ level: 4, afterS: 50 }] } }
    ],
    levels: [{ level: 2, forS: 5 }]
  })
]
const AREAS = makeAreas([
  [
    [
      [0, -10],
      [30, -10],
      [30, 10],
      [0, 10],
      [0, -10]
    ]
  ]
])

/** Two things with every rule, and a count over the first rule of both. */
function city(): Engine {
  const engine = new Engine()
  const count = ruleOf({ kind: 'count', ofRule: 'test-rule', withinM: 50, withinS: 60, levels: [{ level: 1, atLeast: 2 }] })
  for (const rule of [...EVERY_KIND, count]) engine.addProgram(compile(rule, SHANGHAI))
  return engine
}

function populate(engine: Engine, slots: (Float64Array | undefined)[] = []): void {
  const last = engine.programs.length - 1
  for (let thing = 0; thing < 2; thing++)
    for (const [program, p] of engine.programs.entries())
      engine.add(
        {
          program,
          streams: p!.inputs.map((_, k) => thing * 2 + k),
          parameters: [],
          areas: p!.root.kind === 'geofence' ? AREAS : null
        },
        MONDAY,
        slots[thing * (last + 1) + program]
      )
  for (const [mine, other] of [
    [0, 1],
    [1, 0]
  ] as const)
    engine.watch(mine * (last + 1) + last, [mine * (last + 1), other * (last + 1)], MONDAY)
}

const crowd = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 14 })), {
    minLength: 5,
    maxLength: 120
  })
  .map((steps) => {
    let s = 0
    return steps.map(([gap, stream, value]) => {
      s += gap * 17
      return { s, stream, value: value * 5 }
    })
  })

const feed = (engine: Engine, part: readonly { s: number; stream: number; value: number }[], at: number): Finding[] => {
  const batch = batchOf(part.map((r): Said => [r.s, r.value]))
  part.forEach((r, i) => {
    batch.streams[i] = r.stream
  })
  batch.values2 = new Float64Array(part.length)
  return engine.take(batch, at)
}

const TIED = [
  [17, 2, 25],
  [34, 0, 25],
  [51, 0, 25],
  [68, 2, 25],
  [867, 0, 5],
  [1020, 1, 0],
  [1037, 2, 5],
  [1054, 0, 0],
  [1071, 0, 0]
].map(([second, stream, value]) => ({ s: second!, stream: stream!, value: value! }))

test('state saved and read back between any two batches changes nothing', () => {
  fc.assert(
    fc.property(crowd, fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 }), (readings, sizes) => {
      const whole = city()
      populate(whole)
      let torn = city()
      populate(torn)
      const [one, two]: [Finding[], Finding[]] = [[], []]
      for (let i = 0, k = 0; i < readings.length; k++) {
        const part = readings.slice(i, i + sizes[k % sizes.length]!)
        i += part.length
        const at = MONDAY + part.at(-1)!.s * 1000 + (k % 3) * 400
        one.push(...feed(whole, part, at))
        two.push(...feed(torn, part, at))
        // Through bytes, as they are saved.
        const saved = [...torn.all()].map(
          (of) => new Float64Array(new Uint8Array(torn.slotsOf(of).slice().buffer).slice().buffer)
        )
        torn = city()
        populate(torn, saved)
      }
      const end = MONDAY + readings.at(-1)!.s * 1000 + 3_600_000
      const order = (f: Finding) => `${f.at} ${f.of} ${f.kind} ${f.level} ${f.began} ${f.value} ${f.signal}`
      expect([...two, ...torn.tick(end)].map(order).sort()).toEqual([...one, ...whole.tick(end)].map(order).sort())
    }),
    // Two neighbours of a count whose timers wake at one instant, for what ended at two.
    { numRuns: 150, examples: [[TIED, [7]]] }
  )
})

test('how readings are cut into batches does not matter while they come when they are made', () => {
  fc.assert(
    fc.property(crowd, fc.integer({ min: 1, max: 30 }), (readings, size) => {
      const [single, many] = [city(), city()]
      populate(single)
      populate(many)
      const [one, two]: [Finding[], Finding[]] = [[], []]
      for (const r of readings) one.push(...feed(single, [r], MONDAY + r.s * 1000))
      // Later in one piece, in any order within it: what came late together was under way equally long.
      for (let i = 0; i < readings.length; i += size) {
        const part = readings.slice(i, i + size)
        two.push(...feed(many, [...part].reverse(), Number.NEGATIVE_INFINITY))
      }
      const end = MONDAY + readings.at(-1)!.s * 1000 + 3_600_000
      const order = (f: Finding) => `${f.at} ${f.of} ${f.kind} ${f.level} ${f.began}`
      const last = many.programs.length
      // Rules with two inputs and counts see the other stream by the clock of the journal; those of one stream see only their own time.
      const alone = (f: Finding) => many.programs[f.of % last]!.inputs.length === 1 && f.of % last !== last - 1
      expect([...two, ...many.tick(end)].filter(alone).map(order).sort()).toEqual(
        [...one, ...single.tick(end)].filter(alone).map(order).sort()
      )
    }),
    { numRuns: 150 }
  )
})

test('readings older than the last of their stream are told as late and change nothing', () => {
  const engine = engineOf(EVERY_KIND[0]!)
  engine.take(batchOf([[100, 10]]), MONDAY + 100_000)
  const before = [...engine.slotsOf(0)]
  expect(
    engine.take(
      batchOf([
        [90, 60],
        [100, 60]
      ]),
      MONDAY + 101_000
    )
  ).toEqual([])
  expect(engine.takeLate()).toEqual([
    { of: 0, at: MONDAY + 90_000 },
    { of: 0, at: MONDAY + 100_000 }
  ])
  expect([...engine.slotsOf(0)]).toEqual(before)
})

test('a backlog that comes hours later is judged by its own time', () => {
  const rule = ruleOf({ kind: 'threshold', levels: [{ level: 3, above: 10, forS: 60 }] })
  const engine = engineOf(rule)
  const late = MONDAY + 10_000_000
  const out = [
    ...engine.take(batchOf([[0, 20]]), late),
    ...engine.take(batchOf([[30, 5]]), late + 1000),
    ...engine.tick(late + 50_000)
  ]
  expect(told(out)).toEqual([])
  expect(told([...engine.take(batchOf([[60, 20]]), late + 51_000), ...engine.tick(late + 51_000 + 63_000)])).toEqual([
    'raise 3 @120'
  ])
})

test('what is watched no more is silent, and its place is used again', () => {
  const engine = city()
  populate(engine)
  const before = engine.size.bytes
  for (const of of [...engine.all()]) engine.remove(of)
  expect(engine.size.ruleStreams).toBe(0)
  expect(feed(engine, [{ s: 1, stream: 0, value: 60 }], MONDAY + 1000)).toEqual([])
  expect(engine.tick(MONDAY + 1e9)).toEqual([])
  populate(engine)
  expect(engine.size.bytes).toBeLessThanOrEqual(before + 1000)
  expect(engine.find(0, 2)).toBeGreaterThanOrEqual(0)
  expect(engine.find(0, 7)).toBe(-1)
})

test('instants are put in order, equal ones as they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 40 }), fc.boolean(), (instants, wide) => {
      const at = Float64Array.from(instants, (x) => (wide ? x * 1e14 : MONDAY + x))
      const order = inOrder(at, at.length) ?? Int32Array.from(at, (_, i) => i)
      const expected = Array.from(at, (x, i) => [x, i] as const).sort((a, b) => a[0] - b[0] || a[1] - b[1])
      expect([...order]).toEqual(expected.map((e) => e[1]))
    })
  )
})

describe('the neighbours of a count', () => {
  const over = ruleOf({ kind: 'threshold', levels: [{ level: 3, above: 10 }] })
  const count = ruleOf({ kind: 'count', ofRule: 'test-rule', withinM: 50, withinS: 60, levels: [{ level: 1, atLeast: 2 }] })
  /** Two things over the bound; the count is the third rule-stream, and nobody's neighbour yet. */
  function crossed(): Engine {
    const engine = new Engine()
    for (const rule of [over, count]) engine.addProgram(compile(rule, SHANGHAI))
    for (const stream of [0, 1]) engine.add({ program: 0, streams: [stream], parameters: [] }, MONDAY)
    engine.add({ program: 1, streams: [0], parameters: [] }, MONDAY)
    return engine
  }
  const counted = (found: readonly Finding[]) => told(found.filter((f) => f.of === 2))

  test('those that stand already are counted by a count that comes later', () => {
    const engine = crossed()
    for (const stream of [0, 1]) feed(engine, [{ s: 1, stream, value: 20 }], MONDAY + 1000)
    engine.watch(2, [0, 1], MONDAY + 5000)
    expect(counted(engine.tick(MONDAY + 9000))).toEqual(['raise 1 @5'])
  })

  test('those that are gone count no more, and the count is told so', () => {
    const engine = crossed()
    engine.watch(2, [0, 1], MONDAY)
    for (const stream of [0, 1]) feed(engine, [{ s: 1, stream, value: 20 }], MONDAY + 1000)
    expect(engine.standing(2)).toMatchObject({ level: 1 })
    engine.watch(2, [0], MONDAY + 5000)
    expect(counted(engine.tick(MONDAY + 9000))).toEqual(['clear 1 @5'])
  })

  test('a neighbour whose number is used again is heard', () => {
    const engine = crossed()
    engine.watch(2, [0, 1], MONDAY)
    engine.remove(1)
    expect(engine.add({ program: 0, streams: [1], parameters: [] }, MONDAY)).toBe(1)
    engine.watch(2, [0, 1], MONDAY)
    const found = [0, 1].flatMap((stream) => feed(engine, [{ s: 1, stream, value: 20 }], MONDAY + 1000))
    expect(counted(found)).toEqual(['raise 1 @1'])
  })
})
