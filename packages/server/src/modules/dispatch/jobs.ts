import { SYSTEM } from '../../platform/actor.ts'
import type { Job } from '../../platform/module.ts'
import { sweepDryRuns } from './commands/dry-runs.ts'

/** Scheduled work of `dispatch`. */
export const jobs: readonly Job[] = [
  { name: 'dispatch.sweepDryRuns', everyS: 300, run: ({ db, now }) => sweepDryRuns(db, SYSTEM, null, now) }
]
