import i18next from 'i18next'
import { expect, test } from 'vitest'
import { pluralForm } from './plural.ts'

const forms = { one: 'case', other: 'cases' }

test.each([
  [1, 'case'],
  ['1', 'case'],
  [0, 'cases'],
  [2, 'cases'],
  ['1,001', 'cases'],
  ['9,000+', 'cases'],
  ['–', 'cases']
])('the word beside %s', (count, word) => {
  expect(pluralForm(count, 'en', forms)).toBe(word)
})

test('a language with one form takes it', () => {
  expect(pluralForm(1, 'zh', { other: '件' })).toBe('件')
})

test('a sentence with two counts says each in its own form', async () => {
  const i18n = i18next.createInstance()
  await i18n.init({
    lng: 'en',
    keySeparator: false,
    resources: {
      en: {
        translation: {
          'a.b': '{{n}} {{n, plural(one: row is; other: rows are)}} left of {{all}} {{all, plural(one: file; other: files)}}'
        }
      }
    }
  })
  i18n.services.formatter?.add('plural', (value, language, options) => pluralForm(value, language ?? 'en', options))
  expect(i18n.t('a.b', { n: 1, all: '1,200' })).toBe('1 row is left of 1,200 files')
  expect(i18n.t('a.b', { n: '2', all: 1 })).toBe('2 rows are left of 1 file')
})
