import fc from 'fast-check'
import { expect, test } from 'vitest'
import { indexTerms, searchTerms } from './search.ts'

const found = (text: string, query: string): boolean => {
  const terms = new Set(indexTerms(text))
  return searchTerms(query).every((t) => terms.has(t))
}

test('any part of a Chinese text of one character or more finds it', () => {
  const han = fc.array(
    fc.integer({ min: 0x4e00, max: 0x9fa5 }).map((n) => String.fromCodePoint(n)),
    { minLength: 1, maxLength: 30 }
  )
  fc.assert(
    fc.property(han, fc.nat(), fc.integer({ min: 1, max: 8 }), (characters, at, length) => {
      const from = at % characters.length
      return found(characters.join(''), characters.slice(from, from + length).join(''))
    })
  )
})

test('words, numbers and several parts at once', () => {
  const text = '市北区辽宁路 219 号 KFC 门前井盖破损'
  for (const q of ['辽宁路', '219', 'kfc', '井盖 辽宁', '路219号']) expect(found(text, q), q).toBe(true)
  for (const q of ['宁辽', '21', '雨水井盖']) expect(found(text, q), q).toBe(false)
  expect(searchTerms('！？ ')).toEqual([])
})
