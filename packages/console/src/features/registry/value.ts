import type { AttributeDeclaration, RegisterDeclaration, TypeDetail } from '@chengyun/contract/registry'
import type { Language } from '@chengyun/ui'
import { type ValueWords as AttributeWords, attributeText } from '../map/itemText.ts'

/** Words that fields need besides those of attributes. */
export interface ValueWords extends AttributeWords {
  none: string
  /** A shape that is no point, with its number of corners. */
  shape: (kind: string, corners: number) => string
}

/** Longitude and latitude as they are written on a plate; 6 decimals are 0.1 m. */
export function placeText(value: unknown): string {
  return Array.isArray(value) && value.length === 2 && value.every((v) => typeof v === 'number')
    ? value.map((v: number) => v.toFixed(6)).join(', ')
    : ''
}

/** The state of an item by its key. */
export function stateOf(d: RegisterDeclaration, key: string): RegisterDeclaration['states'][number] | undefined {
  return d.states.find((s) => s.key === key)
}

/** A class by its code, in the language of the page. */
export function className(register: Pick<TypeDetail, 'classes'>, code: unknown, language: Language): string {
  const found = register.classes.find((c) => c.code === code)
  return found ? (language === 'en' && found.nameEn ? found.nameEn : found.name) : String(code)
}

/** The attribute a field of a change or a request names: `attributes.model` or `model`. */
export function attributeOf(d: RegisterDeclaration, field: string): AttributeDeclaration | undefined {
  const key = field.replace(/^attributes\./, '')
  return d.attributes.find((a) => a.key === key)
}

/** Any field of an item before or after a change, as people read it. */
export function fieldText(
  register: Pick<TypeDetail, 'declaration' | 'classes'>,
  field: string,
  value: unknown,
  language: Language,
  words: ValueWords
): string {
  const d = register.declaration
  const attribute = attributeOf(d, field)
  if (value === null || value === undefined || value === '') return words.none
  if (attribute) return attributeText(attribute, value, language, words) || words.none
  if (field === 'class') return `${String(value)} ${className(register, value, language)}`
  if (field === 'status') return stateOf(d, String(value))?.name[language] ?? String(value)
  if (field === 'place') return placeText(value) || words.none
  if (field === 'geometry') return geometryText(value, words)
  if (Array.isArray(value)) return value.map(String).join(words.comma) || words.none
  if (typeof value === 'object') return 'name' in value ? String(value.name) : JSON.stringify(value)
  return String(value)
}

function geometryText(value: unknown, words: ValueWords): string {
  if (typeof value !== 'object' || value === null || !('type' in value) || !('coordinates' in value)) return words.none
  const { type, coordinates } = value
  if (type === 'Point') return placeText(coordinates)
  return words.shape(String(type), (coordinates as unknown[]).flat(3).length / 2)
}
