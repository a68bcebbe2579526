import type * as GeoJSON from 'geojson'
import { FUNCTIONS, type Kind, MAX_TIME, MIN_TIME } from './ast.ts'
import type { Bound, BoundCall, BoundPath } from './bind.ts'
import { distance, geometryIn, lengthOf, relates } from './geometry.ts'

/**
 * What an expression is asked of: a value as the model has it (numbers, texts, truths, epoch ms of times, JSON), or null for none. `as` says which kind
 * is wanted of a value whose kind is known only when it is read: the result of a stream of truths is a truth and a number.
 */
export type Subject = (path: BoundPath, as: Kind) => unknown

type Value = (subject: Subject) => unknown

/**
 * An expression as a function, with the answers that its SQL gives (queries/sta-sql.ts): three-valued, texts by code point, numbers
 * doubles, a division by nothing is null. `now` in epoch ms.
 */
export function compileValue(node: Bound, now: number, wanted: Kind = node.kind): Value {
  if (node.node === 'literal') return () => node.value
  if (node.node === 'path') {
    return (s) => s(node, wanted) ?? null
  }
  if (node.op === 'and' || node.op === 'or') return logic(node, now)
  const kinds = node.as === undefined ? operandKinds(node) : [node.as, node.as]
  const args = node.args.map((a, i) => compileValue(a, now, kinds[i] ?? a.kind))
  if (node.op === 'not')
    return (s) => {
      const value = truth((args[0] as Value)(s))
      return value === null ? null : !value
    }
  if (node.as !== undefined) return comparison(node, args as [Value, Value])
  const run = OPERATIONS[node.op]
  if (run === undefined) throw new Error(`no operation ${node.op}`)
  return (s) => {
    const values: unknown[] = []
    for (const [i, arg] of args.entries()) {
      const value = ofKind(arg(s), kinds[i] ?? 'any')
      if (value === null) return null
      values.push(value)
    }
    return run(values, now, node)
  }
}

/** A filter as a test: true only where it holds. */
export function compileTest(node: Bound, now: number): (subject: Subject) => boolean {
  const value = compileValue(node, now, 'bool')
  return (s) => truth(value(s)) === true
}

const truth = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null)

function logic(node: BoundCall, now: number): Value {
  const [a, b] = node.args.map((arg) => compileValue(arg, now, 'bool')) as [Value, Value]
  const ends = node.op === 'or'
  return (s) => {
    const x = truth(a(s))
    if (x === ends) return ends
    const y = truth(b(s))
    if (y === ends) return ends
    return x === null || y === null ? null : !ends
  }
}

/** A value that was known only when it was read, if it is of the kind. */
export function ofKind(value: unknown, kind: string): unknown {
  if (value === null || value === undefined) return null
  switch (kind) {
    case 'number':
    case 'duration':
    case 'time':
      return typeof value === 'number' && !Number.isNaN(value) ? value : null
    case 'text':
    case 'date':
      return typeof value === 'string' ? value : null
    case 'bool':
      return typeof value === 'boolean' ? value : null
    case 'geo':
      return geometryIn(value)
    default:
      return value
  }
}

/** As what each operand is read. */
export function operandKinds(node: BoundCall): Kind[] {
  if (node.op === 'and' || node.op === 'or' || node.op === 'not') return node.args.map(() => 'bool')
  const known = Object.hasOwn(FUNCTIONS, node.op) ? FUNCTIONS[node.op] : undefined
  if (known) return [...known.takes]
  return node.args.map((a) => (a.kind === 'any' ? 'number' : a.kind))
}

function comparison(node: BoundCall, [a, b]: [Value, Value]): Value {
  const [left, right] = node.args as [Bound, Bound]
  const isNull = (n: Bound): boolean => n.node === 'literal' && n.value === null
  if (isNull(left) || isNull(right)) {
    const value = isNull(right) ? a : b
    return node.op === 'eq' ? (s) => value(s) === null : (s) => value(s) !== null
  }
  const kind = node.as as Kind
  return (s) => {
    const [x, y] = [ofKind(a(s), kind), ofKind(b(s), kind)]
    return x === null || y === null ? null : ordered(node.op, x, y)
  }
}

