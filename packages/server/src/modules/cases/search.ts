const RUNS = /\p{Script=Han}+|[[\p{L}\p{N}]--\p{Script=Han}]+/gv
const HAN = /\p{Script=Han}/u
const MAX_WORD = 40

/**
 * What a text is found by: of a run of Chinese every character and every pair of neighbours, of other scripts the words. Two characters
 * always find it, which neither trigrams nor a dictionary's words can promise; it needs no dictionary and no extension.
 */
export function indexTerms(text: string): string[] {
  const terms = new Set<string>()
  for (const [run] of text.toLowerCase().matchAll(RUNS)) {
    if (!HAN.test(run)) {
      terms.add(run.slice(0, MAX_WORD))
      continue
    }
    const characters = [...run]
    for (const [i, character] of characters.entries()) {
      terms.add(character)
      const next = characters[i + 1]
      if (next !== undefined) terms.add(character + next)
    }
  }
  return [...terms]
}

/** Terms to ask for, all of which must occur: pairs of Chinese (a single character by itself), words of other scripts. */
export function searchTerms(query: string): string[] {
  const terms = new Set<string>()
  for (const [run] of query.toLowerCase().matchAll(RUNS)) {
    const characters = [...run]
    if (!HAN.test(run)) terms.add(run.slice(0, MAX_WORD))
    else if (characters.length === 1) terms.add(run)
    else for (let i = 0; i + 1 < characters.length; i += 1) terms.add(characters[i]! + characters[i + 1]!)
  }
  return [...terms].slice(0, 20)
}

/** The month a case was reported in, as one more word of it: no text makes such a word, since `@` is no letter. */
export const monthTerm = (at: Date): string => `@${at.toISOString().slice(0, 7).replace('-', '')}`

/**
 * Months from that of `from` back to that of `to`, in spans of one, two, four … months: who looks for the newest stops early, and who finds
 * nothing has asked a handful of times.
 */
export function* monthSpans(from: Date, to: Date): Generator<string[]> {
  const first = to.getUTCFullYear() * 12 + to.getUTCMonth()
  let month = from.getUTCFullYear() * 12 + from.getUTCMonth()
  for (let size = 1; month >= first; size *= 2) {
    const span: string[] = []
    for (; span.length < size && month >= first; month -= 1)
      span.push(monthTerm(new Date(Date.UTC(Math.floor(month / 12), month % 12, 1))))
    yield span
  }
}
