/** `geo`: where things are. Other modules ask `app.geo` (or `geoService(db)`) and read the views geo.pub_*. */
import { GEO_ERRORS, MAP_ERRORS, REGRID_ERRORS } from '@chengyun/contract/geo'
import { may } from '../../platform/actor.ts'
import { defineModule } from '../../platform/module.ts'
import './commands/relocate-places.ts'
import { jobs } from './jobs.ts'
import { ogcRoutes } from './ogc-routes.ts'
import { mapRoutes } from './routes/map.ts'
import { tileRoutes } from './routes/tiles.ts'
import { geoRoutes } from './routes.ts'
import type { GeoService } from './service.ts'
import { GeoSettings } from './settings.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Decorated in app.ts before the modules' routes: `app.decorate('geo', await geoService(db))`. */
    geo: GeoService
  }
}

const readersOnly = (actor: Parameters<typeof may>[0]): boolean => may(actor, 'geo:read')

export const geo = defineModule({
  name: 'geo',
  dependsOn: ['org'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: async (app) => {
    await app.register(geoRoutes)
    await app.register(mapRoutes)
  },
  rootRoutes: async (app) => {
    await app.register(ogcRoutes)
    await app.register(tileRoutes)
  },
  live: {
    'geo.divisionsImported': readersOnly,
    'geo.gridsImported': readersOnly,
    'geo.dutyGridSaved': readersOnly,
    'geo.regridded': readersOnly
  },
  jobs,
  errors: { ...GEO_ERRORS, ...MAP_ERRORS, ...REGRID_ERRORS },
  settings: GeoSettings
})
export default geo

export { readCityFiles, type SetUpOptions, setUpCityPlaces } from './city.ts'
export { type CutInput, type CutReport, cutGrids } from './commands/cut-grids.ts'
export { type ImportInput, importDivisions, importGrids } from './commands/import-boundaries.ts'
export { hasPostgis } from './commands/publish-gis.ts'
export { applyRegrid, undoRegrid } from './commands/regrid.ts'
export { runRelocations } from './commands/relocate.ts'
export { saveDutyGrid } from './commands/save-duty-grid.ts'
export { type SetUpCounts, setUpCity } from './commands/set-up-city.ts'
export type { CityFiles } from './domain/city-files.ts'
export { type CityPlan, planCity } from './domain/city-plan.ts'
export { fromCgcs2000, type LngLat, toCgcs2000 } from './domain/crs.ts'
export { distanceM } from './domain/ellipsoid.ts'
export { insideShape } from './domain/inside.ts'
export { interiorPointOf } from './domain/jts.ts'
export type { PublishedField } from './domain/ogc/fields.ts'
export { type Listed, pageOf } from './domain/ogc/memory.ts'
export type { Question } from './domain/ogc/question.ts'
export { type PlaceData, type PlaceLookup, placesFrom } from './domain/places.ts'
export { randomOf, seedOf } from './domain/random.ts'
export { normalise } from './domain/search-terms.ts'
export {
  type Box,
  boxOf,
  centroidOf,
  decodeShape,
  encodeShape,
  type Shape,
  shapeFromGeoJson,
  shapeToGeoJson,
  toDegrees,
  toUnits
} from './domain/shape.ts'
export { type Prepared, prepare, type RelationName, relates } from './domain/simple-features.ts'
export { EVERYTHING, type Reach } from './domain/tiles/reach.ts'
export type { LayerRow } from './domain/tiles/snapshot.ts'
export { type DutyRules, type FollowedRow, followGrids, type GridFollower, offerDutyRules, type Relocated } from './followers.ts'
export { type CellShape, cellsOfDutyGrids, placesIn, roadLines } from './offline.ts'
export { type Collection, publish } from './publication.ts'
export { type SqlColumns, sqlOf } from './queries/cql2.ts'
export { listDivisions, listDutyGrids } from './queries.ts'
export { reverseAddress, searchAddress } from './search.ts'
export { type GeoPoint, type GeoService, geoService } from './service.ts'
export { ensureSurface, landWithin, surfaceOf } from './surface.ts'
export { type LayerFamily, type LayerQueries, type LayerSource, type LayerTouch, registerLayers } from './tiles/source.ts'
