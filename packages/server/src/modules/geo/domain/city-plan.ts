/** Everything about places that a city profile makes: divisions with shapes, unit grids, duty grids, roads, places. Pure and
 *  the same every time. */
import type { RegionClass } from '@chengyun/contract/geo'
import type { CityFiles, DivisionRow } from './city-files.ts'
import { balancedClusters } from './clusters.ts'
import { cutDemoCity, type DemoDistrict } from './demo-city.ts'
import { type PlaceDraft, placeDemoPlaces } from './demo-places.ts'
import { layDemoRoads, type RoadDraft } from './demo-roads.ts'
import { dissolve } from './dissolve.ts'
import { areaM2 } from './ellipsoid.ts'
import { latticeAt } from './lattice.ts'
import { randomOf } from './random.ts'
import { centroidOf, type Shape, shapeFromGeoJson } from './shape.ts'
import { cutUnitGrids, type UnitGridDraft } from './unit-grid.ts'

export interface DivisionDraft extends DivisionRow {
  parentCode: string | null
  regionClass: RegionClass
  shape: Shape | null
  /** In units. */
  centroid: readonly [number, number] | null
  areaM2: number | null
}
export interface DutyGridDraft {
  code: string
  name: string
  streetCode: string
  gridCodes: string[]
}
export interface CityPlan {
  divisions: DivisionDraft[]
  grids: UnitGridDraft[]
  dutyGrids: DutyGridDraft[]
  roads: RoadDraft[]
  places: PlaceDraft[]
}

/** Called with a step's name and its share done, 0…1. */
export type PlanProgress = (step: 'divisions' | 'grids' | 'places' | 'write', share: number) => void

/** The code one level up; null for the city. */
export function parentCodeOf(code: string): string | null {
  if (code.length === 12) return code.slice(0, 9)
  if (code.length === 9) return code.slice(0, 6)
  return code.endsWith('00') ? null : `${code.slice(0, 4)}00`
}

/** A street without communities gets one of its own name, a district without streets one street: the chain grid → community →
 *  street → district must always be whole. */
function completeTree(rows: readonly DivisionRow[]): DivisionRow[] {
  const out = [...rows]
  const parents = new Set(rows.map((row) => parentCodeOf(row.code)))
  const fill = (level: 'district' | 'street', below: 'street' | 'community'): void => {
    for (const row of out.filter((d) => d.level === level && !parents.has(d.code))) {
      out.push({ code: `${row.code}000`, name: row.name, level: below })
      parents.add(row.code)
    }
  }
  fill('district', 'street')
  fill('street', 'community')
  return out.sort((a, b) => a.code.length - b.code.length || (a.code < b.code ? -1 : 1))
}

function childrenByParent(rows: readonly DivisionRow[]): Map<string, string[]> {
  const out = new Map<string, string[]>()
  for (const row of rows) {
    const parent = parentCodeOf(row.code)
    if (parent !== null) out.set(parent, [...(out.get(parent) ?? []), row.code])
  }
  return out
}

function groupDutyGrids(
  streets: readonly DivisionRow[],
  children: ReadonlyMap<string, readonly string[]>,
  plan: Pick<CityPlan, 'grids'>,
  shapes: ReadonlyMap<string, Shape>,
  files: CityFiles
): DutyGridDraft[] {
  const gridsOf = new Map<string, string[]>()
  for (const grid of plan.grids) {
    const own = gridsOf.get(grid.communityCode)
    if (own) own.push(grid.code)
    else gridsOf.set(grid.communityCode, [grid.code])
  }
  return streets.flatMap((street) => {
    const communities = (children.get(street.code) ?? []).filter((code) => gridsOf.has(code))
    if (communities.length === 0) return []
    const count = Math.ceil(communities.length / files.profile.dutyGrids.communitiesPerGrid)
    const centres = communities.map((code) => centroidOf(shapes.get(code) as Shape))
    const label = balancedClusters(
      centres,
      Array.from({ length: count }, () => 1),
      randomOf(`${files.profile.demoSeed}:duty:${street.code}`)
    )
    return Array.from({ length: count }, (_, i) => ({
      code: `${street.code}${String(i + 1).padStart(4, '0')}`,
      name: `${street.name}第${i + 1}责任网格`,
      streetCode: street.code,
      gridCodes: communities.filter((_, at) => label[at] === i).flatMap((code) => gridsOf.get(code) ?? [])
    }))
  })
}

/** Plans the city of a profile folder. Throws RangeError when an outline is too small for its communities. */
export function planCity(files: CityFiles, onProgress: PlanProgress = () => {}): CityPlan {
  const { profile, names } = files
  const rows = completeTree(files.divisions)
  const children = childrenByParent(rows)
  const districts: DemoDistrict[] = files.outlines.map(({ properties, geometry }) => ({
    code: properties.code,
    shape: shapeFromGeoJson(geometry),
    streets: (children.get(properties.code) ?? []).map((code) => ({ code, communityCodes: children.get(code) ?? [] }))
  }))
  onProgress('divisions', 0)
  const city = cutDemoCity(districts, profile.demoSeed)
  onProgress('divisions', 1)
  const cellM = (code: string): number => profile.unitGrid.cellM[code.slice(0, 6)] ?? profile.unitGrid.defaultCellM
  const areas = [...city.communities]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, shape]) => ({ code, shape, cellM: cellM(code) }))
  const grids = cutUnitGrids(areas, latticeAt(profile.unitGrid.referenceLat), (done) => onProgress('grids', done / areas.length))

  const shapes = new Map<string, Shape>([...city.communities, ...districts.map((d): [string, Shape] => [d.code, d.shape])])
  for (const street of rows.filter((row) => row.level === 'street')) {
    const parts = (children.get(street.code) ?? []).flatMap((code) => shapes.get(code) ?? [])
    if (parts.length > 0) shapes.set(street.code, dissolve(parts.map((polygon) => [polygon])))
  }
  const streets = rows.filter((row) => row.level === 'street')
  const dutyGrids = groupDutyGrids(streets, children, { grids }, shapes, files)
  onProgress('places', 0)
  const roads = names ? layDemoRoads(city.borders, names, profile.demoSeed) : []
  const places = names ? placeDemoPlaces(rows, city.communities, names, profile.demoSeed) : []
  onProgress('places', 1)
  return { divisions: rows.map((row) => draftOf(row, shapes, profile.regionClasses)), grids, dutyGrids, roads, places }
}

function draftOf(
  row: DivisionRow,
  shapes: ReadonlyMap<string, Shape>,
  classes: Readonly<Record<string, RegionClass>>
): DivisionDraft {
  const shape = shapes.get(row.code) ?? null
  const regionClass = classes[row.code.slice(0, 6)] ?? classes.default ?? 'C'
  const area = shape ? Math.round(areaM2(shape)) : null
  return {
    ...row,
    parentCode: parentCodeOf(row.code),
    regionClass,
    shape,
    centroid: shape ? centroidOf(shape) : null,
    areaM2: area
  }
}
