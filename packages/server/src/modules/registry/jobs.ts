import type { Job } from '../../platform/module.ts'
import { hasPostgis } from '../geo/index.ts'
import { writeRegisterViews } from './commands/publish-gis.ts'

export const jobs: readonly Job[] = [
  {
    name: 'registry.gis',
    everyS: 300,
    run: async ({ db, log }) => {
      if ((await hasPostgis(db)) && (await writeRegisterViews(db))) log('registers published for PostGIS')
    }
  }
]
