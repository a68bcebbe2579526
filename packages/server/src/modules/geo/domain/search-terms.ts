/** Chinese search without a dictionary: names are cut into pairs of neighbouring characters, and a query finds what has all of its
 *  pairs. Two characters are the least that can be asked. */

/** Folds width and case and drops blanks and punctuation, so that ＮＯ．１ and no 1 meet. */
export function normalise(text: string): string {
  return isPlain(text) ? text : folded(text)
}

/** Ideographs, digits and small letters stay as they are: nearly every address has nothing else. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (!((c >= 0x4e00 && c <= 0x9fa5) || (c >= 0x30 && c <= 0x39) || (c >= 0x61 && c <= 0x7a))) return false
  }
  return true
}

function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]+/gu, '')
}

/** The distinct character pairs of a text. */
export function pairsOf(text: string): string[] {
  const chars = [...normalise(text)]
  const pairs = new Set<string>()
  for (let i = 1; i < chars.length; i++) pairs.add(`${chars[i - 1]}${chars[i]}`)
  return [...pairs]
}

/** How well a place answers a query, 0…1: the share of the query's pairs that it has; whole and leading matches of the name first. */
export function scoreOf(query: string, name: string, share: number): number {
  const [q, n] = [normalise(query), normalise(name)]
  if (q === n) return 1
  const closeness = Math.min(q.length, n.length) / Math.max(q.length, n.length, 1)
  const bonus = n.startsWith(q) ? 0.2 : n.includes(q) ? 0.15 : q.includes(n) ? 0.12 : 0
  return Math.round(Math.min(0.99, share * (0.6 + 0.2 * closeness) + bonus) * 1000) / 1000
}

/** Splits a door plate from a query: "辽宁路 120 号" → road 辽宁路, number 120. Null when there is no number. */
export function splitDoorplate(query: string): { road: string; houseNumber: number } | null {
  const found = /^(.*?[路街道巷])(\d{1,5})号?/u.exec(normalise(query))
  if (!found?.[1] || !found[2]) return null
  return { road: found[1], houseNumber: Number(found[2]) }
}
