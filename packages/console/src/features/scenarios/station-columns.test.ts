import type { DataOf } from '@chengyun/contract/scenarios'
import type { TFunction } from 'i18next'
import { expect, test } from 'vitest'
import { attributeText } from './station-columns.ts'

type Attribute = DataOf<'stations'>['attributes'][number]
const t = ((key: string) => key) as TFunction
const of = (type: Attribute['type'], choices?: Attribute['choices']): Attribute => ({
  key: 'kind',
  name: { zh: '类型', en: 'Kind' },
  type,
  ...(choices && { choices })
})

test('an attribute is said in words of the reader, never as it is stored', () => {
  const kinds = { low: { zh: '低洼处', en: 'Low spot' }, tunnel: { zh: '隧道', en: 'Tunnel' } }
  expect(attributeText(of('choice', kinds), 'low', 'zh', t)).toBe('低洼处')
  expect(attributeText(of('choice', kinds), 'gone', 'en', t)).toBe('gone')
  expect(attributeText(of('choices', kinds), '["low", "tunnel"]', 'zh', t)).toBe('低洼处、隧道')
  expect(attributeText(of('integer'), '27471', 'en', t)).toBe('27,471')
  expect(attributeText(of('number'), '0.80', 'en', t)).toBe('0.80')
  expect(attributeText(of('boolean'), 'false', 'en', t)).toBe('scenarios.no')
  expect(attributeText(of('text'), null, 'en', t)).toBe('–')
})
