import type { Job } from '../../platform/module.ts'
import { hasPostgis } from '../geo/index.ts'
import { resumeBatches } from './batch-run.ts'
import { runBulk, starterOf } from './bulk.ts'
import { writeRegisterViews } from './commands/publish-gis.ts'
import { listStalledBulks } from './queries/bulk.ts'

const STALLED_MS = 60_000

export const jobs: readonly Job[] = [
  {
    name: 'registry.bulk',
    everyS: 60,
    // A bulk edit whose process has gone is taken up where it stood.
    run: async ({ db, now, log }) => {
      for (const bulk of await listStalledBulks(db, new Date(now.getTime() - STALLED_MS))) {
        log('bulk edit taken up again', { id: bulk.id })
        await runBulk(db, starterOf(bulk), bulk.id, new AbortController().signal)
      }
    }
  },
  {
    // A process that ended in the middle of an import leaves it to the next one.
    name: 'registry.batches',
    everyS: 15,
    run: async ({ db, log, settings }) => {
      const batches = await resumeBatches(db, settings.CHENGYUN_DATA)
      if (batches > 0) log('batches gone on with', { batches })
    }
  },
  {
    name: 'registry.gis',
    everyS: 300,
    run: async ({ db, log }) => {
      if ((await hasPostgis(db)) && (await writeRegisterViews(db))) log('registers published for PostGIS')
    }
  }
]
