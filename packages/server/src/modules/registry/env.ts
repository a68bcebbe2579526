import type { Db } from '../../platform/db.ts'
import { type GeoService, geoService } from '../geo/index.ts'
import { findTimeZone } from './queries/city.ts'

/** What commands of this module stand on besides the transaction: places in memory, and the day it is in the city. */
export interface RegistryEnv {
  geo: GeoService
  timeZone: string
}

const known = new WeakMap<Db, Promise<RegistryEnv>>()

/** The environment of a database handle, put together on first use. */
export function registryEnv(db: Db): Promise<RegistryEnv> {
  const made =
    known.get(db) ?? Promise.all([geoService(db), findTimeZone(db)]).then(([geo, timeZone]): RegistryEnv => ({ geo, timeZone }))
  known.set(db, made)
  made.catch(() => known.delete(db))
  return made
}
