import { expect, test } from 'vitest'
import { routeTo, sayFact, sayValue } from './say.ts'

const name = { zh: '无障碍厕位', en: 'Accessible' }

test('what is there is named, what is not is said, values have their unit', () => {
  expect(sayFact({ name, unit: '' }, true)).toEqual({ text: '无障碍厕位', isYes: true, isNo: false })
  expect(sayFact({ name, unit: '' }, false)).toEqual({ text: '无障碍厕位：否', isYes: false, isNo: true })
  expect(sayFact({ name: { zh: '面积', en: 'Area' }, unit: 'm²' }, 40).text).toBe('面积 40 m²')
  expect(sayFact({ name: { zh: '排污', en: 'Sewage' }, unit: '' }, { zh: '管网', en: 'sewer' }).text).toBe('排污 管网')
})

test('a stream says its value, a truth a word, and nothing is not a zero', () => {
  expect(sayValue({ unit: 'cm', decimals: 1 }, 4)).toBe('4.0 cm')
  expect(sayValue({ unit: '', decimals: 0 }, 0)).toBe('0')
  expect(sayValue({ unit: '', decimals: 0 }, null)).toBeNull()
  expect(sayValue({ unit: '', decimals: 0 }, true)).toBe('是')
})

test('the way there opens in the map of the device', () => {
  expect(routeTo([120.38, 36.07], '公厕', 'Linux; Android 15')).toBe('geo:36.07,120.38?q=36.07,120.38(%E5%85%AC%E5%8E%95)')
  expect(routeTo([120.38, 36.07], '公厕', 'iPhone')).toContain('maps.apple.com/?daddr=36.07,120.38')
})
