/** Rows → contract views. */
import type { Division, DutyGrid, PlaceCandidate } from '@chengyun/contract/geo'
import { decodeShape, shapeToGeoJson, toDegrees } from './domain/shape.ts'
import type { DivisionRecord, DutyGridRecord, GridRecord, PlaceRecord } from './queries.ts'
import type { GeoService } from './service.ts'

export function presentDivision(row: Omit<DivisionRecord, 'shape'> & { grid_count: number }): Division {
  return {
    code: row.code,
    name: row.name,
    level: row.level,
    parentCode: row.parent_code,
    centroid: row.lng === null || row.lat === null ? null : [row.lng, row.lat],
    areaM2: row.area_m2,
    regionClass: row.region_class,
    gridCount: row.grid_count
  }
}

export function presentPlace(row: Omit<PlaceRecord, 'terms'>, score: number): PlaceCandidate {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    address: row.address,
    position: [row.lng, row.lat],
    gridCode: row.grid_code,
    score: Math.round(score * 1000) / 1000
  }
}

export function presentDutyGrid(row: DutyGridRecord): DutyGrid {
  return {
    code: row.code,
    name: row.name,
    shift: row.shift,
    streetCode: row.street_code,
    gridCount: row.grid_count,
    centroid: [Math.round(row.lng * 1e7) / 1e7, Math.round(row.lat * 1e7) / 1e7]
  }
}

/** A unit grid as a GeoJSON feature. */
export function presentGrid(row: GridRecord, geo: GeoService) {
  return {
    type: 'Feature' as const,
    id: row.code,
    properties: {
      code: row.code,
      communityCode: row.community_code,
      areaM2: row.area_m2,
      centroid: [row.lng, row.lat],
      dutyGridCode: geo.dutyGridOf(row.code),
      landUse: row.land_use,
      manageLevel: row.manage_level,
      validFrom: row.valid_from_on
    },
    geometry: shapeToGeoJson(decodeShape(row.shape))
  }
}

/** A division's outline as a GeoJSON feature. `generated`: made up by the demo generator. */
export function presentOutline(row: { code: string; name: string; generated: boolean; shape: Uint8Array | null }) {
  return {
    type: 'Feature' as const,
    id: row.code,
    properties: { code: row.code, name: row.name, generated: row.generated },
    geometry: row.shape === null ? null : shapeToGeoJson(decodeShape(row.shape))
  }
}

/** A road as a GeoJSON feature; `rank` 1 shows from afar, 3 from close by. */
export function presentRoad(road: { code: string; name: string; line: Int32Array }, rank: number) {
  const coordinates: [number, number][] = []
  for (let i = 0; i < road.line.length; i += 2)
    coordinates.push([toDegrees(road.line[i] as number), toDegrees(road.line[i + 1] as number)])
  return {
    type: 'Feature' as const,
    id: road.code,
    properties: { code: road.code, name: road.name, rank },
    geometry: { type: 'LineString', coordinates }
  }
}
