import type { AttributeDeclaration } from '@chengyun/contract/registry'
import { expect, it } from 'vitest'
import { attributeText } from './itemText.ts'

const WORDS = { yes: '是', no: '否', comma: '、' }
const of = (more: Partial<AttributeDeclaration>): AttributeDeclaration => ({
  key: 'a',
  name: { zh: '甲', en: 'A' },
  type: 'text',
  ...more
})
const steel = { value: 'steel', name: { zh: '钢', en: 'steel' } }

it('values are read as people say them', () => {
  expect(attributeText(of({ type: 'number', unit: 'm' }), 12.5, 'zh', WORDS)).toBe('12.5 m')
  expect(attributeText(of({ type: 'number', unit: 'Cel' }), 52, 'zh', WORDS)).toBe('52 ℃')
  expect(attributeText(of({ type: 'integer' }), 12_000, 'zh', WORDS)).toBe('12,000')
  expect(attributeText(of({ type: 'choice', choices: [steel] }), 'steel', 'zh', WORDS)).toBe('钢')
  expect(attributeText(of({ type: 'choices', choices: [steel] }), ['steel', 'x'], 'en', WORDS)).toBe('steel、x')
  expect(attributeText(of({ type: 'boolean' }), false, 'zh', WORDS)).toBe('否')
  for (const none of [null, undefined, '']) expect(attributeText(of({}), none, 'zh', WORDS)).toBe('')
})
