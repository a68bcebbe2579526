/** Reads a boundary file: GeoJSON features → coded shapes in CGCS2000, each fault with the feature it belongs to. */
import type { Crs, GEO_ERRORS, ImportRejection } from '@chengyun/contract/geo'
import { type LngLat, toCgcs2000 } from './crs.ts'
import { invalidReason } from './jts.ts'
import { type GeoJsonGeometry, type Shape, shapeFromGeoJson } from './shape.ts'

export type ImportKind = 'divisions' | 'grids'
export type GeoErrorCode = keyof typeof GEO_ERRORS

/** How the file names things. */
export interface FeatureMapping {
  crs: Crs
  /** Property with the code; default `code`. */
  code: string
  /** Property with the name; default `name`. Unused for grids. */
  name: string
  /** Property with 初始时间 (YYYY-MM-DD or YYYYMMDD); absent: the day of the import. */
  validFrom: string
  /** Other properties kept with a unit grid. */
  landUse: string
  manageLevel: string
  remark: string
}

export const DEFAULT_MAPPING: FeatureMapping = {
  crs: 'CGCS2000',
  code: 'code',
  name: 'name',
  validFrom: 'validFrom',
  landUse: 'landUse',
  manageLevel: 'manageLevel',
  remark: 'remark'
}

export interface CodedFeature {
  index: number
  code: string
  name: string
  shape: Shape
  /** YYYY-MM-DD */
  validFrom: string | null
  landUse: string | null
  manageLevel: string | null
  remark: string | null
}

export interface ReadResult {
  total: number
  features: CodedFeature[]
  rejections: ImportRejection[]
}

const CODE_FORM: Record<ImportKind, RegExp> = { divisions: /^\d{6}(\d{3}(\d{3})?)?$/, grids: /^\d{15}$/ }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isPosition = (value: unknown): value is LngLat =>
  Array.isArray(value) &&
  value.length >= 2 &&
  Number.isFinite(value[0]) &&
  Number.isFinite(value[1]) &&
  Math.abs(value[0]) <= 180 &&
  Math.abs(value[1]) <= 90

function isPositions(value: unknown, depth: number): boolean {
  if (!Array.isArray(value) || value.length === 0) return false
  return value.every((item) => (depth === 0 ? isPosition(item) : isPositions(item, depth - 1)))
}

function convert(value: unknown, crs: Crs): unknown {
  if (isPosition(value)) return toCgcs2000(value, crs)
  return (value as unknown[]).map((item) => convert(item, crs))
}

function readShape(geometry: unknown, crs: Crs): Shape | string {
  if (!isRecord(geometry)) return 'no geometry'
  const { type, coordinates } = geometry
  if (type !== 'Polygon' && type !== 'MultiPolygon') return `${String(type)} is not a polygon`
  if (!isPositions(coordinates, type === 'Polygon' ? 1 : 2)) return 'coordinates are not longitude and latitude in degrees'
  const shape = shapeFromGeoJson({ type, coordinates: convert(coordinates, crs) } as GeoJsonGeometry)
  return shape.length === 0 ? 'the polygon has no area' : (invalidReason(shape) ?? shape)
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : typeof value === 'number' ? String(value) : null

function dayOf(value: unknown): string | null {
  const found = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(textOf(value) ?? '')
  return found ? `${found[1]}-${found[2]}-${found[3]}` : null
}

/** Reads a parsed GeoJSON FeatureCollection; null when it is none. Every feature ends up accepted or rejected with a reason. */
export function readFeatures(file: unknown, kind: ImportKind, mapping: FeatureMapping): ReadResult | null {
  if (!isRecord(file) || file.type !== 'FeatureCollection' || !Array.isArray(file.features)) return null
  const features: CodedFeature[] = []
  const rejections: ImportRejection[] = []
  const seen = new Set<string>()
  file.features.forEach((feature: unknown, index) => {
    const read = readFeature(feature, index, kind, mapping, seen)
    if ('reason' in read) rejections.push(read)
    else features.push(read)
    if (!('reason' in read)) seen.add(read.code)
  })
  return { total: file.features.length, features, rejections }
}

function readFeature(
  feature: unknown,
  index: number,
  kind: ImportKind,
  mapping: FeatureMapping,
  seen: ReadonlySet<string>
): CodedFeature | ImportRejection {
  const properties = isRecord(feature) && isRecord(feature.properties) ? feature.properties : {}
  const code = textOf(properties[mapping.code])
  const name = textOf(properties[mapping.name])
  const refused = (reason: GeoErrorCode, detail: string): ImportRejection => ({ index, code, reason, detail })
  if (code === null) return refused('GEO_CODE_MISSING', `no property ${mapping.code}`)
  if (!CODE_FORM[kind].test(code)) return refused('GEO_CODE_INVALID', code)
  if (seen.has(code)) return refused('GEO_CODE_DUPLICATE', code)
  if (kind === 'divisions' && name === null) return refused('GEO_NAME_MISSING', `no property ${mapping.name}`)
  const shape = readShape(isRecord(feature) ? feature.geometry : null, mapping.crs)
  if (typeof shape === 'string') return refused('GEO_GEOMETRY_INVALID', shape)
  return {
    index,
    code,
    name: name ?? '',
    shape,
    validFrom: dayOf(properties[mapping.validFrom]),
    landUse: textOf(properties[mapping.landUse]),
    manageLevel: textOf(properties[mapping.manageLevel]),
    remark: textOf(properties[mapping.remark])
  }
}