/** Texts by code point: what `<` does with the halves of rare characters differs. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a !== 'string' || typeof b !== 'string') return a === b ? 0 : (a as number) < (b as number) ? -1 : 1
  if (a === b) return 0
  const [x, y] = [a[Symbol.iterator](), b[Symbol.iterator]()]
  for (;;) {
    const [p, q] = [x.next(), y.next()]
    if (p.done || q.done) return p.done ? (q.done ? 0 : -1) : 1
    const by = (p.value.codePointAt(0) as number) - (q.value.codePointAt(0) as number)
    if (by !== 0) return by
  }
}

function ordered(op: string, a: unknown, b: unknown): boolean {
  const by = compareValues(a, b)
  switch (op) {
    case 'eq':
      return by === 0
    case 'ne':
      return by !== 0
    case 'gt':
      return by > 0
    case 'ge':
      return by >= 0
    case 'lt':
      return by < 0
    default:
      return by <= 0
  }
}

const finite = (n: number): number | null => (Number.isFinite(n) ? n : null)
const at = (v: unknown): Date => new Date(v as number)
const two = (n: number): string => String(n).padStart(2, '0')
const fold = (text: string, from: RegExp, by: (c: string) => string): string => text.replace(from, by)

const OPERATIONS: Readonly<Record<string, (values: unknown[], now: number, node: BoundCall) => unknown>> = {
  add: ([a, b]) => finite((a as number) + (b as number)),
  sub: ([a, b]) => finite((a as number) - (b as number)),
  mul: ([a, b]) => finite((a as number) * (b as number)),
  div: ([a, b]) => (b === 0 ? null : finite((a as number) / (b as number))),
  mod: ([a, b]) => (b === 0 ? null : finite((a as number) - (b as number) * Math.trunc((a as number) / (b as number)))),
  substringof: ([a, b]) => (b as string).includes(a as string),
  contains: ([a, b]) => (a as string).includes(b as string),
  endswith: ([a, b]) => (a as string).endsWith(b as string),
  startswith: ([a, b]) => (a as string).startsWith(b as string),
  length: ([a]) => [...(a as string)].length,
  indexof: ([a, b]) => {
    const i = (a as string).indexOf(b as string)
    return i < 0 ? -1 : [...(a as string).slice(0, i)].length
  },
  substring: ([a, from, many]) => {
    const start = Math.max(0, Math.trunc(from as number))
    const end = many === undefined ? undefined : start + Math.max(0, Math.trunc(many as number))
    return [...(a as string)].slice(start, end).join('')
  },
  tolower: ([a]) => fold(a as string, /[A-Z]/g, (c) => c.toLowerCase()),
  toupper: ([a]) => fold(a as string, /[a-z]/g, (c) => c.toUpperCase()),
  trim: ([a]) => (a as string).replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, ''),
  concat: ([a, b]) => (a as string) + (b as string),
  year: ([t]) => at(t).getUTCFullYear(),
  month: ([t]) => at(t).getUTCMonth() + 1,
  day: ([t]) => at(t).getUTCDate(),
  hour: ([t]) => at(t).getUTCHours(),
  minute: ([t]) => at(t).getUTCMinutes(),
  second: ([t]) => at(t).getUTCSeconds(),
  fractionalseconds: ([t]) => at(t).getUTCMilliseconds() / 1000,
  date: ([t]) => at(t).toISOString().slice(0, 10),
  time: ([t]) => {
    const d = at(t)
    return `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}.${String(d.getUTCMilliseconds()).padStart(3, '0')}`
  },
  totaloffsetminutes: () => 0,
  now: (_, now) => now,
  mindatetime: () => MIN_TIME,
  maxdatetime: () => MAX_TIME,
  round: ([n]) => Math.sign(n as number) * Math.floor(Math.abs(n as number) + 0.5),
  floor: ([n]) => Math.floor(n as number),
  ceiling: ([n]) => Math.ceil(n as number),
  'geo.distance': ([a, b]) => distance(a as GeoJSON.Geometry, b as GeoJSON.Geometry),
  'geo.length': ([a]) => lengthOf(a as GeoJSON.Geometry),
  'geo.intersects': (v, _, { op }) => relates(op, v[0] as GeoJSON.Geometry, v[1] as GeoJSON.Geometry),
  ...Object.fromEntries(
    ['equals', 'disjoint', 'touches', 'within', 'overlaps', 'crosses', 'intersects', 'contains', 'relate'].map((name) => [
      `st_${name}`,
      (v: unknown[]) => relates(`st_${name}`, v[0] as GeoJSON.Geometry, v[1] as GeoJSON.Geometry, v[2] as string | undefined)
    ])
  )
}
