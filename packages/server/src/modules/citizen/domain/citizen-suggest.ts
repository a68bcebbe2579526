import { SYNONYMS } from './citizen-synonyms.ts'
import { publicClassName } from './public-text.ts'

/** What a class is called; the code belongs to the class table in force. */
export interface Named {
  code: string
  name: string
  majorName: string
}
export interface Suggestion {
  classCode: string
  name: string
  majorName: string
  score: number
  words: string[]
}

const clean = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{P}\p{S}]/gu, '')
/** Endings that say nothing of what the thing is. */
const core = (name: string): string => clean(publicClassName(name)).replace(/(异常|问题|乱象|管理)$/, '')

/**
 * The classes a text speaks of, the likeliest first, each with the words that spoke for it: a whole name counts its length twice, a
 * synonym its length once and a half, a shared pair of letters a half. Nothing below two points is worth a suggestion.
 */
export function suggest(text: string, classes: readonly Named[], most = 3): Suggestion[] {
  const said = clean(text)
  if (said === '') return []
  const spoken = SYNONYMS.filter(([word]) => said.includes(word))
  const found = classes.map((cls) => {
    const name = core(cls.name)
    const words: string[] = []
    let score = 0
    if (name.length > 1 && said.includes(name)) {
      words.push(name)
      score += name.length * 2
    } else {
      const pairs = pairsOf(name).filter((pair) => said.includes(pair))
      score += pairs.length * 0.5
      words.push(...pairs)
    }
    for (const [word, codes] of spoken) {
      if (!codes.includes(cls.code)) continue
      words.push(word)
      // The first class of a synonym is the usual one.
      score += word.length * 1.5 + (codes[0] === cls.code ? 1 : 0)
    }
    return { classCode: cls.code, name: cls.name, majorName: cls.majorName, score, words: [...new Set(words)] }
  })
  return found
    .filter((s) => s.score >= 2)
    .sort((a, b) => b.score - a.score || (a.classCode < b.classCode ? -1 : 1))
    .slice(0, most)
}

const pairsOf = (name: string): string[] => [
  ...new Set(Array.from({ length: Math.max(0, name.length - 1) }, (_, i) => name.slice(i, i + 2)))
]
