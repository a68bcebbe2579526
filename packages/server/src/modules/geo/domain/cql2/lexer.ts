import { Cql2Error } from './ast.ts'

export interface Token {
  kind: 'word' | 'quoted' | 'text' | 'number' | 'sign' | 'end'
  /** Words as written; signs and text without quotes. */
  value: string
  at: number
}

// identifierStart and identifierPart of the BNF: letters of every script, so Chinese names need no quotes.
const START =
  '_:A-Za-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFE\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD'
const WORD = new RegExp(`[${START}][${START}.0-9\\u0300-\\u036F\\u203F-\\u2040]*`, 'y')
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y
const SIGN = /<>|<=|>=|[=<>+\-*/%^(),]/y
const SPACE = /\s+/y
const TEXT = /'(?:[^'\\]|''|\\'|\\)*'/y
const QUOTED = /"[^"]+"/y

/** Longest filter that is read. */
export const LONGEST = 8000

/** Takes a filter apart. @throws Cql2Error at the first character that belongs nowhere */
export function tokensOf(text: string): Token[] {
  if (text.length > LONGEST) throw new Cql2Error(`longer than ${LONGEST} characters`, LONGEST)
  const tokens: Token[] = []
  const match = (pattern: RegExp, at: number): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  for (let at = 0; at < text.length; ) {
    const space = match(SPACE, at)
    if (space !== undefined) {
      at += space.length
      continue
    }
    const found: [Token['kind'], string | undefined][] = [
      ['number', match(NUMBER, at)],
      ['text', match(TEXT, at)],
      ['quoted', match(QUOTED, at)],
      ['sign', match(SIGN, at)],
      ['word', match(WORD, at)]
    ]
    const hit = found.find(([, value]) => value !== undefined)
    if (!hit?.[1]) throw new Cql2Error(`unexpected ${JSON.stringify(text[at])}`, at)
    const [kind, raw] = [hit[0], hit[1]]
    tokens.push({ kind, value: unquoted(kind, raw), at })
    at += raw.length
  }
  tokens.push({ kind: 'end', value: '', at: text.length })
  return tokens
}

function unquoted(kind: Token['kind'], raw: string): string {
  if (kind === 'text') return raw.slice(1, -1).replaceAll("''", "'").replaceAll("\\'", "'")
  return kind === 'quoted' ? raw.slice(1, -1) : raw
}
