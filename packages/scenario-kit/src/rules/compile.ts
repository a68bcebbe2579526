import type { Bounds, ConditionPart, Rule, RuleCondition, StreamRef, ValueClear } from '@chengyun/contract/alarms'
import { QUALITIES, type Quality, qualityCode } from '@chengyun/contract/streams'
import { INPUT_SLOTS, type Input, type Node, type Parameter, type Program, RUNGS } from './program.ts'
import { minutesOf, profile, type WallClock } from './wall-clock.ts'

/** Buckets a sliding window is kept in, one more than fit into it. */
export const BUCKETS = 13
/** Things a spatial count looks at, its own among them. */
export const NEIGHBOURS = 16
const FRESH_S = 900
const LATE_S = 3600
const DAY = 86_400_000
/** What a baseline keeps before its cells, and in each of them. */
export const BASELINE_HEAD = 8
export const CELL_SLOTS = 3

/** Make a rule ready to be evaluated. The rule must have passed `checkRule`. */
export function compile(rule: Rule, clock: WallClock): Program {
  const inputs: Input[] = [{ stream: null, relation: null, freshMs: Infinity }]
  const parameters: Parameter[] = []
  const layout = { next: 0 }
  collectInputs(rule.condition, inputs)
  layout.next = inputs.length * INPUT_SLOTS
  const root = makeNode(rule.condition, 0, { inputs, parameters, layout, accept: rule.accept })
  const accepted = bits(rule.accept ?? USUAL)
  return {
    rule,
    size: layout.next,
    inputs,
    root,
    accept: accepted,
    heard: rule.accept ? accepted : bits(QUALITIES),
    active: profile(clock, rule.hours, rule.season),
    clock,
    lateMs: (rule.lateS ?? LATE_S) * 1000,
    horizonMs: horizonOf(root),
    parameters
  }
}

const bits = (qualities: readonly Quality[]): number => qualities.reduce((m, q) => m | (1 << qualityCode(q)), 0)

const USUAL: readonly Quality[] = ['good', 'manual']

interface Making {
  accept: readonly Quality[] | undefined
  inputs: Input[]
  parameters: Parameter[]
  layout: { next: number }
}

function inputOf(inputs: Input[], stream: string | null, relation: string | null, freshS = FRESH_S): number {
  const known = inputs.findIndex((i) => i.stream === stream && i.relation === relation)
  if (known >= 0) return known
  inputs.push({ stream, relation, freshMs: freshS * 1000 })
  return inputs.length - 1
}

const refOf = (inputs: Input[], ref: StreamRef): number => inputOf(inputs, ref.stream, ref.relation ?? null, ref.freshS)

/** Inputs stand before all nodes, so they are counted first. */
function collectInputs(c: RuleCondition, inputs: Input[]): void {
  if (c.kind === 'difference') refOf(inputs, c.minus)
  else if (c.kind === 'setPoint' && 'of' in c.target) refOf(inputs, c.target.of)
  else if (c.kind === 'baseline' && c.compensate) refOf(inputs, c.compensate)
  else if (c.kind === 'all' || c.kind === 'any')
    for (const part of c.of) {
      partInput(part, inputs)
      collectInputs(part.condition, inputs)
    }
}

const partInput = (part: ConditionPart, inputs: Input[]): number =>
  part.stream === undefined ? 0 : inputOf(inputs, part.stream, part.relation ?? null)

