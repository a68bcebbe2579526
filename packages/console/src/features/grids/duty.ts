import type { DutyGrid } from '@chengyun/contract/geo'
import type { Feature, FeatureCollection } from 'geojson'
import { type Area, middleOf } from './draft.ts'

/** The next code of a duty grid in a street: the street and four digits, one more than the highest that is there. */
export function nextCode(street: string, grids: readonly Pick<DutyGrid, 'code'>[]): string {
  const last = Math.max(0, ...grids.filter((g) => g.code.length === 13).map((g) => Number(g.code.slice(9))))
  return `${street}${String(last + 1).padStart(4, '0')}`
}

/** Unit grids of a street: those of this duty grid, of others in their colours, of none. */
export function dutyFeatures(
  grids: FeatureCollection | undefined,
  chosen: ReadonlySet<string>,
  colorOf: (dutyGridCode: string) => string | undefined
): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: (grids?.features ?? []).flatMap((f): Feature[] => {
      const code = String(f.properties?.['code'])
      const duty = f.properties?.['dutyGridCode'] as string | null
      const on = chosen.has(code)
      const color = on || !duty ? undefined : colorOf(duty)
      const tone = on ? 'own' : duty ? 'other' : 'free'
      const properties = { key: code, label: code.slice(9), tone, on, ...(color ? { color } : {}) }
      return [
        { type: 'Feature', properties, geometry: f.geometry },
        { type: 'Feature', properties, geometry: { type: 'Point', coordinates: middleOf(f.geometry as Area) } }
      ]
    })
  }
}

/** Unit grids another duty grid holds in the same shift as errors, those nobody would hold as warnings. */
export function dutyFaults(
  grids: FeatureCollection | undefined,
  told: { taken: readonly string[]; uncovered: readonly string[] }
): FeatureCollection {
  const severities = new Map([
    ...told.uncovered.map((code) => [code, 'warning'] as const),
    ...told.taken.map((code) => [code, 'error'] as const)
  ])
  return {
    type: 'FeatureCollection',
    features: (grids?.features ?? []).flatMap((f) => {
      const severity = severities.get(String(f.properties?.['code']))
      return severity ? [{ type: 'Feature' as const, properties: { severity }, geometry: f.geometry }] : []
    })
  }
}
