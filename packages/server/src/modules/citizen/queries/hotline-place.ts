import type { HotlineOrder } from '@chengyun/contract/public'
import { type CaseEnv, cityOf } from '../../cases/index.ts'
import { type GeoService, searchAddress } from '../../geo/index.ts'
import type { Place } from '../commands/open311-report.ts'
import { gridCentreIn } from './hotline.ts'

/** An address that answers a text worse than this is another address. */
const GOOD_ENOUGH = 0.5

/**
 * Where an order lies, only as far as it is true: its coordinates are a point; an address found is a street; a division code is a street
 * or district; with nothing usable only the city is known, and the case waits for somebody to place it. Orders are never refused for it.
 */
export async function placeOfOrder(
  env: CaseEnv,
  geo: GeoService,
  order: Pick<HotlineOrder, 'incidentAddress' | 'lon' | 'lat' | 'crs' | 'areaCode'>,
  systemCrs: string
): Promise<Place> {
  const address = order.incidentAddress?.trim()
  const named = address ? { address } : {}
  if (order.lon !== undefined && order.lat !== undefined) {
    const crs = (order.crs ?? systemCrs) as NonNullable<Place['crs']>
    const [lng, lat] = env.toCgcs2000([order.lon, order.lat], crs)
    if (env.locate({ lng, lat }) || env.districtAt({ lng, lat }))
      return { location: [order.lon, order.lat], crs, precision: 'exact', ...named }
  }
  const found = address ? await pointOfAddress(env, geo, address, order.areaCode) : undefined
  if (found) return { location: found, precision: 'street', ...named }
  const area = order.areaCode
  const inArea = area === undefined ? undefined : await gridCentreIn(env.db, area)
  if (area !== undefined && inArea) return { location: inArea, precision: area.length > 6 ? 'street' : 'district', ...named }
  const inCity = (await gridCentreIn(env.db, env.adcode.slice(0, 4))) ?? (await cityOf(env.db)).center
  return { location: inCity, precision: 'city', ...named }
}

async function pointOfAddress(
  env: CaseEnv,
  geo: GeoService,
  address: string,
  areaCode: string | undefined
): Promise<[number, number] | undefined> {
  if (/[\p{L}\p{N}].*[\p{L}\p{N}]/u.exec(address) === null) return undefined
  const best = (await searchAddress(env.db, geo, address, 1))[0]
  if (!best || best.score < GOOD_ENOUGH) return undefined
  const [lng, lat] = best.position
  const district = env.locate({ lng, lat })?.districtCode ?? env.districtAt({ lng, lat })?.code
  // The hotline knows the district: an address of the same name in another one is not it.
  return district !== undefined && (areaCode === undefined || areaCode.startsWith(district)) ? [lng, lat] : undefined
}
