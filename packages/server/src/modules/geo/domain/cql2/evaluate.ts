import { type Prepared, prepare } from '../simple-features.ts'
import type { Call, Node } from './ast.ts'
import { Cql2Error, isCall, isProperty } from './ast.ts'
import { holds, type Span, spanOf } from './moments.ts'
import { literalGeometry, relates } from './relate.ts'

export type FieldValue = string | number | boolean | readonly string[] | null

/** A feature as a filter sees it. Moments are RFC 3339 texts. */
export interface Subject {
  value(name: string): FieldValue
  geometry(): Prepared | null
}

type Test = (subject: Subject) => boolean | null
type Value = (subject: Subject) => FieldValue

/**
 * Compiles a checked filter into a function; null is unknown, as in SQL: neither it nor its opposite is selected. `times` are the
 * names of the fields that hold moments. The SQL of `queries/cql2.ts` answers the same.
 */
export function compileTest(filter: Node, times: ReadonlySet<string>): Test {
  return new Compiler(times).test(filter)
}

class Compiler {
  readonly #times: ReadonlySet<string>

  constructor(times: ReadonlySet<string>) {
    this.#times = times
  }

  test(node: Node): Test {
    if (typeof node === 'boolean') return () => node
    if (isProperty(node)) return (s) => s.value(node.property) as boolean | null
    if (!isCall(node)) throw new Cql2Error('a condition is expected')
    const { op, args } = node
    if (op === 'and' || op === 'or')
      return all(
        op === 'or',
        args.map((a) => this.test(a))
      )
    if (op === 'not') {
      const inner = this.test(args[0] as Node)
      return (s) => {
        const value = inner(s)
        return value === null ? null : !value
      }
    }
    if (op === 'isNull') return this.#isNull(args[0] as Node)
    if (op.startsWith('s_')) return this.#spatial(node)
    if (op.startsWith('t_')) return this.#temporal(node)
    if (op.startsWith('a_')) return this.#lists(node)
    if (op === 'like') return this.#like(node)
    return this.#comparison(node)
  }

