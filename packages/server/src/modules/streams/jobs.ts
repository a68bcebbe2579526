import type { Job } from '../../platform/module.ts'
import { Days, dayOf } from './commands/days.ts'
import { daysToPack, packDay } from './commands/pack.ts'
import { dropOld, remakeDirtyHours } from './commands/remake.ts'
import { deviceJobs } from './jobs/devices.ts'
import type { StreamsSettings } from './settings.ts'

/** Clocks of processes may differ by so much: nobody writes rows of a day any more when it is packed. */
const LAG_MS = 3_600_000

export const jobs: readonly Job[] = [
  ...deviceJobs,
  {
    name: 'streams.pack',
    everyS: 600,
    run: async ({ db, now, settings, log }) => {
      const { CHENGYUN_STREAM_HOT_DAYS: hotDays } = settings as unknown as StreamsSettings
      const today = dayOf(now.getTime())
      // Tomorrow's partition is there before its first reading.
      await new Days(db).prepare([today, today + 1])
      for (const day of await daysToPack(db, dayOf(now.getTime() - LAG_MS) - hotDays)) {
        const { readings, packs, bytes } = await packDay(db, day)
        log('a day of readings packed', {
          day,
          readings,
          packs,
          bytesEach: readings > 0 ? Number((bytes / readings).toFixed(2)) : 0
        })
      }
    }
  },
  {
    name: 'streams.keep',
    everyS: 3600,
    run: async ({ db, now, settings, log }) => {
      const s = settings as unknown as StreamsSettings
      const kept = { raw: s.CHENGYUN_STREAM_RAW_DAYS, minute: s.CHENGYUN_STREAM_MINUTE_DAYS, hour: s.CHENGYUN_STREAM_HOUR_DAYS }
      const dropped = await dropOld(db, now.getTime(), kept)
      if (dropped.length > 0) log('readings dropped at the end of their time', { tables: dropped })
    }
  },
  {
    name: 'streams.remake',
    everyS: 300,
    run: async ({ db, log }) => {
      const hours = await remakeDirtyHours(db)
      if (hours > 0) log('roll-ups of corrected hours made anew', { hours })
    }
  }
]
