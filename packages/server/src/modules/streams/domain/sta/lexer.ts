import { StaError } from './fault.ts'

export type TokenKind = 'word' | 'text' | 'number' | 'time' | 'interval' | 'date' | 'duration' | 'geography' | 'sign' | 'end'
export interface Token {
  kind: TokenKind
  /** As written; texts, durations and geographies without their quotes. */
  value: string
  at: number
}

/** Longest filter that is read, in characters. */
export const LONGEST = 8000

const SPACE = /\s+/y
const INSTANT = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)`
/** In this order: the first that fits is taken, so the longer forms stand before those they begin with. */
const FORMS: readonly (readonly [TokenKind, RegExp])[] = [
  ['duration', /duration'([^']*)'/y],
  ['geography', /(?:geography|geometry)'([^']*)'/iy],
  ['time', new RegExp(`datetimeoffset'(${INSTANT})'`, 'y')],
  ['interval', new RegExp(`${INSTANT}/${INSTANT}`, 'y')],
  ['time', new RegExp(INSTANT, 'y')],
  ['date', /\d{4}-\d\d-\d\d(?![\d:T])/y],
  ['number', /-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ['text', /'((?:[^']|'')*)'/y],
  ['word', /(?:@iot\.)?[\p{L}_][\p{L}\p{N}_\-.:]*/uy],
  ['sign', /[(),/*]/y]
]

/** Takes a filter apart. @throws StaError at the first character that belongs nowhere */
export function tokensOf(text: string): Token[] {
  if (text.length > LONGEST) throw new StaError(`$filter: longer than ${LONGEST} characters`)
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    SPACE.lastIndex = at
    const space = SPACE.exec(text)
    if (space) {
      at += space[0].length
      continue
    }
    const found = read(text, at)
    if (!found) throw new StaError(`unexpected ${JSON.stringify(text[at])} at position ${at + 1} of ${JSON.stringify(text)}`)
    tokens.push(found.token)
    at += found.length
  }
  tokens.push({ kind: 'end', value: '', at: text.length })
  return tokens
}

function read(text: string, at: number): { token: Token; length: number } | undefined {
  for (const [kind, form] of FORMS) {
    form.lastIndex = at
    const hit = form.exec(text)
    if (!hit) continue
    const inner = hit[1] ?? hit[0]
    return { token: { kind, value: kind === 'text' ? inner.replaceAll("''", "'") : inner, at }, length: hit[0].length }
  }
  return undefined
}
