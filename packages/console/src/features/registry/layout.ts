import type { AttributeDeclaration, BothNames, RegisterDeclaration } from '@chengyun/contract/registry'

// Lists and forms as a declaration lays them out. Pure.

/** Least width of a column in px, and its share of what is left. */
interface Column {
  key: string
  least: number
  share: number
  numeric: boolean
}

const FIXED: Record<string, [least: number, share: number]> = {
  code: [148, 1],
  class: [104, 1.2],
  name: [128, 2],
  status: [84, 0.5],
  place: [168, 0.6],
  grid: [140, 0.6],
  address: [160, 3],
  owner: [112, 1.4],
  maintainer: [112, 1.4],
  authority: [112, 1.4],
  updatedAt: [100, 0.4]
}

function columnOf(d: RegisterDeclaration, key: string): Column {
  const fixed = FIXED[key]
  if (fixed) return { key, least: fixed[0], share: fixed[1], numeric: false }
  const a = d.attributes.find((x) => x.key === key)
  const numeric = a?.type === 'integer' || a?.type === 'number'
  const short = numeric || a?.type === 'boolean' || a?.type === 'date' || a?.type === 'choice'
  return { key, least: short ? 92 : 120, share: short ? 0.6 : 1.5, numeric }
}

/** The columns that fit a width, in the declared order; the last ones give way, so that a list never scrolls sideways. */
export function columnsFor(d: RegisterDeclaration, width: number, gap = 12): Column[] {
  const out: Column[] = []
  let used = 0
  for (const key of d.columns) {
    const column = columnOf(d, key)
    used += column.least + gap
    if (out.length > 0 && used > width) break
    out.push(column)
  }
  return out
}

/** The tracks of a grid for columns. */
export const tracksOf = (columns: readonly Column[]): string => columns.map((c) => `minmax(${c.least}px, ${c.share}fr)`).join(' ')

export interface Section {
  name: BothNames | null
  fields: string[]
}

/** Fields that are no attributes, in the order of a form that does not say. */
export function ownFields(d: RegisterDeclaration): string[] {
  return [
    ...(d.code.rule === 'given' ? ['code'] : []),
    ...(d.classes ? ['class'] : []),
    'name',
    'status',
    ...(d.geometry === 'none' ? [] : ['place', 'address']),
    ...(d.units ?? [])
  ]
}

/** The sections of the form of a register: as declared, and what is named nowhere in a last one. */
export function sectionsOf(d: RegisterDeclaration): Section[] {
  const declared = (d.form ?? []).map((s) => ({ name: s.name, fields: [...s.fields] }))
  const placed = new Set(declared.flatMap((s) => s.fields))
  const all = [...ownFields(d), ...d.attributes.map((a) => a.key)]
  const rest = all.filter((f) => !placed.has(f))
  const known = new Set([...all, 'address'])
  const sections: Section[] = declared.map((s) => ({ ...s, fields: s.fields.filter((f) => known.has(f)) }))
  if (rest.length > 0) sections.push({ name: null, fields: rest })
  return sections.filter((s) => s.fields.length > 0)
}

/** Attributes a list can be narrowed by: those with few values. */
export function filterable(d: RegisterDeclaration): AttributeDeclaration[] {
  return d.attributes.filter((a) => !a.mask && (a.type === 'choice' || a.type === 'boolean'))
}

/** Headings of registers, in the order of lists. */
export const REGISTER_GROUPS = [
  'component',
  'facility',
  'device',
  'site',
  'area',
  'business',
  'vehicle',
  'person'
] as const satisfies readonly RegisterDeclaration['group'][]

/** Fields that many items can be given at once: what is not each one's own. */
export function bulkFields(d: RegisterDeclaration): string[] {
  const attributes = d.attributes.filter((a) => !a.mask).map((a) => a.key)
  const relations = (d.relations ?? []).map((r) => `rel.${r.key}`)
  return ['status', ...(d.units ?? []), ...attributes, ...relations, 'address', 'name']
}
