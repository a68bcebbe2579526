import type { Job } from '../../platform/module.ts'
import { gisRevision, hasPostgis, writeGis } from './commands/publish-gis.ts'
import { runRelocations } from './commands/relocate.ts'
import { placeLists } from './publication-places.ts'
import { geoService } from './service.ts'

export const jobs: readonly Job[] = [
  {
    name: 'geo.relocate',
    everyS: 3,
    run: async ({ db, log }) => {
      const moved = await runRelocations(db, await geoService(db), () => new Date())
      if (moved > 0) log('located anew after a change of grids', { moved })
    }
  },
  {
    name: 'geo.gis',
    everyS: 300,
    run: async ({ db, log }) => {
      if (!(await hasPostgis(db))) return
      const geo = await geoService(db)
      await geo.refresh()
      const revision = geo.revision()
      if ((await gisRevision(db)) === revision) return
      await writeGis(db, await placeLists(db), revision)
      log('places written for PostGIS', { revision })
    }
  }
]
