/** The places of the city in memory: what other modules ask about points. One per database handle and process. */
import type { Located, RegionClass } from '@chengyun/contract/geo'
import type { Db } from '../../platform/db.ts'
import { buildLocator, type Locator, locatorBuilder } from './domain/locator.ts'
import { buildRoadIndex, type RoadHit, type RoadIndex } from './domain/roads.ts'
import { decodeShape } from './domain/shape.ts'
import { getRevision, listDivisions, listGridPage, listOutlines, listRoads } from './queries.ts'

/** Degrees, CGCS2000. */
export interface GeoPoint {
  lng: number
  lat: number
}
export interface NamedCode {
  code: string
  name: string
}

export interface GeoService {
  /** The unit grid of a point and everything above it; a point outside every grid gets the nearest within 50 m, else null. */
  locate(point: GeoPoint): Located | null
  /** The district whose outline holds the point; null outside the city. */
  districtAt(point: GeoPoint): NamedCode | null
  /** Whether the point lies in a unit grid or in the outline of a district. */
  cityContains(point: GeoPoint): boolean
  /** The name of a division by its code; null when there is none. */
  nameOf(code: string | null): string | null
  /** District, street and community names of a division code, joined. */
  fullNameOf(code: string): string
  regionClassOf(code: string): RegionClass
  /** One printable line: 市北区辽宁路街道热河路12号附近. Empty outside the city. */
  addressOf(point: GeoPoint): string
  /** The nearest road within 800 m. */
  nearestRoad(point: GeoPoint): RoadHit | null
  roads(): RoadIndex
  /** Codes of unit grids whose boxes touch a window in degrees. */
  gridsWithin(w: number, s: number, e: number, n: number): string[]
  /** The duty grid of a unit grid; null when none. */
  dutyGridOf(gridCode: string): string | null
  /** Changes whenever divisions, grids or duty grids change; good as an ETag. */
  revision(): string
  readonly gridCount: number
  /** Loads anew when the database has moved on. Answers whether it did. */
  refresh(): Promise<boolean>
}

const ROAD_REACH_M = 800

interface Snapshot {
  revision: string
  grids: Locator
  /** Per grid, position in dutyCodes plus one; 0 for none. */
  duty: Uint32Array
  dutyCodes: readonly string[]
  districts: Locator
  names: ReadonlyMap<string, string>
  classes: ReadonlyMap<string, RegionClass>
  roads: RoadIndex
}

const PAGE = 4000

/** Unit grids in pages, with the position of each one's duty grid. */
async function loadGrids(db: Db): Promise<Pick<Snapshot, 'grids' | 'duty' | 'dutyCodes'>> {
  const builder = locatorBuilder()
  const dutyIndex = new Map<string, number>()
  const duty: number[] = []
  for (let after = ''; ; ) {
    const page = await listGridPage(db, after, PAGE)
    for (const row of page) {
      builder.add({ code: row.code, shape: decodeShape(row.shape) })
      if (row.duty !== null && !dutyIndex.has(row.duty)) dutyIndex.set(row.duty, dutyIndex.size + 1)
      duty.push(row.duty === null ? 0 : (dutyIndex.get(row.duty) as number))
    }
    if (page.length < PAGE) break
    after = (page.at(-1) as { code: string }).code
  }
  return { grids: builder.finish(), duty: Uint32Array.from(duty), dutyCodes: [...dutyIndex.keys()] }
}

async function load(db: Db): Promise<Snapshot> {
  // The revision first: a change during the load makes the next comparison load again.
  const revision = await getRevision(db)
  const divisions = await listDivisions(db)
  const districts = await listOutlines(db, 'district')
  const roads = await listRoads(db)
  return {
    revision,
    ...(await loadGrids(db)),
    districts: buildLocator(districts.map(({ code, shape }) => ({ code, shape: decodeShape(shape as Uint8Array) }))),
    names: new Map(divisions.map((d) => [d.code, d.name])),
    classes: new Map(divisions.map((d) => [d.code, d.region_class])),
    roads: buildRoadIndex(roads.map(({ code, name, line }) => ({ code, name, line: lineOf(line) })))
  }
}

