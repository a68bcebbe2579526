import { ARRAY, type Call, Cql2Error, checkFilter, type Node, SPATIAL, TEMPORAL } from './ast.ts'
import { Reader } from './reader.ts'
import { isWkt, readWkt } from './wkt.ts'

const RESERVED: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'LIKE', 'BETWEEN', 'IN', 'IS', 'NULL', 'DIV'])
const FUNCTIONS: ReadonlySet<string> = new Set([...SPATIAL, ...TEMPORAL, ...ARRAY, 'casei', 'accenti'])
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/
const DATE = /^\d{4}-\d\d-\d\d$/

/** Reads CQL2 text into its JSON form. The whole text must be one condition. @throws Cql2Error */
export function parseCql2(text: string): Node {
  const reader = new Reader(text)
  const node = either(reader)
  if (reader.token.kind !== 'end') throw reader.wrong('AND, OR or the end')
  return checkFilter(node)
}

const call = (op: string, ...args: Node[]): Call => ({ op, args })

function joined(r: Reader, keyword: 'AND' | 'OR', one: (r: Reader) => Node): Node {
  const args = [one(r)]
  while (r.word(keyword)) args.push(one(r))
  return args.length === 1 ? (args[0] as Node) : call(keyword.toLowerCase(), ...args)
}
const either = (r: Reader): Node => joined(r, 'OR', both)
const both = (r: Reader): Node => joined(r, 'AND', factor)
const factor = (r: Reader): Node =>
  r.word('NOT')
    ? call(
        'not',
        r.inside(() => factor(r))
      )
    : predicate(r)

function predicate(r: Reader): Node {
  const left = sum(r)
  const sign = r.sign('=', '<>', '<=', '>=', '<', '>')
  if (sign) return call(sign, left, sum(r))
  if (r.word('IS')) {
    const not = r.word('NOT')
    if (!r.word('NULL')) throw r.wrong('NULL')
    const test = call('isNull', left)
    return not ? call('not', test) : test
  }
  const not = r.word('NOT')
  const test = set(r, left)
  if (test === undefined) {
    if (not) throw r.wrong('LIKE, BETWEEN or IN')
    return left
  }
  return not ? call('not', test) : test
}

/** LIKE, BETWEEN and IN, each of which may follow a NOT. */
function set(r: Reader, left: Node): Node | undefined {
  if (r.word('LIKE')) return call('like', left, sum(r))
  if (r.word('BETWEEN')) {
    const low = sum(r)
    if (!r.word('AND')) throw r.wrong('AND')
    return call('between', left, low, sum(r))
  }
  return r.word('IN') ? { op: 'in', args: [left, list(r)] } : undefined
}

function list(r: Reader): Node[] {
  r.expect('(')
  const out = [sum(r)]
  while (r.sign(',')) out.push(sum(r))
  r.expect(')')
  return out
}

function sum(r: Reader): Node {
  let node = product(r)
  for (let op = r.sign('+', '-'); op; op = r.sign('+', '-')) node = call(op, node, product(r))
  return node
}

function product(r: Reader): Node {
  let node = power(r)
  for (;;) {
    const op = r.sign('*', '/', '%') ?? (r.word('DIV') ? 'div' : undefined)
    if (!op) return node
    node = call(op, node, power(r))
  }
}

function power(r: Reader): Node {
  const base = value(r)
  return r.sign('^') ? call('^', base, value(r)) : base
}

function value(r: Reader): Node {
  if (r.sign('(')) {
    const inner = r.inside(() => either(r))
    r.expect(')')
    return inner
  }
  if (r.sign('-')) {
    const inner = r.inside(() => value(r))
    return typeof inner === 'number' ? -inner : call('*', -1, inner)
  }
  const { kind, value: text, at } = r.token
  if (kind === 'number') return r.number()
  if (kind === 'text') return r.text()
  if (kind === 'quoted') return { property: r.take().value }
  if (kind !== 'word') throw r.wrong('a value')
  const upper = text.toUpperCase()
  if (RESERVED.has(upper)) throw r.wrong('a value')
  const isCalled = r.followed === '(' || (isWkt(text) && r.followedBy('Z'))
  if (!isCalled) {
    r.take()
    if (upper === 'TRUE' || upper === 'FALSE') return upper === 'TRUE'
    return { property: text }
  }
  r.take()
  return called(r, text, at)
}

function called(r: Reader, name: string, at: number): Node {
  if (isWkt(name)) return readWkt(r, name)
  const upper = name.toUpperCase()
  if (upper === 'TIMESTAMP' || upper === 'DATE') {
    r.expect('(')
    const text = r.text()
    r.expect(')')
    return instant(upper, text, at)
  }
  if (upper === 'INTERVAL') {
    r.expect('(')
    const from = bound(r)
    r.expect(',')
    const to = bound(r)
    r.expect(')')
    return { interval: [from, to] }
  }
  if (upper === 'BBOX') {
    const numbers = list(r)
    if (![4, 6].includes(numbers.length) || !numbers.every((n) => typeof n === 'number'))
      throw new Cql2Error('BBOX needs four or six numbers', at)
    return { bbox: numbers as number[] }
  }
  const op = name.toLowerCase()
  if (!FUNCTIONS.has(op)) throw new Cql2Error(`there is no function ${name}`, at)
  if ((ARRAY as readonly string[]).includes(op)) return arrays(r, op)
  return { op, args: r.inside(() => list(r)) }
}

function instant(keyword: 'TIMESTAMP' | 'DATE', text: string, at: number): Node {
  const isSound = (keyword === 'DATE' ? DATE : TIMESTAMP).test(text) && !Number.isNaN(Date.parse(text))
  if (!isSound) throw new Cql2Error(`${keyword} needs ${keyword === 'DATE' ? 'YYYY-MM-DD' : 'an RFC 3339 instant'}`, at)
  return keyword === 'DATE' ? { date: text } : { timestamp: text }
}

function bound(r: Reader): string | { property: string } {
  if (r.token.kind !== 'text') return { property: r.take().value }
  const at = r.at
  const text = r.text()
  if (text !== '..' && !DATE.test(text) && !TIMESTAMP.test(text))
    throw new Cql2Error("an interval is bounded by a day, an instant or '..'", at)
  return text
}

/** Array functions take lists in round brackets: A_CONTAINS(layers, ('a','b')). */
function arrays(r: Reader, op: string): Node {
  r.expect('(')
  const one = (): Node => {
    if (r.token.kind === 'sign' && r.token.value === '(') return list(r)
    return sum(r)
  }
  const left = one()
  r.expect(',')
  const right = one()
  r.expect(')')
  return call(op, left, right)
}
