const M_PER_DEGREE = 111_195

export interface Placed {
  of: number
  item: string
  lng: number | null
  lat: number | null
}

/**
 * For each item the `most` others that count with it: the nearest within `withinM`, or, where `named` says what each names, those that name the same.
 * Squares of a grid as wide as the radius keep it linear in the items.
 */
export function nearest(
  things: readonly Placed[],
  withinM: number,
  named: ReadonlyMap<string, string> | null,
  most: number
): (item: string) => number[] {
  const by = new Map<string, Placed[]>()
  const square = (lng: number, lat: number, dx: number, dy: number): string => {
    const y = Math.floor((lat * M_PER_DEGREE) / withinM) + dy
    // Wide as at the middle of its row, so that neighbours stay neighbours.
    const k = M_PER_DEGREE * Math.cos(((y * withinM) / M_PER_DEGREE) * (Math.PI / 180))
    return `${Math.floor((lng * k) / withinM) + dx}/${y}`
  }
  const keyOf = (t: Placed): string | undefined =>
    named ? named.get(t.item) : t.lng === null || t.lat === null ? undefined : square(t.lng, t.lat, 0, 0)
  for (const t of things) {
    const key = keyOf(t)
    if (key === undefined) continue
    const group = by.get(key)
    if (group) group.push(t)
    else by.set(key, [t])
  }
  const ofItem = new Map(things.map((t) => [t.item, t]))
  return (item) => {
    const t = ofItem.get(item)
    if (!t) return []
    if (named) {
      const group = by.get(named.get(item) ?? '') ?? []
      return group
        .filter((o) => o.item !== item)
        .slice(0, most)
        .map((o) => o.of)
    }
    if (t.lng === null || t.lat === null) return []
    const found: { of: number; d: number }[] = []
    const k = M_PER_DEGREE * Math.cos((t.lat * Math.PI) / 180)
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -2; dx <= 2; dx++)
        for (const o of by.get(square(t.lng, t.lat, dx, dy)) ?? []) {
          const d = Math.hypot((o.lng! - t.lng) * k, (o.lat! - t.lat) * M_PER_DEGREE)
          if (o.item !== item && d <= withinM) found.push({ of: o.of, d })
        }
    return found
      .sort((a, b) => a.d - b.d || a.of - b.of)
      .slice(0, most)
      .map((f) => f.of)
  }
}
