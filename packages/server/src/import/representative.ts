/** A division as the search for a representative point needs it; `centroid` in CGCS2000. */
export interface CentredDivision {
  code: string
  level: 'city' | 'district' | 'street' | 'community'
  centroid: readonly [number, number] | null
}

export interface DivisionBook {
  divisions: readonly CentredDivision[]
  /** Code of the most exact division at a point; null outside the city. */
  codeAt(point: [number, number]): Promise<string | null> | (string | null)
}

/**
 * A point that stands for a division and surely lies in it: its centroid, or, where a bent outline leaves that outside, the centroid
 * nearest to it among the divisions below. Orders placed by words get it together with their `precision`, so that nobody takes it
 * for the spot. Answers null for a division without geometry.
 */
export function representativePoints(book: DivisionBook): (code: string) => Promise<[number, number] | null> {
  const known = new Map<string, Promise<[number, number] | null>>()
  const belongs = (inner: string, outer: CentredDivision): boolean =>
    inner.startsWith(outer.level === 'city' ? outer.code.slice(0, 4) : outer.code)

  const find = async (code: string): Promise<[number, number] | null> => {
    const division = book.divisions.find((d) => d.code === code)
    if (!division) return null
    const below = book.divisions.filter((d) => d !== division && d.centroid && belongs(d.code, division))
    const middle = division.centroid ?? below[0]?.centroid
    if (!middle) return null
    const away = ({ centroid }: CentredDivision) =>
      ((centroid![0] - middle[0]) * Math.cos((middle[1] * Math.PI) / 180)) ** 2 + (centroid![1] - middle[1]) ** 2
    const near = below.sort((a, b) => away(a) - away(b)).map((d) => d.centroid as readonly [number, number])
    for (const [lng, lat] of [middle, ...near]) {
      const at = await book.codeAt([lng, lat])
      if (at !== null && belongs(at, division)) return [lng, lat]
    }
    return null
  }
  return (code) => {
    const earlier = known.get(code)
    if (earlier) return earlier
    const search = find(code)
    known.set(code, search)
    return search
  }
}
