import { SYSTEM } from '../../platform/actor.ts'
import type { Job } from '../../platform/module.ts'
import { purgeFile } from './commands.ts'
import { sweepFolder } from './derived.ts'
import { orphansBefore } from './queries.ts'
import type { MediaSettings } from './settings.ts'
import { mediaFolder, storeOf } from './store/index.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A copy that can be made again is kept for so long. */
const DERIVED_DAYS = 30
const BATCH = 200

export const jobs: readonly Job[] = [
  {
    name: 'media.purge',
    everyS: 3600,
    run: async ({ db, now, settings, log }) => {
      const { CHENGYUN_MEDIA_ORPHAN_HOURS: hours } = settings as typeof settings & MediaSettings
      const store = storeOf(settings)
      let purged = 0
      for (;;) {
        const orphans = await orphansBefore(db, new Date(now.getTime() - hours * HOUR), BATCH)
        let removed = 0
        for (const { id } of orphans) if (await purgeFile(db, SYSTEM, { id, store }, now)) removed += 1
        purged += removed
        if (orphans.length < BATCH || removed === 0) break
      }
      // Uploads that a crash interrupted; a running one is younger than any client's patience.
      const broken = await sweepFolder(mediaFolder(settings, 'incoming'), new Date(now.getTime() - 6 * HOUR))
      const stale = await sweepFolder(mediaFolder(settings, 'derived'), new Date(now.getTime() - DERIVED_DAYS * DAY))
      if (purged + broken + stale > 0) log('media purged', { purged, broken, stale })
    }
  }
]
