import { Cql2Error } from './ast.ts'
import { type Token, tokensOf } from './lexer.ts'

/** Deepest nesting that is read: a filter is written by people. */
export const DEEPEST = 60

/** Walks over the tokens of a filter; keywords are the same in capitals and small letters. */
export class Reader {
  readonly #tokens: readonly Token[]
  #next = 0
  #depth = 0

  constructor(text: string) {
    this.#tokens = tokensOf(text)
  }

  /** Reads one level further inside. @throws Cql2Error when that is too deep */
  inside<T>(read: () => T): T {
    if (this.#depth >= DEEPEST) throw new Cql2Error(`nested deeper than ${DEEPEST}`, this.at)
    this.#depth += 1
    const out = read()
    this.#depth -= 1
    return out
  }

  get token(): Token {
    return this.#tokens[this.#next] as Token
  }
  get at(): number {
    return this.token.at
  }

  take(): Token {
    const token = this.token
    if (token.kind !== 'end') this.#next += 1
    return token
  }

  /** Takes this keyword when it comes next. */
  word(keyword: string): boolean {
    if (this.token.kind !== 'word' || this.token.value.toUpperCase() !== keyword) return false
    this.#next += 1
    return true
  }

  /** Takes this sign when it comes next. */
  sign(...signs: readonly string[]): string | undefined {
    if (this.token.kind !== 'sign' || !signs.includes(this.token.value)) return undefined
    return this.take().value
  }

  expect(sign: string): void {
    if (!this.sign(sign)) throw this.wrong(`"${sign}"`)
  }

  number(): number {
    const minus = this.sign('-', '+') === '-'
    if (this.token.kind !== 'number') throw this.wrong('a number')
    const value = Number(this.take().value)
    return minus ? -value : value
  }

  text(): string {
    if (this.token.kind !== 'text') throw this.wrong('a text in single quotes')
    return this.take().value
  }

  anyWord(): string {
    if (this.token.kind !== 'word') throw this.wrong('a word')
    return this.take().value
  }

  /** The sign after the next token, to tell `name(` from `name`. */
  get followed(): string {
    const after = this.#tokens[this.#next + 1]
    return after?.kind === 'sign' ? after.value : ''
  }

  /** Is the token after the next one this keyword, as in `POINT Z (`? */
  followedBy(keyword: string): boolean {
    const after = this.#tokens[this.#next + 1]
    return after?.kind === 'word' && after.value.toUpperCase() === keyword
  }

  wrong(expected: string): Cql2Error {
    const { kind, value, at } = this.token
    return new Cql2Error(`${expected} is expected, not ${kind === 'end' ? 'the end' : JSON.stringify(value)}`, at)
  }
}
