import type { AttributeDeclaration, RegisterDeclaration } from '@chengyun/contract/registry'

/** A rule of the new declaration that is narrower than before, as data: items that break it must be put right first. */
export type NarrowerRule = { path: string; zh: string; en: string } & (
  | { rule: 'required' | 'gone'; key: string }
  | { rule: 'below' | 'above' | 'longer'; key: string; limit: number }
  | { rule: 'pattern'; key: string; pattern: string }
  | { rule: 'choice'; key: string; many: boolean; values: readonly string[] }
  | { rule: 'state' | 'class'; values: readonly string[] }
  | { rule: 'place' }
  | { rule: 'shape'; geometry: 'point' | 'line' | 'polygon' }
)

/** Kinds of value that hold all values of another. */
const HOLDS: Partial<Record<AttributeDeclaration['type'], readonly AttributeDeclaration['type'][]>> = {
  number: ['integer'],
  text: ['choice', 'phone', 'url', 'uscc', 'date', 'instant']
}

/** Everything in which `next` is narrower than `before`; a pattern that is another one may be. */
export function narrowerRules(before: RegisterDeclaration, next: RegisterDeclaration): NarrowerRule[] {
  const old = new Map(before.attributes.map((a) => [a.key, a]))
  const out = next.attributes.flatMap((a, i) => attributeRules(old.get(a.key), a, `/attributes/${i}`))
  const keys = new Set(next.attributes.map((a) => a.key))
  for (const a of before.attributes)
    if (!keys.has(a.key))
      out.push({
        rule: 'gone',
        key: a.key,
        path: '/attributes',
        zh: `去掉了属性“${a.name.zh}”`,
        en: `The attribute "${a.key}" is left out`
      })
  const states = next.states.map((s) => s.key)
  if (before.states.some((s) => !states.includes(s.key)))
    out.push({
      rule: 'state',
      values: states,
      path: '/states',
      zh: '去掉了有记录的状态',
      en: 'States that items have are left out'
    })
  const listed = classCodes(next)
  const were = classCodes(before)
  if (listed && (!were || were.some((c) => !listed.includes(c))))
    out.push({
      rule: 'class',
      values: listed,
      path: '/classes',
      zh: '去掉了有记录的小类',
      en: 'Classes that items have are left out'
    })
  const needsPlace = next.geometry !== 'none' && !next.placeOptional
  if (needsPlace && (before.placeOptional || before.geometry === 'none'))
    out.push({ rule: 'place', path: '/placeOptional', zh: '位置改为必填', en: 'Every item needs a place now' })
  const { geometry } = next
  if (geometry !== before.geometry && geometry !== 'any' && geometry !== 'none')
    out.push({ rule: 'shape', geometry, path: '/geometry', zh: '几何类型改变', en: 'The geometry is another one' })
  return out
}

const classCodes = (d: RegisterDeclaration): string[] | null =>
  d.classes && 'list' in d.classes ? d.classes.list.map((c) => c.code) : null

function attributeRules(was: AttributeDeclaration | undefined, a: AttributeDeclaration, path: string): NarrowerRule[] {
  const { key } = a
  const out: NarrowerRule[] = []
  const zh = a.name.zh
  if (a.required && !was?.required)
    out.push({ rule: 'required', key, path, zh: `“${zh}”改为必填`, en: `"${key}" is required now` })
  if (!was) return out
  const held: readonly string[] = HOLDS[a.type] ?? []
  if (was.type !== a.type && !held.includes(was.type)) {
    out.push({ rule: 'gone', key, path: `${path}/type`, zh: `“${zh}”换了类型`, en: `"${key}" has another type` })
    return out
  }
  if (a.minimum !== undefined && a.minimum > (was.minimum ?? Number.NEGATIVE_INFINITY))
    out.push({ rule: 'below', key, limit: a.minimum, path, zh: `“${zh}”下限提高`, en: `"${key}" has a higher minimum` })
  if (a.maximum !== undefined && a.maximum < (was.maximum ?? Number.POSITIVE_INFINITY))
    out.push({ rule: 'above', key, limit: a.maximum, path, zh: `“${zh}”上限降低`, en: `"${key}" has a lower maximum` })
  if (a.maxLength !== undefined && a.maxLength < (was.maxLength ?? Number.POSITIVE_INFINITY))
    out.push({ rule: 'longer', key, limit: a.maxLength, path, zh: `“${zh}”限长缩短`, en: `"${key}" takes fewer characters` })
  if (a.pattern !== undefined && a.pattern !== was.pattern)
    out.push({ rule: 'pattern', key, pattern: a.pattern, path, zh: `“${zh}”的格式改变`, en: `"${key}" has another pattern` })
  const values = a.choices?.map((c) => c.value)
  if (values && was.choices?.some((c) => !values.includes(c.value)))
    out.push({
      rule: 'choice',
      key,
      many: a.type === 'choices',
      values,
      path: `${path}/choices`,
      zh: `“${zh}”减少了可选值`,
      en: `"${key}" offers fewer values`
    })
  return out
}
