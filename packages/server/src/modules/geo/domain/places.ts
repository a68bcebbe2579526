/** What is asked about points of a city: unit grids, districts, roads and names in memory, the same in every thread. */
import type { Located, RegionClass } from '@chengyun/contract/geo'
import { type Locator, type LocatorData, locatorFrom } from './locator.ts'
import { type RoadData, type RoadHit, type RoadIndex, roadIndexFrom } from './roads.ts'

/** Degrees, CGCS2000. */
export interface GeoPoint {
  lng: number
  lat: number
}
export interface NamedCode {
  code: string
  name: string
}

/** Questions that need no database. */
export interface PlaceLookup {
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
  /** The code of the unit grid of a point, of its district where there is no grid near; null outside the city. */
  gridAt(point: GeoPoint): string | null
  /** `addressOf` of a point whose `gridAt` is known. */
  addressIn(code: string, point: GeoPoint): string
  /** The nearest road within 800 m. */
  nearestRoad(point: GeoPoint): RoadHit | null
}

const ROAD_REACH_M = 800

/** The places of a city at one revision. */
export interface Places {
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

/** The same without what only one thread can hold; the large arrays lie in shared memory. */
export interface PlaceData extends Omit<Places, 'grids' | 'districts' | 'roads'> {
  grids: LocatorData
  districts: LocatorData
  roads: RoadData
}

/** Places as another thread may be given them. */
export const shared = (places: Places): PlaceData => ({
  ...places,
  grids: places.grids.data,
  districts: places.districts.data,
  roads: places.roads.data
})

/** The questions on places another thread has loaded. */
export function placesFrom(data: PlaceData): PlaceLookup {
  const places: Places = {
    ...data,
    grids: locatorFrom(data.grids),
    districts: locatorFrom(data.districts),
    roads: roadIndexFrom(data.roads)
  }
  return placesOf(() => places)
}

/** The duty grid of the unit grid at a position; null when none. */
export const dutyOf = (places: Places, index: number): string | null => places.dutyCodes[(places.duty[index] ?? 0) - 1] ?? null

/** The questions, answered by the places as they are at the time. */
export function placesOf(current: () => Places): PlaceLookup {
  const name = (code: string): string => current().names.get(code) ?? ''
  const classOf = (code: string): RegionClass => {
    const { classes } = current()
    return classes.get(code) ?? classes.get(code.slice(0, 9)) ?? classes.get(code.slice(0, 6)) ?? 'C'
  }
  const locate = ({ lng, lat }: GeoPoint): Located | null => {
    const now = current()
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
      dutyGridCode: dutyOf(now, hit.index),
      regionClass: classOf(communityCode),
      distanceM: Math.round(hit.distanceM * 100) / 100
    }
  }
  const districtAt = ({ lng, lat }: GeoPoint): NamedCode | null => {
    const code = current().districts.find(lng, lat)
    return code === null ? null : { code, name: name(code) }
  }
  const nearestRoad = ({ lng, lat }: GeoPoint): RoadHit | null => current().roads.nearest(lng, lat, ROAD_REACH_M)
  const lineOf = (at: NamedPlace, point: GeoPoint): string => {
    const road = nearestRoad(point)
    return `${at.districtName}${at.streetName}${road ? `${road.road.name}${road.houseNumber}号` : at.communityName}附近`
  }

  return {
    locate,
    districtAt,
    nearestRoad,
    cityContains: (point) => locate(point) !== null || districtAt(point) !== null,
    gridAt: ({ lng, lat }) => current().grids.findNear(lng, lat)?.code ?? current().districts.find(lng, lat),
    nameOf: (code) => (code === null ? null : (current().names.get(code) ?? null)),
    fullNameOf: (code) =>
      [6, 9, 12]
        .filter((length) => code.length >= length)
        .map((length) => name(code.slice(0, length)))
        .join(''),
    regionClassOf: classOf,
    addressOf(point) {
      const at = locate(point)
      return at === null ? (districtAt(point)?.name ?? '') : lineOf(at, point)
    },
    addressIn(code, point) {
      if (code.length < 15) return name(code)
      const [districtName, streetName, communityName] = [6, 9, 12].map((n) => name(code.slice(0, n))) as [string, string, string]
      return lineOf({ districtName, streetName, communityName }, point)
    }
  }
}

type NamedPlace = Pick<Located, 'districtName' | 'streetName' | 'communityName'>
