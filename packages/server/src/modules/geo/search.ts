/** Text → places and point → address (geocoding, standards §2.3). */
import { type Address, GEO_ERRORS, type PlaceCandidate } from '@chengyun/contract/geo'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { distanceM, metresPerDegree } from './domain/ellipsoid.ts'
import { pointOfHouse } from './domain/roads.ts'
import { normalise, pairsOf, scoreOf, splitDoorplate } from './domain/search-terms.ts'
import { presentPlace } from './present.ts'
import { findNearestPlace, searchPlaces } from './queries.ts'
import type { GeoPoint, GeoService } from './service.ts'

const fail = thrower(GEO_ERRORS)
/** Rows read before ranking; the database has put the shortest names first. */
const MAX_READ = 200
/** How far the nearest named place may be to be mentioned, in metres. */
const PLACE_REACH_M = 300

/** Places that answer a text, best first. A door plate on a known road is computed even where nobody listed it.
 *  Throws GEO_QUERY_TOO_SHORT below two characters. */
export async function searchAddress(db: Db, geo: GeoService, query: string, limit: number): Promise<PlaceCandidate[]> {
  if ([...normalise(query)].length < 2) throw fail('GEO_QUERY_TOO_SHORT')
  const plate = splitDoorplate(query)
  const plates = plate ? doorplates(geo, query, plate) : []
  const rows = await searchPlaces(db, pairsOf(query), MAX_READ)
  const listed = rows.map((row) => presentPlace(row, scoreOf(query, row.name, row.share)))
  return [...plates, ...listed]
    .sort((a, b) => b.score - a.score || a.name.length - b.name.length || (a.id < b.id ? -1 : 1))
    .slice(0, limit)
}

function doorplates(geo: GeoService, query: string, plate: { road: string; houseNumber: number }): PlaceCandidate[] {
  const wanted = normalise(query)
  return geo
    .roads()
    .all()
    .filter((road) => plate.road.endsWith(normalise(road.name)))
    .flatMap((road): PlaceCandidate[] => {
      const at = pointOfHouse(road.line, plate.houseNumber)
      if (at === null) return []
      const located = geo.locate({ lng: at[0], lat: at[1] })
      const address = located ? located.districtName + located.streetName : ''
      const before = wanted.slice(0, wanted.indexOf(normalise(road.name)))
      const agrees = before === '' || normalise(address).includes(before)
      return [
        {
          id: `${road.code}-${plate.houseNumber}`,
          kind: 'doorplate',
          name: `${road.name}${plate.houseNumber}号`,
          address,
          position: [at[0], at[1]],
          gridCode: located?.gridCode ?? null,
          score: agrees ? 0.98 : 0.6
        }
      ]
    })
}

/** The address of a point: its grid, the nearest road with a house number, the nearest named place. */
export async function reverseAddress(db: Db, geo: GeoService, point: GeoPoint): Promise<Address> {
  const located = geo.locate(point)
  const road = geo.nearestRoad(point)
  const metres = metresPerDegree(point.lat)
  const [dx, dy] = [PLACE_REACH_M / metres.lng, PLACE_REACH_M / metres.lat]
  const around = geo.gridsWithin(point.lng - dx, point.lat - dy, point.lng + dx, point.lat + dy)
  const row = await findNearestPlace(db, point.lng, point.lat, around)
  const away = row ? distanceM([point.lng, point.lat], [row.lng, row.lat]) : Infinity
  const nearest = row && away <= PLACE_REACH_M ? presentPlace(row, 1 - away / PLACE_REACH_M) : null
  return {
    text: geo.addressOf(point),
    located,
    road: road?.road.name ?? null,
    nearest,
    distanceM: nearest ? Math.round(away) : null
  }
}
