import { normalise } from '../../geo/index.ts'

/**
 * Pairs of neighbouring characters, each packed into one signed integer (first × 65,536 + second): what `registry.item.terms` holds.
 * Distinct, in the order met.
 */
export function packedPairs(texts: readonly string[]): number[] {
  const out: number[] = []
  const many = texts.reduce((sum, text) => sum + text.length, 0) > FEW ? new Set<number>() : null
  for (const text of texts) {
    const t = normalise(text)
    let before = t.charCodeAt(0)
    for (let i = 1; i < t.length; i++) {
      const next = t.charCodeAt(i)
      const pair = (before << 16) | next
      before = next
      if (many ? many.has(pair) : out.includes(pair)) continue
      many?.add(pair)
      out.push(pair)
    }
  }
  return out
}

/** Of so few characters the pairs are found quicker by looking through them. */
const FEW = 40

/** Nearly every address ends so: what everything has finds nothing, and the longest lists of an index are read for it. */
const NEARBY = '附近'

/** What of an item is searched by words. */
export interface SearchedItem {
  name: string
  /** Name of its class: a name that says no more is not stored again in every row. */
  className: string | null
  address: string
  /** Names of the divisions it lies in, largest first: an address that begins with them is stored without. */
  divisions: readonly string[]
  /** Searchable attributes, choices as their names. */
  texts: readonly string[]
}

/** The terms of an item. */
export function termsOf({ name, className, address, divisions, texts }: SearchedItem): number[] {
  let rest = address.endsWith(NEARBY) ? address.slice(0, -NEARBY.length) : address
  for (const division of divisions) if (division !== '' && rest.startsWith(division)) rest = rest.slice(division.length)
  return packedPairs([...(name === className ? [] : [name]), rest, ...texts])
}
