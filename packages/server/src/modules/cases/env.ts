import type { Located } from '@chengyun/contract/geo'
import type { Db } from '../../platform/db.ts'
import type { Reference } from './queries/reference.ts'

/** What the commands of this module stand on, put together once at start (routes.ts) and handed down; tests build the same. */
export interface CaseEnv {
  db: Db
  reference: Reference
  /** Point → grid → community → street → district, from memory; null outside every grid. */
  locate(point: { lng: number; lat: number }): Located | null
  /** The district a point lies in when no grid covers it; null outside the city. */
  districtAt(point: { lng: number; lat: number }): { code: string; name: string } | null
  divisionName(code: string | null): string | null
  /** Wire coordinates of any system to CGCS2000. */
  toCgcs2000(lngLat: [number, number], crs: string): [number, number]
  /** A readable address for a point without one. */
  addressOf(point: { lng: number; lat: number }): string
  seal(text: string, context: string): string
  unseal(sealed: string, context: string): string
  blindIndex(text: string): string
  /** GB/T 2260 code of the city, for numbers of cases outside every district. */
  adcode: string
  timeZone: string
}