function makeNode(c: RuleCondition, input: number, making: Making): Node {
  const rungs = rungsOf(c)
  const times = 'times' in c ? c.times : undefined
  const at = making.layout.next
  const timesAt = RUNGS + rungs.length
  const node: Node = {
    kind: c.kind,
    at,
    input,
    accept: bits(making.accept ?? (c.kind === 'range' ? [...USUAL, 'outOfRange'] : USUAL)),
    other: -1,
    otherFreshMs: 0,
    rungs: rungs.length,
    levels: Uint8Array.from(rungs, (r) => r.level),
    hi: Float64Array.from(rungs, (r) => r.hi),
    lo: Float64Array.from(rungs, (r) => r.lo),
    forMs: Float64Array.from(rungs, (r) => r.forS * 1000),
    ...calmOf(c, rungs),
    calmMs: (c.clear?.forS ?? 0) * 1000,
    times: times?.count ?? 0,
    timesMs: (times?.withinS ?? 0) * 1000,
    timesAt,
    own: timesAt + (times?.count ?? 0) * rungs.length,
    size: 0,
    windowMs: 0,
    direction: 0,
    relative: 'relative' in c && c.relative === true,
    absolute: 'absolute' in c && c.absolute === true,
    mode: 0,
    count: 0,
    limit: 0,
    hysteresis: 0,
    except: new Float64Array(0),
    curveX: new Float64Array(0),
    curveY: new Float64Array(0),
    from: -1,
    to: -1,
    cells: 1,
    learnMs: 0,
    halfLifeMs: 0,
    param: -1,
    parts: []
  }
  const own = specialise(node, c, making)
  node.size = node.own + own
  making.layout.next = at + node.size
  if (c.kind === 'all' || c.kind === 'any')
    node.parts = c.of.map((part) => makeNode(part.condition, partInput(part, making.inputs), making))
  for (const what of paramsOf(c)) {
    if (node.param < 0) node.param = making.layout.next
    making.parameters.push({ slot: making.layout.next++, what, input })
  }
  return node
}

function paramsOf(c: RuleCondition): Parameter['what'][] {
  if (c.kind === 'setPoint' && 'attribute' in c.target) return [{ attribute: c.target.attribute }]
  if (c.kind === 'range' && c.low === undefined && c.high === undefined) return [{ limit: 'low' }, { limit: 'high' }]
  return []
}

/** Fill in what is the kind's own. Answers with the number of its own slots. */
function specialise(n: Node, c: RuleCondition, { inputs }: Making): number {
  const other = (ref: StreamRef): void => {
    n.other = refOf(inputs, ref)
    n.otherFreshMs = (ref.freshS ?? FRESH_S) * 1000
  }
  switch (c.kind) {
    case 'rate':
      n.windowMs = c.overS * 1000
      n.direction = ['rise', 'fall', 'either'].indexOf(c.direction)
      return 1 + BUCKETS * (n.direction === 2 ? 2 : 1)
    case 'stuck':
      n.limit = c.tolerance ?? 0
      n.count = c.readings ?? 3
      n.except = Float64Array.from(c.except ?? [])
      return 3
    case 'range':
      n.from = c.low ?? Number.NaN
      n.to = c.high ?? Number.NaN
      return 0
    case 'difference':
      other(c.minus)
      return 0
    case 'setPoint':
      if ('of' in c.target) {
        other(c.target.of)
        n.curveX = Float64Array.from(c.target.curve ?? [], (p) => p[0])
        n.curveY = Float64Array.from(c.target.curve ?? [], (p) => p[1])
      } else if ('value' in c.target) n.limit = c.target.value
      return 0
    case 'total':
      n.mode = ['sum', 'increase', 'mean', 'max', 'min', 'count'].indexOf(c.of)
      n.count = c.readings ?? 1
      if (c.between) {
        n.from = minutesOf(c.between[0])
        n.to = minutesOf(c.between[1])
        n.cells = c.medianOfDays ?? 0
        return 5 + n.cells
      }
      n.windowMs = (c.overS ?? 0) * 1000
      return 3 + BUCKETS * 2
    case 'geofence':
      n.direction = c.is === 'inside' ? 1 : -1
      n.hysteresis = c.bufferM ?? 30
      n.count = c.points ?? 2
      return 1
    case 'count':
      n.windowMs = c.withinS * 1000
      return NEIGHBOURS
    case 'all':
    case 'any':
      n.windowMs = (c.withinS ?? 0) * 1000
      return c.of.length
    case 'baseline':
      n.cells = c.season === 'hourOfWeek' ? 168 : c.season === 'hourOfDay' ? 24 : 1
      n.learnMs = c.learnDays * DAY
      n.halfLifeMs = (c.halfLifeDays ?? 28) * DAY
      n.limit = c.minSpread ?? 0
      if (c.compensate) other(c.compensate)
      return BASELINE_HEAD + n.cells * CELL_SLOTS
    default:
      return 0
  }
}

