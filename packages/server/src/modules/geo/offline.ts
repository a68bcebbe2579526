/** Pieces of a base map that a device keeps: unit grids of duty grids, roads and names inside. Degrees, CGCS2000. */
import type { Db } from '../../platform/db.ts'
import { decodeShape, shapeToGeoJson, toDegrees } from './domain/shape.ts'
import { listDutyGridMembers, listGrids, listPlacesIn } from './queries.ts'
import type { GeoService } from './service.ts'

export interface CellShape {
  code: string
  dutyGridCode: string
  /** Polygons of rings; a multipolygon also when there is one part. */
  coordinates: [number, number][][][]
}

/** Valid unit grids of some duty grids with their shapes. */
export async function cellsOfDutyGrids(db: Db, dutyGridCodes: readonly string[]): Promise<CellShape[]> {
  const out: CellShape[] = []
  for (const dutyGridCode of dutyGridCodes) {
    const rows = await listGrids(db, await listDutyGridMembers(db, dutyGridCode))
    for (const { code, shape } of rows) {
      const geometry = shapeToGeoJson(decodeShape(shape))
      const coordinates = (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates) as [number, number][][][]
      out.push({ code, dutyGridCode, coordinates })
    }
  }
  return out
}

/** Roads that touch a window, as lines. */
export function roadLines(
  geo: GeoService,
  [w, s, e, n]: readonly [number, number, number, number]
): { code: string; name: string; coordinates: [number, number][] }[] {
  return geo
    .roads()
    .within(w, s, e, n)
    .map(({ code, name, line }) => ({
      code,
      name,
      coordinates: Array.from({ length: line.length >> 1 }, (_, i): [number, number] => [
        toDegrees(line[2 * i] as number),
        toDegrees(line[2 * i + 1] as number)
      ])
    }))
}

/** Names of buildings and points of interest in some unit grids, at most `limit`. */
export async function placesIn(
  db: Db,
  gridCodes: readonly string[],
  limit: number
): Promise<{ name: string; kind: string; at: [number, number] }[]> {
  return (await listPlacesIn(db, gridCodes, limit)).map(({ name, kind, lng, lat }) => ({ name, kind, at: [lng, lat] }))
}
