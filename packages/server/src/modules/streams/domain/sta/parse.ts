import { type Call, type Expression, FUNCTIONS, type Literal, type Path } from './ast.ts'
import { StaError } from './fault.ts'
import { type Token, tokensOf } from './lexer.ts'
import { durationOf, instantOf, spanOf } from './time.ts'
import { readWkt } from './wkt.ts'

/** How deep brackets may stand in each other, and how many nodes a filter may have. */
export const DEEPEST = 40
export const LARGEST = 600

/** How tightly operators bind (OData 4, 5.1.1.9): the higher first. */
const BINDS: Readonly<Record<string, number>> = {
  or: 1,
  and: 2,
  eq: 3,
  ne: 3,
  gt: 4,
  ge: 4,
  lt: 4,
  le: 4,
  add: 5,
  sub: 5,
  mul: 6,
  div: 6,
  mod: 6
}

/** Reads a filter. What its names mean is not looked at. @throws StaError */
export function parseFilter(text: string): Expression {
  const parser = new Parser(text)
  const out = parser.expression(0)
  parser.done()
  return out
}

/** Reads the path of `$orderby` or an expression that sorts. @throws StaError */
export const parseExpression = parseFilter

class Parser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #i = 0
  #depth = 0
  #nodes = 0

  constructor(text: string) {
    this.#text = text
    this.#tokens = tokensOf(text)
  }

  get #next(): Token {
    return this.#tokens[this.#i] as Token
  }

  #wrong(what: string): StaError {
    const found = this.#next.kind === 'end' ? 'the end' : JSON.stringify(this.#next.value)
    return new StaError(`${what} expected, ${found} found at position ${this.#next.at + 1} of ${JSON.stringify(this.#text)}`)
  }

  #sign(value: string): boolean {
    if (this.#next.kind !== 'sign' || this.#next.value !== value) return false
    this.#i += 1
    return true
  }

  #must(value: string): void {
    if (!this.#sign(value)) throw this.#wrong(JSON.stringify(value))
  }

  done(): void {
    if (this.#next.kind !== 'end') throw this.#wrong('an operator or the end')
  }

  #counted<T extends Expression>(node: T): T {
    if (++this.#nodes > LARGEST) throw new StaError(`an expression of more than ${LARGEST} parts`)
    return node
  }

  /** Climbs the precedences: everything that binds at least as tightly as `least`. */
  expression(least: number): Expression {
    if (++this.#depth > DEEPEST) throw new StaError(`brackets deeper than ${DEEPEST}`)
    let left = this.#operand()
    for (;;) {
      const { kind, value: op } = this.#next
      const binds = kind === 'word' ? BINDS[op] : undefined
      if (binds === undefined || binds < least) break
      this.#i += 1
      const right = this.expression(binds + 1)
      left = this.#counted({ node: 'call', op, args: [left, right] })
    }
    this.#depth -= 1
    return left
  }

  #operand(): Expression {
    if (this.#sign('(')) {
      const inner = this.expression(0)
      this.#must(')')
      return inner
    }
    const token = this.#next
    if (token.kind === 'word') return this.#word()
    const literal = literalOf(token)
    if (literal === null) throw this.#wrong('a value')
    this.#i += 1
    return this.#counted(literal)
  }

  #word(): Expression {
    const { value } = this.#next
    const follows = this.#tokens[this.#i + 1]
    const opens = follows?.kind === 'sign' && follows.value === '('
    if (value === 'not') {
      this.#i += 1
      if (++this.#depth > DEEPEST) throw new StaError(`brackets deeper than ${DEEPEST}`)
      // It binds tighter than every comparison, but everybody writes `not a eq b` for `not (a eq b)`: only and, or end it.
      const arg = this.expression(3)
      this.#depth -= 1
      return this.#counted({ node: 'call', op: 'not', args: [arg] })
    }
    if (opens) return this.#call(value)
    if (BINDS[value] !== undefined) throw this.#wrong('a value')
    if (value === 'true' || value === 'false') {
      this.#i += 1
      return this.#counted({ node: 'literal', kind: 'bool', value: value === 'true' })
    }
    if (value === 'null') {
      this.#i += 1
      return this.#counted({ node: 'literal', kind: 'any', value: null })
    }
    return this.#path()
  }

  #call(name: string): Call {
    const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
    if (!known) throw new StaError(`there is no function ${name}`)
    this.#i += 2
    const args: Expression[] = []
    if (!this.#sign(')')) {
      do args.push(this.expression(0))
      while (this.#sign(','))
      this.#must(')')
    }
    if (args.length < (known.least ?? known.takes.length) || args.length > known.takes.length)
      throw new StaError(`${name}() takes ${known.takes.length} arguments, not ${args.length}`)
    return this.#counted({ node: 'call', op: name, args })
  }

  #path(): Path {
    const names: string[] = []
    do {
      const { kind, value } = this.#next
      if (kind !== 'word' && !(names.length > 0 && (kind === 'number' || kind === 'text'))) throw this.#wrong('a name')
      names.push(value)
      this.#i += 1
    } while (this.#sign('/'))
    if (names.length > 10) throw new StaError('a path of more than 10 names')
    return this.#counted({ node: 'path', names })
  }
}

function literalOf({ kind, value }: Token): Literal | null {
  switch (kind) {
    case 'text':
      return { node: 'literal', kind: 'text', value }
    case 'number':
      if (!Number.isFinite(Number(value))) throw new StaError(`${value} is no number`)
      return { node: 'literal', kind: 'number', value: Number(value) }
    case 'time': {
      const at = instantOf(value)
      if (at === null) throw new StaError(`${value} is no instant`)
      return { node: 'literal', kind: 'time', value: at }
    }
    case 'interval': {
      const span = spanOf(value)
      if (span === null) throw new StaError(`${value} is no interval`)
      return { node: 'literal', kind: 'time', value: span.from }
    }
    case 'date': {
      if (instantOf(`${value}T00:00:00Z`) === null) throw new StaError(`${value} is no day`)
      return { node: 'literal', kind: 'date', value }
    }
    case 'duration':
      return { node: 'literal', kind: 'duration', value: durationOf(value) }
    case 'geography':
      return { node: 'literal', kind: 'geo', value: readWkt(value) }
    default:
      return null
  }
}

/** Every path of an expression, in order. */
export function pathsOf(node: Expression): Path[] {
  if (node.node === 'path') return [node]
  return node.node === 'call' ? node.args.flatMap(pathsOf) : []
}
