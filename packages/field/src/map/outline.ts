import type { Place } from './project.ts'

const known = new WeakMap<object, [Place, Place][]>()
const name = (p: Place): string => `${p[0].toFixed(6)},${p[1].toFixed(6)}`

/** The outer edge of an area that is made of cells: stretches that belong to one cell only. Worked out once. */
export function outlineOf(geometry: { coordinates: unknown }): [Place, Place][] {
  const found = known.get(geometry)
  if (found) return found
  const once = new Map<string, [Place, Place]>()
  for (const polygon of geometry.coordinates as Place[][][])
    for (const ring of polygon)
      for (let i = 1; i < ring.length; i++) {
        const a = ring[i - 1]!
        const b = ring[i]!
        const [from, to] = [name(a), name(b)].toSorted()
        const key = `${from} ${to}`
        if (once.has(key)) once.delete(key)
        else once.set(key, [a, b])
      }
  const edges = [...once.values()]
  known.set(geometry, edges)
  return edges
}
