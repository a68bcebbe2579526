import type { RegisterDeclaration } from '@chengyun/contract/registry'

interface Change {
  path: string
  before: string
  after: string
}

const NOTHING = '–'
const said = (v: unknown): string => (v === undefined ? NOTHING : typeof v === 'string' ? v : JSON.stringify(v))

/** What differs between two definitions. Attributes, states and classes are told apart by their key, so that a moved row is no change. */
export function changesBetween(before: RegisterDeclaration, after: RegisterDeclaration): Change[] {
  const a = flat(before)
  const b = flat(after)
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => said(a.get(path)) !== said(b.get(path)))
    .map((path) => ({ path, before: said(a.get(path)), after: said(b.get(path)) }))
}

function flat(value: unknown, at = '', out = new Map<string, unknown>()): Map<string, unknown> {
  if (Array.isArray(value) && value.some((v) => typeof v === 'object' && v !== null))
    value.forEach((v, i) => void flat(v, join(at, nameOf(v) ?? String(i)), out))
  else if (typeof value === 'object' && value !== null && !Array.isArray(value))
    for (const [key, v] of Object.entries(value)) flat(v, join(at, key), out)
  else out.set(at, value)
  return out
}

const join = (at: string, key: string): string => (at ? `${at}.${key}` : key)

function nameOf(v: unknown): string | null {
  if (typeof v !== 'object' || v === null) return null
  const o = v as Record<string, unknown>
  const key = o['key'] ?? o['code'] ?? o['value']
  return typeof key === 'string' ? key : null
}
