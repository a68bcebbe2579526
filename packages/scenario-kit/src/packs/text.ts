import { Type } from 'typebox'

const long = Type.String({ minLength: 1, maxLength: 600 })
/** A sentence or more in both languages; names are shorter (`BothNames`). */
export const BothTexts = Type.Object({ zh: long, en: long }, { additionalProperties: false })

/** Texts of a pack by key, one file a language: `strings/zh-CN.json`, `strings/en.json`. */
export interface Strings {
  zh: Readonly<Record<string, string>>
  en: Readonly<Record<string, string>>
}

/** In the files of a pack a visible text is its key with this before it. */
export const MARK = '@'
const KEY = /^@[a-z][a-zA-Z0-9.-]{0,79}$/

/** Is this value the key of a text? */
export const isTextKey = (value: unknown): value is string => typeof value === 'string' && KEY.test(value)

/**
 * A document with every key of a text replaced by the text in both languages. Keys that have none become themselves, so that what is
 * missing is seen; {@link textKeys} finds them.
 */
export function withTexts<T>(value: T, strings: Strings): T {
  if (isTextKey(value)) {
    const key = value.slice(1)
    return { zh: strings.zh[key] ?? value, en: strings.en[key] ?? value } as T
  }
  if (Array.isArray(value)) return value.map((v) => withTexts(v, strings)) as T
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, withTexts(v, strings)])) as T
  return value
}

/** Every key of a text in a document, without its mark. */
export function textKeys(value: unknown, found = new Set<string>()): Set<string> {
  if (isTextKey(value)) found.add(value.slice(1))
  else if (Array.isArray(value)) for (const v of value) textKeys(v, found)
  else if (value !== null && typeof value === 'object') for (const v of Object.values(value)) textKeys(v, found)
  return found
}
