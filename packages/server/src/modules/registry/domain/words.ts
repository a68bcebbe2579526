import { normalise } from '../../geo/index.ts'
import { packedPairs } from './terms.ts'

/** What the words of a query turn out to mean; every part must hold. */
export interface Meaning {
  /** Beginnings of codes. */
  prefixes: string[]
  /** For each word that names classes: their codes, and the pairs of the word for registers whose items have names of their own. */
  classes: { codes: string[]; terms: number[] }[]
  /** For each word that names divisions: their codes. */
  divisions: string[][]
  /** Pairs that an item must all have. */
  terms: number[]
  /** Words in Latin letters and digits: the beginning of a code, or the pairs. */
  either: { prefix: string; terms: number[] }[]
  /** No word had two characters. */
  tooShort: boolean
}

/** The names a query is held against. */
export interface Vocabulary {
  /** Classes whose name holds the word. */
  classesNamed(word: string): string[]
  /** A class name that ends the text; the longest. */
  classEnding(text: string): { name: string; codes: string[] } | null
  /** A division name that begins the text; the longest. */
  divisionBeginning(text: string): { name: string; codes: string[] } | null
}

const CODE = /^\d{6,20}$/
const LATIN = /^[a-z0-9-]+$/i

/**
 * Reads the words of a query. Digits from six on are the beginning of a code; a word is looked up among the classes and the divisions
 * first — 市北区热河路路灯 is street lamps, in 市北区, with 热河路 — and what is left is searched in the terms of the items.
 */
export function readQuery(query: string, vocabulary: Vocabulary): Meaning {
  const out: Meaning = { prefixes: [], classes: [], divisions: [], terms: [], either: [], tooShort: true }
  for (const word of query.trim().split(/\s+/u)) readWord(word, vocabulary, out)
  return out
}

function readWord(word: string, vocabulary: Vocabulary, out: Meaning): void {
  const plain = normalise(word).replace(/附近$/u, '')
  if (CODE.test(plain)) {
    out.prefixes.push(plain)
    out.tooShort = false
    return
  }
  if (plain.length < 2) return
  out.tooShort = false
  if (LATIN.test(word)) {
    out.either.push({ prefix: word, terms: packedPairs([plain]) })
    return
  }
  const division = vocabulary.divisionBeginning(plain)
  if (division) out.divisions.push(division.codes)
  const rest = division ? plain.slice(division.name.length) : plain
  if (rest.length < 2) return
  const whole = vocabulary.classesNamed(rest)
  if (whole.length > 0) {
    out.classes.push({ codes: whole, terms: packedPairs([rest]) })
    return
  }
  const ending = vocabulary.classEnding(rest)
  if (ending) out.classes.push({ codes: ending.codes, terms: packedPairs([ending.name]) })
  const text = ending ? rest.slice(0, -ending.name.length) : rest
  out.terms.push(...packedPairs([text]))
}
