import { expect, test } from 'vitest'
import { steady } from './steady.ts'

const rows = (text: string) => [...text].map((id) => ({ id }))
const view = (s: ReturnType<typeof steady<{ id: string }>>) =>
  s.rows.map((r) => (r.left ? r.row.id.toUpperCase() : r.row.id)).join('')

test('the first data is the list', () => {
  expect(view(steady([], rows('abc'), false))).toBe('abc')
})

test('an arrival above is counted and moves nothing', () => {
  const s = steady(rows('abc'), rows('xabc'), false)
  expect(view(s)).toBe('abc')
  expect(s.arrived).toBe(1)
})

test('a row that left stays in its place, marked', () => {
  expect(view(steady(rows('abc'), rows('ac'), false))).toBe('aBc')
})

test('the next page is appended, not counted as arrived', () => {
  const s = steady(rows('ab'), rows('abcd'), true)
  expect(view(s)).toBe('abcd')
  expect(s.arrived).toBe(0)
})

test('a row pushed off the loaded pages is not called gone', () => {
  expect(view(steady(rows('abc'), rows('xab'), true))).toBe('abc')
  expect(view(steady(rows('abc'), rows('xab'), false))).toBe('abC')
})

test('a queue that was replaced whole keeps what was read and counts the rest', () => {
  const s = steady(rows('ab'), rows('xy'), false)
  expect(view(s)).toBe('AB')
  expect(s.arrived).toBe(2)
})
