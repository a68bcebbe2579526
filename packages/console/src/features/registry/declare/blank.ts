import type { RegisterDeclaration } from '@chengyun/contract/registry'

type Names = RegisterDeclaration['name']

/** A register to begin with: sound but for its names, with one living and one ending state. */
export function blankDeclaration(words: { inUse: Names; removed: Names }): RegisterDeclaration {
  return {
    id: '',
    name: { zh: '', en: '' },
    group: 'facility',
    geometry: 'point',
    code: { rule: 'sequence', prefix: 'XX{county}-', digits: 5 },
    states: [
      { key: 'inUse', name: words.inUse, tone: 'ok' },
      { key: 'removed', name: words.removed, ends: true }
    ],
    initialState: 'inUse',
    attributes: [],
    columns: ['code', 'name', 'status', 'address', 'updatedAt'],
    symbol: { shape: 'dot', color: '#2f6fde' },
    access: 'staff'
  }
}

/** A copy without what is empty, as the schema wants it: an absent key, never an empty one. */
export function tidy(d: RegisterDeclaration): RegisterDeclaration {
  const out = structuredClone(d) as unknown as Record<string, unknown>
  prune(out)
  // These stand there even when empty.
  for (const key of ['attributes', 'columns', 'states']) out[key] ??= []
  return out as unknown as RegisterDeclaration
}

const KEPT = new Set(['id', 'key', 'value', 'zh', 'en', 'code', 'prefix', 'pattern', 'name'])

function prune(o: Record<string, unknown>): void {
  for (const [key, v] of Object.entries(o)) {
    if (Array.isArray(v)) for (const one of v) if (isObject(one)) prune(one)
    if (isObject(v)) {
      prune(v)
      const names = Object.keys(v)
      if ((key === 'help' || key === 'description') && names.every((n) => !v[n])) delete o[key]
    }
    if (v === null || v === undefined || v === false || (Array.isArray(v) && v.length === 0)) delete o[key]
    if (v === '' && !KEPT.has(key)) delete o[key]
  }
}

const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)

/** The part of the editor a fault belongs to, by its path. */
export function partOf(path: string): Part {
  const [, first = ''] = path.split('/')
  if (first === 'attributes') return 'attributes'
  if (first === 'states' || first === 'initialState') return 'states'
  if (first === 'code' || first === 'classes') return 'code'
  if (first === 'columns' || first === 'form') return 'layout'
  if (first === 'relations') return 'relations'
  return 'basics'
}

/** Parts of the editor, in their order. */
export const PARTS = ['basics', 'code', 'states', 'attributes', 'layout', 'relations'] as const
export type Part = (typeof PARTS)[number]

/** A list with one entry moved by a step; unchanged at its ends. */
export function moved<T>(list: readonly T[], index: number, by: number): T[] {
  const to = index + by
  const out = [...list]
  const [one] = out.splice(index, 1)
  if (one === undefined || to < 0 || to >= list.length) return [...list]
  out.splice(to, 0, one)
  return out
}
