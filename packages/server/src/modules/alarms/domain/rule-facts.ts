import { expectation, type Finding, freshValue, INPUT_SLOTS, type Node, type Program, SIGNAL } from '@chengyun/scenario-kit/rules'

const finite = (x: number): number | null => (Number.isFinite(x) ? round(x) : null)
/** Eight digits are enough for people. */
const round = (x: number): number => Number(x.toPrecision(8))

/**
 * Why, for people: what the condition looks at, the bound of the level, how long it had to hold, and what its kind adds (set point, expected band, the
 * other reading). Slots are those right after the change. `hidden`: nothing that was read or follows from it, only the rule's own figures.
 */
export function factsOf(
  p: Program,
  s: Float64Array,
  o: number,
  f: Pick<Finding, 'level' | 'signal' | 'at'>,
  hidden = false
): Record<string, unknown> {
  const n = p.root
  const facts: Record<string, unknown> = { kind: n.kind, ...boundOf(n, f.level) }
  if (hidden) return facts
  if (n.kind !== 'threshold') facts.signal = finite(f.signal)
  return { ...facts, ...kindFacts(p, n, s, o, f.at) }
}

function boundOf(n: Node, level: number): Record<string, unknown> {
  const r = n.levels.indexOf(level)
  if (r < 0) return {}
  const out: Record<string, unknown> = {}
  if (n.forMs[r]! > 0) out.forS = n.forMs[r]! / 1000
  const [hi, lo] = [finite(n.hi[r]!), finite(n.lo[r]!)]
  if (hi !== null && BOUNDED.has(n.kind)) out.threshold = hi
  if (lo !== null && BOUNDED.has(n.kind)) out[hi === null ? 'threshold' : 'thresholdLow'] = lo
  if (n.times > 0) out.times = { count: n.times, withinS: n.timesMs / 1000 }
  return out
}

const BOUNDED: ReadonlySet<string> = new Set([
  'threshold',
  'rate',
  'stuck',
  'difference',
  'setPoint',
  'total',
  'count',
  'baseline'
])

function kindFacts(p: Program, n: Node, s: Float64Array, o: number, t: number): Record<string, unknown> {
  const other = n.other < 0 ? undefined : finite(freshValue(s, o, n.other, t, Infinity))
  switch (n.kind) {
    case 'rate':
    case 'total':
      return n.windowMs > 0 ? { overS: n.windowMs / 1000 } : {}
    case 'difference':
      return { other }
    case 'setPoint': {
      const value = s[o + n.input * INPUT_SLOTS + 1]!
      const signal = s[o + n.at + SIGNAL]!
      return { expected: finite(n.relative ? value / (1 + signal) : value - signal), ...(other !== undefined && { other }) }
    }
    case 'baseline': {
      const z = n.other < 0 ? Number.NaN : freshValue(s, o, n.other, t, n.otherFreshMs)
      const e = expectation(n, s, o + n.at, p.clock, t, z)
      if (!e) return {}
      return {
        expected: finite(e.expected),
        low: finite(e.low),
        high: finite(e.high),
        spread: finite(e.spread),
        cell: e.cell,
        samples: e.samples,
        learningUntil: new Date(e.learningUntil).toISOString(),
        ...(n.other >= 0 && { other, slope: finite(e.slope), compensation: finite(e.compensation) })
      }
    }
    case 'count':
      return { withinS: n.windowMs / 1000 }
    default:
      return {}
  }
}
