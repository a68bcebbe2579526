/** Union of areas that meet vertex to vertex: exact, because it only drops the sides two of them share. */
import { insideShape } from './inside.ts'
import { interiorPointOf, type Line, polygonize } from './jts.ts'
import { eachSegment, segmentKey } from './lattice.ts'
import type { Shape } from './shape.ts'

/** The outline of all shapes together. Shapes that do not share vertices along a common border come out side by side. */
export function dissolve(shapes: readonly Shape[]): Shape {
  const only = shapes[0]
  if (shapes.length === 1 && only) return only
  const outline = new Map<string, Line>()
  for (const shape of shapes) {
    for (const ring of shape.flat()) {
      eachSegment(ring, (ax, ay, bx, by) => {
        const key = segmentKey(ax, ay, bx, by)
        if (!outline.delete(key)) outline.set(key, [ax, ay, bx, by])
      })
    }
  }
  const found = polygonize(outline.values())
  if (found.length === 1) return found
  return found.filter((polygon) => {
    const [x, y] = interiorPointOf([polygon])
    return shapes.some((shape) => insideShape(shape, x, y))
  })
}
