import type { AttributeDeclaration } from '@chengyun/contract/registry'
import { formatDateTime, formatNumber, type Language } from '@chengyun/ui'
import { unitText } from './units.ts'

/** Words a value may need, in the language of the page. */
export interface ValueWords {
  yes: string
  no: string
  /** Between the entries of a list. */
  comma: string
}

/** A value of an attribute as people read it, with its unit; empty when there is none. */
export function attributeText(attribute: AttributeDeclaration, value: unknown, language: Language, words: ValueWords): string {
  if (value === null || value === undefined || value === '') return ''
  const named = (v: unknown) => attribute.choices?.find((c) => c.value === v)?.name[language] ?? String(v)
  if (Array.isArray(value)) return value.map(named).join(words.comma)
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (attribute.type === 'instant') return formatDateTime(String(value))
  if (typeof value === 'number') {
    const digits = Number.isInteger(value) ? 0 : Math.min(6, String(value).split('.')[1]?.length ?? 0)
    return `${formatNumber(value, digits)}${attribute.unit ? ` ${unitText(attribute.unit)}` : ''}`
  }
  return attribute.type === 'choice' ? named(value) : String(value)
}

/** The key of an object as people read it; the numbers machines give tell them nothing. */
export const keyText = (key: string): string => (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(key) ? '' : key)
