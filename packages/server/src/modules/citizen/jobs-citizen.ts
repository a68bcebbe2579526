import type { Job } from '../../platform/module.ts'
import { forgetOld } from './commands/citizen-limits.ts'
import { CITIZEN } from './policy.ts'

/** What was only kept to slow abuse down, and codes and sessions that ended, do not stay. */
export const citizenJobs: readonly Job[] = [
  { name: 'citizen.forget', everyS: 600, run: ({ db, now }) => forgetOld(db, CITIZEN, null, now) }
]
