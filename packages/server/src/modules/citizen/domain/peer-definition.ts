import type { PeerDefinition } from '@chengyun/contract/public'
import { isObject, textOf } from './peer-document.ts'

type Attribute = PeerDefinition['attributes'][number]
const MOST = 100
const isTrue = (value: unknown): boolean => /^true$/i.test(textOf(value) ?? '')

/**
 * What a service definition (GeoReport v2, GET service definition) asks for, in its order. Attributes that are only words to read (`variable`
 * false) are left out, and so is what has no code.
 */
export function readDefinition(rows: readonly unknown[]): PeerDefinition {
  const members = rows.flatMap((row) =>
    isObject(row) && 'code' in row ? [row] : isObject(row) ? listOf(row.attributes, 'attribute') : []
  )
  const seen = new Set<string>()
  const attributes = members.flatMap((row): Attribute[] => {
    const code = textOf(row.code)?.trim().slice(0, 80)
    if (!code || seen.has(code) || /^false$/i.test(textOf(row.variable) ?? '')) return []
    seen.add(code)
    const values = listOf(row.values, 'value').flatMap((v) => {
      const key = textOf(v.key)?.slice(0, 200)
      return key ? [{ key, name: textOf(v.name)?.slice(0, 200) ?? key }] : []
    })
    const description = textOf(row.description)?.slice(0, 300) ?? code
    return [{ code, description, required: isTrue(row.required), values: values.slice(0, MOST) }]
  })
  return { attributes: attributes.slice(0, MOST) }
}

/** Members of a list as JSON has it, or as it comes out of XML: one, or several of the same name. */
function listOf(value: unknown, item: string): Record<string, unknown>[] {
  const inner = isObject(value) && item in value ? value[item] : value
  return (Array.isArray(inner) ? inner : [inner]).filter(isObject)
}
