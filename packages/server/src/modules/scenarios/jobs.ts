import { SYSTEM } from '../../platform/actor.ts'
import type { Job } from '../../platform/module.ts'
import { forgetReports } from './commands/reports.ts'
import { computeIndexes } from './index-making.ts'
import { makeWaiting, openDue } from './report-making.ts'
import { keptFor } from './settings.ts'

const DAY = 86_400_000

/** Scheduled work of `scenarios`. */
export const jobs: readonly Job[] = [
  {
    name: 'scenarios.reports',
    everyS: 10,
    // Indexes first: a report says what they were.
    run: async ({ db, now, log }) => {
      try {
        const values = await computeIndexes(db, now)
        if (values > 0) log('indexes computed', { values })
      } catch (error) {
        log('indexes not computed', { err: error })
      }
      await openDue(db, now)
      const reports = await makeWaiting(db, now, log)
      if (reports > 0) log('reports made', { reports })
    }
  },
  {
    name: 'scenarios.forgetReports',
    everyS: 3600,
    run: async ({ db, now, settings, log }) => {
      const { dailyDays, monthlyDays } = keptFor(settings)
      const before = (days: number) => new Date(now.getTime() - days * DAY)
      const reports = await forgetReports(db, SYSTEM, { dailyBefore: before(dailyDays), monthlyBefore: before(monthlyDays) }, now)
      if (reports > 0) log('old reports removed', { reports })
    }
  }
]
