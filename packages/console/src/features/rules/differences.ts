/** A place of a rule whose value differs, as its JSON names it. */
export interface Difference {
  path: string
  before: string | null
  after: string | null
}

function leaves(value: unknown, path: string, out: Map<string, string>): void {
  if (typeof value !== 'object' || value === null) {
    out.set(path, JSON.stringify(value) ?? '')
    return
  }
  for (const [key, inner] of Object.entries(value)) {
    const name = Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    leaves(inner, name, out)
  }
}

/** Every single value that differs between two versions; null where there is none. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [a, b] = [new Map<string, string>(), new Map<string, string>()]
  leaves(before ?? {}, '', a)
  leaves(after, '', b)
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => a.get(path) !== b.get(path))
    .map((path) => ({ path, before: a.get(path) ?? null, after: b.get(path) ?? null }))
}
