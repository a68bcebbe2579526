/** The shipped city as input of the demo generator, for tests and the bench. */
import { readFileSync } from 'node:fs'
import type { DemoDistrict } from './demo-city.ts'
import { type GeoJsonGeometry, shapeFromGeoJson } from './shape.ts'

const read = (file: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../../../../../cities/qingdao/${file}`, import.meta.url), 'utf8'))

/** Districts of Qingdao, all or those named. */
export function qingdaoDistricts(codes?: readonly string[]): DemoDistrict[] {
  const { divisions } = read('divisions.json') as { divisions: { code: string; name: string; level: string }[] }
  const { features } = read('outlines.json') as { features: { properties: { code: string }; geometry: GeoJsonGeometry }[] }
  const below = (level: string, code: string): string[] =>
    divisions.filter((d) => d.level === level && d.code.startsWith(code)).map((d) => d.code)
  return features
    .filter(({ properties }) => !codes || codes.includes(properties.code))
    .map(({ properties, geometry }) => ({
      code: properties.code,
      shape: shapeFromGeoJson(geometry),
      streets: below('street', properties.code).map((code) => ({ code, communityCodes: below('community', code) }))
    }))
}
