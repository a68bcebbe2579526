/** Land and sea around a city (coast.json of a profile): the ground of the base map. */
import { Type } from 'typebox'
import { intersectionOf } from './jts.ts'
import { type Box, boxOf, type Ring, type Shape, UNITS } from './shape.ts'

const Degrees = Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()])

/** coast.json: rings as differences of whole numbers (x, y, then steps), `scale` of them a degree. */
export const CoastFile = Type.Object({
  origin: Type.String(),
  licence: Type.String(),
  crs: Type.String(),
  /** West, south, east, north in degrees: what lies outside is unknown, not sea. */
  extent: Degrees,
  scale: Type.Integer({ minimum: 1, maximum: UNITS }),
  land: Type.Array(Type.Array(Type.Array(Type.Integer())))
})
export interface CoastFile {
  origin: string
  extent: [number, number, number, number]
  scale: number
  land: readonly (readonly (readonly number[])[])[]
}

/** Land of a coast file as a shape. */
export function landOf(file: Pick<CoastFile, 'scale' | 'land'>): Shape {
  const step = UNITS / file.scale
  const unpack = (steps: readonly number[]): Ring => {
    const ring = new Int32Array(steps.length)
    let [x, y] = [0, 0]
    for (let i = 0; i + 1 < steps.length; i += 2) {
      x += steps[i] as number
      y += steps[i + 1] as number
      ring[i] = Math.round(x * step)
      ring[i + 1] = Math.round(y * step)
    }
    return ring
  }
  return file.land.map((polygon) => polygon.map(unpack))
}

/** The part of a shape within a window in units. Parts that lie wholly inside stay as they are; a part whose ring the overlay cannot
 *  take (it may touch itself after rounding) stays whole, which draws the same. */
export function clipTo(shape: Shape, [w, s, e, n]: Box): Shape {
  const frame: Shape = [[Int32Array.of(w, s, e, s, e, n, w, n)]]
  return shape.flatMap((polygon): Shape => {
    const box = boxOf([polygon])
    if (box[0] > e || box[2] < w || box[1] > n || box[3] < s) return []
    if (box[0] >= w && box[2] <= e && box[1] >= s && box[3] <= n) return [polygon]
    try {
      return intersectionOf([polygon], frame)
    } catch {
      return [polygon]
    }
  })
}
