import { Jieba } from '@node-rs/jieba'
import { dict } from '@node-rs/jieba/dict.js'

const jieba = Jieba.withDict(dict)
const KEEP = /[\p{Script=Han}\p{L}\p{N}]/u

/** Words a text is found by: every word jieba sees, and every pair of neighbouring characters, so that two characters always find it. */
export function indexTerms(text: string): string[] {
  const terms = new Set<string>()
  for (const word of jieba.cutForSearch(text, true)) {
    const w = word.trim().toLowerCase()
    if (w && KEEP.test(w)) terms.add(w)
  }
  for (const run of text.match(/\p{Script=Han}+/gu) ?? []) {
    for (let i = 0; i + 1 < run.length; i += 1) terms.add(run.slice(i, i + 2))
  }
  return [...terms]
}

/** Words to ask for: runs of Chinese become their pairs (exact as a substring would be, but indexed), the rest are words. */
export function searchTerms(query: string): string[] {
  const terms = new Set<string>()
  for (const run of query.toLowerCase().match(/\p{Script=Han}+|[\p{L}\p{N}]+/gu) ?? []) {
    if (!/\p{Script=Han}/u.test(run) || run.length === 1) terms.add(run)
    else for (let i = 0; i + 1 < run.length; i += 1) terms.add(run.slice(i, i + 2))
  }
  return [...terms].slice(0, 20)
}
