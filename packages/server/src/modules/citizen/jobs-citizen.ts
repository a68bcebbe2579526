import type { Job } from '../../platform/module.ts'
import { forgetOld } from './commands/citizen-limits.ts'
import { forgetEnded } from './commands/citizen-people.ts'
import { CITIZEN } from './policy.ts'

/** What was only kept to slow abuse down, codes and sessions that ended, and contacts nobody needs any longer do not stay. */
export const citizenJobs: readonly Job[] = [
  {
    name: 'citizen.forget',
    everyS: 600,
    run: async ({ db, now }) => {
      await forgetOld(db, CITIZEN, null, now)
      await forgetEnded(db, CITIZEN, null, now)
    }
  }
]
