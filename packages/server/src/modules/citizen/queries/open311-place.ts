import type { CaseEnv } from '../../cases/index.ts'
import { type GeoService, searchAddress } from '../../geo/index.ts'
import type { Place } from '../commands/open311-report.ts'
import { refusal } from '../domain/open311-args.ts'
import type { Whereabouts } from '../domain/open311-report.ts'
import { findGridCentre } from './open311.ts'

/** An address that answers a text worse than this is another address. */
const GOOD_ENOUGH = 0.5

/**
 * Finds the place of a report. An address gives the street it lies in and not a point: what geocoding guessed must not look measured.
 * @throws AppError OPEN311_ADDRESS_UNKNOWN
 */
export async function findPlace(env: CaseEnv, geo: GeoService, where: Whereabouts, address: string | undefined): Promise<Place> {
  if (where.form === 'point')
    return { location: [where.lng, where.lat], crs: 'WGS84', precision: 'exact', ...(address && { address }) }
  if (where.form === 'id') {
    const centre = await findGridCentre(env.db, where.id)
    if (!centre) throw refusal('OPEN311_ADDRESS_UNKNOWN', { name: 'address_id' })
    return { location: centre, precision: 'street' }
  }
  const found = [...where.text].length < 2 ? [] : await searchAddress(env.db, geo, where.text, 1)
  const best = found[0]
  if (best && best.score >= GOOD_ENOUGH) return { location: best.position, precision: 'street', address: where.text }
  throw refusal('OPEN311_ADDRESS_UNKNOWN', { name: 'address_string' })
}