  #isNull(arg: Node): Test {
    if (isProperty(arg) && arg.property === 'geom') return (s) => s.geometry() === null
    const value = this.#value(arg)
    return (s) => value(s) === null
  }

  #isTime = (node: Node): boolean =>
    (isProperty(node) && this.#times.has(node.property)) || (typeof node === 'object' && ('timestamp' in node || 'date' in node))

  #comparison({ op, args }: Call): Test {
    const flat = args.flatMap((a) => (Array.isArray(a) ? (a as readonly Node[]) : [a]))
    const time = flat.some(this.#isTime)
    const [first, ...rest] = flat.map((a) => (time ? this.#moment(a) : this.#value(a))) as [Value, ...Value[]]
    const compare = (a: FieldValue, sign: string, b: FieldValue): boolean | null =>
      a === null || b === null ? null : ordered(a, sign, b)
    if (op === 'in')
      return all(
        true,
        rest.map((r) => (s: Subject) => compare(first(s), '=', r(s)))
      )
    if (op === 'between') {
      const [low, high] = rest as [Value, Value]
      return all(false, [(s) => compare(first(s), '>=', low(s)), (s) => compare(first(s), '<=', high(s))])
    }
    return (s) => compare(first(s), op, (rest[0] as Value)(s))
  }

  /** The beginning of a moment in ms. */
  #moment(node: Node): Value {
    if (isProperty(node))
      return (s) => {
        const text = s.value(node.property)
        return text === null ? null : Date.parse(String(text))
      }
    const { from } = spanOf(node)
    return () => from
  }

  #value(node: Node): Value {
    if (isProperty(node)) return (s) => s.value(node.property)
    if (typeof node !== 'object') return () => node
    if (!isCall(node)) throw new Cql2Error('a single value is expected')
    const [a, b] = node.args.map((arg) => this.#value(arg)) as [Value, Value]
    if (node.op === 'casei')
      return (s) => {
        const text = a(s)
        return text === null ? null : String(text).toLowerCase()
      }
    return (s) => {
      const [x, y] = [a(s), b(s)]
      return x === null || y === null ? null : reckon(Number(x), node.op, Number(y))
    }
  }

  #like({ args }: Call): Test {
    const [text, pattern] = args.map((a) => this.#value(a)) as [Value, Value]
    return (s) => {
      const [t, p] = [text(s), pattern(s)]
      return t === null || p === null ? null : likePattern(String(p)).test(String(t))
    }
  }

  #spatial({ op, args }: Call): Test {
    const literal = args.findIndex((a) => !isProperty(a))
    const other = prepare(literalGeometry(args[literal] as Node))
    return (s) => {
      const mine = s.geometry()
      if (mine === null) return null
      return literal === 1 ? relates(op, mine, other) : relates(op, other, mine)
    }
  }

  #temporal({ op, args }: Call): Test {
    const [a, b] = args.map((arg): ((s: Subject) => Span | null) => {
      if (!isProperty(arg)) {
        const span = spanOf(arg)
        return () => span
      }
      return (s) => {
        const text = s.value(arg.property)
        return text === null ? null : spanOf(String(text))
      }
    }) as [(s: Subject) => Span | null, (s: Subject) => Span | null]
    return (s) => {
      const [x, y] = [a(s), b(s)]
      return x === null || y === null ? null : holds(op, x, y)
    }
  }

  #lists({ op, args }: Call): Test {
    const [a, b] = args.map((arg) => {
      if (isProperty(arg)) return (s: Subject) => s.value(arg.property) as readonly string[] | null
      const list = (arg as readonly Node[]).map(String)
      return () => list
    }) as [(s: Subject) => readonly string[] | null, (s: Subject) => readonly string[] | null]
    return (s) => {
      const [x, y] = [a(s), b(s)]
      if (x === null || y === null) return null
      if (op === 'a_contains') return y.every((v) => x.includes(v))
      if (op === 'a_containedby') return x.every((v) => y.includes(v))
      if (op === 'a_overlaps') return x.some((v) => y.includes(v))
      return x.length === y.length && x.every((v, i) => v === y[i])
    }
  }
}

/** AND or OR of three-valued answers. */
const all =
  (any: boolean, tests: readonly Test[]): Test =>
  (s) => {
    let unknown = false
    for (const test of tests) {
      const value = test(s)
      if (value === any) return any
      if (value === null) unknown = true
    }
    return unknown ? null : !any
  }

function ordered(a: FieldValue, sign: string, b: FieldValue): boolean {
  const [x, y] = [a, b] as [string, string]
  switch (sign) {
    case '=':
      return x === y
    case '<>':
      return x !== y
    case '<':
      return x < y
    case '<=':
      return x <= y
    case '>':
      return x > y
    default:
      return x >= y
  }
}

function reckon(x: number, op: string, y: number): number | null {
  if (['/', '%', 'div'].includes(op) && y === 0) return null
  const of: Record<string, () => number> = {
    '+': () => x + y,
    '-': () => x - y,
    '*': () => x * y,
    '/': () => x / y,
    '%': () => x % y,
    div: () => Math.trunc(x / y),
    '^': () => x ** y
  }
  return (of[op] as () => number)()
}

const SPECIAL = /[.*+?^${}()|[\]\\/-]/g

/** `%` any characters, `_` one, a backslash takes the next as it is. */
export function likePattern(pattern: string): RegExp {
  let out = ''
  for (let i = 0; i < pattern.length; i += 1) {
    const c = pattern[i] as string
    if (c === '\\' && i + 1 < pattern.length) out += (pattern[++i] as string).replace(SPECIAL, '\\$&')
    else out += c === '%' ? '.*' : c === '_' ? '.' : c.replace(SPECIAL, '\\$&')
  }
  return new RegExp(`^${out}$`, 'su')
}
