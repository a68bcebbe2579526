import { Cql2Error, type Day, type Instant, type Interval, type Node } from './ast.ts'

/** A span of time in ms since 1970; a moment is a span without length. Open ends are infinite. */
export interface Span {
  from: number
  to: number
}

const DAY_MS = 86_400_000
const RFC3339 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?$/

/** One end of a span written as text. @throws Cql2Error */
export function momentOf(text: string): Span {
  const at = RFC3339.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new Cql2Error(`${JSON.stringify(text)} is neither a day nor an instant`)
  // A day is as long as a day, so that "during" and "equals" mean what people mean by them.
  return text.length === 10 ? { from: at, to: at + DAY_MS - 1 } : { from: at, to: at }
}

/** A literal of time. @throws Cql2Error */
export function spanOf(node: Node): Span {
  if (typeof node === 'string') return momentOf(node)
  const time = node as Instant | Day | Interval
  if ('timestamp' in time) return momentOf(time.timestamp)
  if ('date' in time) return momentOf(time.date)
  if (!('interval' in time)) throw new Cql2Error('a moment or an interval is expected')
  const [low, high] = time.interval
  if (typeof low !== 'string' || typeof high !== 'string')
    throw new Cql2Error('an interval is bounded by moments, not by properties')
  const from = low === '..' ? Number.NEGATIVE_INFINITY : momentOf(low).from
  const to = high === '..' ? Number.POSITIVE_INFINITY : momentOf(high).to
  if (from > to) throw new Cql2Error('an interval ends before it begins')
  return { from, to }
}

/** Where each relation holds, as comparisons of the ends of two spans: [end of the first, sign, end of the second]. */
export const RELATIONS: Readonly<Record<string, readonly (readonly [keyof Span, '<' | '<=' | '=' | '>' | '>=', keyof Span])[]>> =
  {
    t_after: [['from', '>', 'to']],
    t_before: [['to', '<', 'from']],
    t_contains: [
      ['from', '<', 'from'],
      ['to', '>', 'to']
    ],
    t_during: [
      ['from', '>', 'from'],
      ['to', '<', 'to']
    ],
    t_equals: [
      ['from', '=', 'from'],
      ['to', '=', 'to']
    ],
    t_finishedby: [
      ['from', '<', 'from'],
      ['to', '=', 'to']
    ],
    t_finishes: [
      ['from', '>', 'from'],
      ['to', '=', 'to']
    ],
    t_intersects: [
      ['from', '<=', 'to'],
      ['to', '>=', 'from']
    ],
    t_meets: [['to', '=', 'from']],
    t_metby: [['from', '=', 'to']],
    t_overlappedby: [
      ['from', '>', 'from'],
      ['from', '<', 'to'],
      ['to', '>', 'to']
    ],
    t_overlaps: [
      ['from', '<', 'from'],
      ['to', '>', 'from'],
      ['to', '<', 'to']
    ],
    t_startedby: [
      ['from', '=', 'from'],
      ['to', '>', 'to']
    ],
    t_starts: [
      ['from', '=', 'from'],
      ['to', '<', 'to']
    ]
  }

const COMPARE = {
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
  '=': (a: number, b: number) => a === b,
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b
} as const

/** Does the relation hold between two spans? `t_disjoint` is the opposite of `t_intersects`. */
export function holds(op: string, a: Span, b: Span): boolean {
  if (op === 't_disjoint') return !holds('t_intersects', a, b)
  return (RELATIONS[op] ?? []).every(([mine, sign, its]) => COMPARE[sign](a[mine], b[its]))
}