interface Rung {
  level: number
  hi: number
  lo: number
  forS: number
}

const word = new DataView(new ArrayBuffer(8))
/** The next number above, in the order of doubles. */
function nextUp(x: number): number {
  if (x === 0) return Number.MIN_VALUE
  word.setFloat64(0, x)
  word.setBigInt64(0, word.getBigInt64(0) + (x > 0 ? 1n : -1n))
  return word.getFloat64(0)
}
const nextDown = (x: number): number => -nextUp(-x)
const giveOf = (c: RuleCondition): number => (COMPUTED.has(c.kind) ? GIVE : 0)

/** From where on `above` or `atLeast` hold, NaN without them; and `below` or `atMost`. */
const lowOf = (b: Bounds, give: number): number =>
  b.atLeast !== undefined
    ? b.atLeast - Math.abs(b.atLeast) * give
    : b.above === undefined
      ? Number.NaN
      : nextUp(b.above + Math.abs(b.above) * give)
const highOf = (b: Bounds, give: number): number =>
  -lowOf(
    {
      ...(b.atMost === undefined ? {} : { atLeast: -b.atMost }),
      ...(b.below === undefined ? {} : { above: -b.below })
    },
    give
  )
const or = (x: number, otherwise: number): number => (Number.isNaN(x) ? otherwise : x)

/** Signals that are computed miss a round figure by the last digits of a double (0.48 is not quite 0.4 + 20 %): bounds give way by so much of themselves. */
const GIVE = 1e-9
const COMPUTED: ReadonlySet<string> = new Set(['rate', 'difference', 'setPoint', 'total', 'baseline'])

/** Rungs from the lightest level to the gravest; yes or no is a signal of 1 or 0, elapsed time one of seconds. */
function rungsOf(c: RuleCondition): Rung[] {
  const rungs = c.levels.map((r): Rung => {
    const base = { level: r.level, lo: Number.NEGATIVE_INFINITY }
    if ('afterS' in r)
      return c.kind === 'noData' ? { ...base, hi: Number.POSITIVE_INFINITY, forS: r.afterS } : { ...base, hi: r.afterS, forS: 0 }
    if (c.kind === 'range' || c.kind === 'all' || c.kind === 'any') return { ...base, hi: 1, forS: r.forS ?? 0 }
    if (c.kind === 'geofence') return { ...base, hi: Number.MIN_VALUE, forS: r.forS ?? 0 }
    const b = r as Bounds
    return {
      level: r.level,
      hi: or(lowOf(b, giveOf(c)), Number.POSITIVE_INFINITY),
      lo: or(highOf(b, giveOf(c)), Number.NEGATIVE_INFINITY),
      forS: r.forS ?? 0
    }
  })
  return rungs.sort((a, b) => b.level - a.level)
}

/** Where the signal is calm: what the clear says; else beyond every rung, moved back by the hysteresis. */
function calmOf(c: RuleCondition, rungs: readonly Rung[]): { calmHi: number; calmLo: number } {
  const clear: ValueClear = c.clear ?? {}
  const back = c.kind === 'geofence' ? (c.bufferM ?? 30) : (clear.hysteresis ?? 0)
  const hi = Math.min(...rungs.map((r) => r.hi))
  const lo = Math.max(...rungs.map((r) => r.lo))
  return {
    calmHi: or(highOf(clear, 0), hi === Infinity ? Infinity : nextDown(hi - back)),
    calmLo: or(lowOf(clear, 0), lo === -Infinity ? -Infinity : nextUp(lo + back))
  }
}

/** How much of the past a node looks at, with the durations of its rungs and its clear. */
function horizonOf(n: Node): number {
  const held = Math.max(0, ...n.forMs) + n.calmMs + n.timesMs
  const own = n.from >= 0 && n.kind === 'total' ? DAY * (n.cells + 2) : n.windowMs * 2
  const learned = n.kind === 'baseline' ? n.learnMs + n.halfLifeMs : n.kind === 'stuck' ? Math.max(...n.hi) * 2000 : 0
  return held + own + learned + n.otherFreshMs + Math.max(0, ...n.parts.map(horizonOf))
}
