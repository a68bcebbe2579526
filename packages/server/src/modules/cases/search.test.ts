import fc from 'fast-check'
import { expect, test } from 'vitest'
import { indexTerms, monthSpans, monthTerm, searchTerms } from './search.ts'

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

test('spans of months go back from one day to another, each month once and in order, more at a time', () => {
  const day = fc.date({ min: new Date('1999-01-01'), max: new Date('2060-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(day, day, (a, b) => {
      const [first, last] = a < b ? [a, b] : [b, a]
      const spans = [...monthSpans(last, first)]
      const months = spans.flat()
      expect(months[0]).toBe(monthTerm(last))
      expect(months.at(-1)).toBe(monthTerm(first))
      expect(months).toEqual([...new Set(months)].sort().reverse())
      expect(spans.length).toBeLessThanOrEqual(11)
    })
  )
  expect([...monthSpans(new Date('2026-02-01T00:00:00Z'), new Date('2025-11-30T00:00:00Z'))]).toEqual([
    ['@202602'],
    ['@202601', '@202512'],
    ['@202511']
  ])
  expect([...monthSpans(new Date('2026-01-01T00:00:00Z'), new Date('2026-03-01T00:00:00Z'))]).toEqual([])
  expect(indexTerms('@202602 井盖')).not.toContain('@202602')
})