function lineOf(bytes: Uint8Array): Int32Array {
  const own = Uint8Array.from(bytes)
  return new Int32Array(own.buffer, 0, own.byteLength >> 2)
}

const services = new WeakMap<Db, Promise<GeoService>>()

/** The service of a database handle, loaded on first use. */
export function geoService(db: Db): Promise<GeoService> {
  const known = services.get(db)
  if (known) return known
  const made = createGeoService(db)
  services.set(db, made)
  made.catch(() => services.delete(db))
  return made
}

async function createGeoService(db: Db): Promise<GeoService> {
  let now = await load(db)
  let loading: Promise<boolean> | null = null

  const name = (code: string): string => now.names.get(code) ?? ''
  const classOf = (code: string): RegionClass =>
    now.classes.get(code) ?? now.classes.get(code.slice(0, 9)) ?? now.classes.get(code.slice(0, 6)) ?? 'C'
  const dutyAt = (index: number): string | null => now.dutyCodes[(now.duty[index] ?? 0) - 1] ?? null

  const locate = ({ lng, lat }: GeoPoint): Located | null => {
    const hit = now.grids.findNear(lng, lat)
    if (hit === null) return null
    const [communityCode, streetCode, districtCode] = [hit.code.slice(0, 12), hit.code.slice(0, 9), hit.code.slice(0, 6)]
    return {
      gridCode: hit.code,
      communityCode,
      communityName: name(communityCode),
      streetCode,
      streetName: name(streetCode),
      districtCode,
      districtName: name(districtCode),
      dutyGridCode: dutyAt(hit.index),
      regionClass: classOf(communityCode),
      distanceM: Math.round(hit.distanceM * 100) / 100
    }
  }
  const districtAt = ({ lng, lat }: GeoPoint): NamedCode | null => {
    const code = now.districts.find(lng, lat)
    return code === null ? null : { code, name: name(code) }
  }
  const nearestRoad = ({ lng, lat }: GeoPoint): RoadHit | null => now.roads.nearest(lng, lat, ROAD_REACH_M)

  return {
    locate,
    districtAt,
    nearestRoad,
    cityContains: (point) => locate(point) !== null || districtAt(point) !== null,
    nameOf: (code) => (code === null ? null : (now.names.get(code) ?? null)),
    fullNameOf: (code) =>
      [6, 9, 12]
        .filter((length) => code.length >= length)
        .map((length) => name(code.slice(0, length)))
        .join(''),
    regionClassOf: classOf,
    addressOf(point) {
      const at = locate(point)
      if (at === null) return districtAt(point)?.name ?? ''
      const road = nearestRoad(point)
      return `${at.districtName}${at.streetName}${road ? `${road.road.name}${road.houseNumber}号` : at.communityName}附近`
    },
    roads: () => now.roads,
    gridsWithin: (w, s, e, n) => now.grids.within(w, s, e, n),
    dutyGridOf(gridCode) {
      const index = positionOf(now.grids.codes, gridCode)
      return index === -1 ? null : dutyAt(index)
    },
    revision: () => now.revision,
    get gridCount() {
      return now.grids.size
    },
    refresh() {
      loading ??= (async () => {
        try {
          if ((await getRevision(db)) === now.revision) return false
          now = await load(db)
          return true
        } finally {
          loading = null
        }
      })()
      return loading
    }
  }
}

/** Position of a code in a sorted list; -1 when absent. */
function positionOf(sorted: readonly string[], code: string): number {
  let [low, high] = [0, sorted.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const at = sorted[middle] as string
    if (at === code) return middle
    if (at < code) low = middle + 1
    else high = middle - 1
  }
  return -1
}
