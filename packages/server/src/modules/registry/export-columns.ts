import type { RegisterDeclaration } from '@chengyun/contract/registry'
import type { Actor } from '../../platform/actor.ts'
import { shownAttributes } from './domain/masking.ts'
import { mayReadAttribute, mayReadRestricted } from './policy.ts'
import { classOf } from './present.ts'
import type { UnitNames } from './present-items.ts'
import type { ItemRecord } from './queries/items.ts'

export type Cell = string | number | boolean | null

/** A column of an export: its heading, its name where names are short (the code of the standard), and what stands in it. */
export interface ExportColumn {
  key: string
  zh: string
  en: string
  /** At most ten letters, digits and underscores. */
  short: string
  kind: 'text' | 'integer' | 'number' | 'boolean' | 'date'
  cell(row: Shown): Cell
}

/** An item with its attributes as the reader may see them. */
export interface Shown {
  row: ItemRecord
  attributes: Readonly<Record<string, unknown>>
  units: UnitNames
}

/** Items as an export shows them: personal attributes masked, restricted ones only for those who may see them. */
export const showFor = (d: RegisterDeclaration, actor: Actor) => {
  const sight = { restricted: mayReadRestricted(actor), clear: false }
  return (row: ItemRecord, units: UnitNames): Shown => ({
    row,
    units,
    attributes: shownAttributes(d, row.attributes, sight).attributes
  })
}

const UNIT_SHORT = { authority: 'ZGBM', owner: 'QSDW', maintainer: 'YHDW' } as const
const UNIT_NAMES = {
  authority: ['主管部门', 'Authority'],
  owner: ['权属单位', 'Owner'],
  maintainer: ['养护单位', 'Maintainer']
} as const

/** The columns of an export of a register, in the reader's sight. An export read back by an import finds every column by itself. */
export function exportColumns(d: RegisterDeclaration, actor: Actor): ExportColumn[] {
  const states = new Map(d.states.map((s) => [s.key, s.name.zh]))
  const text = (key: string, zh: string, en: string, short: string, cell: (s: Shown) => Cell): ExportColumn => ({
    key,
    zh,
    en,
    short,
    kind: 'text',
    cell
  })
  const out: ExportColumn[] = [text('code', '编码', 'Code', 'GLBJBSM', ({ row }) => row.code)]
  if (d.classes) {
    out.push(text('class', '小类代码', 'Class', 'XLDM', ({ row }) => row.class_code))
    out.push(
      text('className', '小类名称', 'Class name', 'XLMC', ({ row }) =>
        row.class_code === null ? null : (classOf(d, row.class_code)?.name ?? null)
      )
    )
  }
  out.push(text('name', '名称', 'Name', 'GLBJMC', ({ row }) => row.name))
  out.push(text('status', '状态', 'Status', 'GLBJZT', ({ row }) => states.get(row.status) ?? row.status))
  if (d.geometry !== 'none') {
    out.push(text('grid', '单元网格', 'Grid', 'SZDYWGBSM', ({ row }) => row.grid_code))
    out.push(text('address', '地址', 'Address', 'ADDRESS', ({ row }) => row.address))
  }
  for (const kind of d.units ?? []) {
    const [zh, en] = UNIT_NAMES[kind]
    out.push(
      text(kind, zh, en, UNIT_SHORT[kind], ({ row, units }) =>
        row[`${kind}_id`] === null ? null : (units.get(row[`${kind}_id`] as string) ?? null)
      )
    )
  }
  for (const a of d.attributes) {
    if (!mayReadAttribute(actor, a)) continue
    const kind = a.mask
      ? 'text'
      : a.type === 'integer' || a.type === 'number' || a.type === 'boolean' || a.type === 'date'
        ? a.type
        : 'text'
    const names = new Map((a.choices ?? []).map((c) => [c.value, c.name.zh]))
    const named = (value: unknown): string => names.get(String(value)) ?? String(value)
    out.push({
      key: a.key,
      zh: a.name.zh,
      en: a.name.en,
      short: a.alias?.find((n) => /^[A-Za-z_][A-Za-z0-9_]{0,9}$/.test(n)) ?? a.key.slice(0, 10).toUpperCase(),
      kind,
      cell({ attributes }) {
        const value = attributes[a.key]
        if (value === undefined || value === null) return null
        if (Array.isArray(value)) return value.map(named).join('、')
        return typeof value === 'string'
          ? named(value)
          : typeof value === 'number' || typeof value === 'boolean'
            ? value
            : JSON.stringify(value)
      }
    })
  }
  return distinct(out)
}

/** No two headings and no two short names the same. */
function distinct(columns: ExportColumn[]): ExportColumn[] {
  const [zh, en, short] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const free = (name: string, taken: Set<string>, limit: number): string => {
    let out = name
    for (let n = 2; taken.has(out.toUpperCase()); n++) out = `${name.slice(0, limit - String(n).length)}${n}`
    taken.add(out.toUpperCase())
    return out
  }
  return columns.map((c) => ({ ...c, zh: free(c.zh, zh, 60), en: free(c.en, en, 60), short: free(c.short, short, 10) }))
}
