/** The places of the city in memory: what other modules ask about points. One per database handle and process. */
import type { Db } from '../../platform/db.ts'
import { buildLocator, locatorBuilder } from './domain/locator.ts'
import {
  dutyOf,
  type GeoPoint,
  type NamedCode,
  type PlaceData,
  type PlaceLookup,
  type Places,
  placesOf,
  shared
} from './domain/places.ts'
import { buildRoadIndex, type RoadIndex } from './domain/roads.ts'
import { decodeShape } from './domain/shape.ts'
import { getRevision, listDivisions, listGridPage, listOutlines, listRoads } from './queries.ts'

export type { GeoPoint, NamedCode, PlaceLookup }

export interface GeoService extends PlaceLookup {
  roads(): RoadIndex
  /** Codes of unit grids whose boxes touch a window in degrees. */
  gridsWithin(w: number, s: number, e: number, n: number): string[]
  /** The duty grid of a unit grid; null when none. */
  dutyGridOf(gridCode: string): string | null
  /** Changes whenever divisions, grids or duty grids change; good as an ETag. */
  revision(): string
  readonly gridCount: number
  /** The places as they are now, for `placesFrom` in another thread: what is large lies in shared memory. */
  share(): PlaceData
  /** Loads anew when the database has moved on. Answers whether it did. */
  refresh(): Promise<boolean>
}

const PAGE = 4000

/** Unit grids in pages, with the position of each one's duty grid. */
async function loadGrids(db: Db): Promise<Pick<Places, 'grids' | 'duty' | 'dutyCodes'>> {
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

async function load(db: Db): Promise<Places> {
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

  const dutyAt = (index: number): string | null => dutyOf(now, index)
  const places = placesOf(() => now)

  return {
    ...places,
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
    share: () => shared(now),
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
