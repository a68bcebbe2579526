import { normalise } from '../../geo/index.ts'

/**
 * Pairs of neighbouring characters, each packed into one signed integer (first × 65,536 + second): what `registry.item.terms` holds.
 * Distinct, in the order met.
 */
export function packedPairs(texts: readonly string[]): number[] {
  const out = new Set<number>()
  for (const text of texts) {
    const t = normalise(text)
    for (let i = 1; i < t.length; i++) out.add((t.charCodeAt(i - 1) << 16) | t.charCodeAt(i))
  }
  return [...out]
}

/** Nearly every address ends so: what everything has finds nothing, and the longest lists of an index are read for it. */
const NEARBY = /附近$/u

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
  let rest = address.replace(NEARBY, '')
  for (const division of divisions) if (division !== '' && rest.startsWith(division)) rest = rest.slice(division.length)
  return packedPairs([...(name === className ? [] : [name]), rest, ...texts])
}
