import { distanceM, toCgcs2000 } from '../geo/index.ts'

export { distanceM, toCgcs2000 }

/** A place as PostgreSQL's `point` takes it; `[lng, lat]`. */
export const pointText = (place: readonly [number, number] | null): string | null => place && `(${place[0]},${place[1]})`

/** A `point` as `pg` gives it. */
export const placeOfPoint = (point: { x: number; y: number } | null): [number, number] | null => point && [point.x, point.y]
