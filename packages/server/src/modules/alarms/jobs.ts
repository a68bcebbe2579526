import { SYSTEM } from '../../platform/actor.ts'
import type { Job } from '../../platform/module.ts'
import type { Settings } from '../../platform/settings.ts'
import { type Keyring, openKeyring } from '../org/index.ts'
import { linkMissed } from './commands/case-link.ts'
import { forgetMessages } from './commands/inbox.ts'
import { climbLadders } from './commands/ladder.ts'
import { deliverMessages } from './commands/messages.ts'
import { sweepRuleDryRuns } from './commands/rule-dry-runs.ts'
import { sweepSuppressions } from './commands/suppressions.ts'
import { runTasks } from './commands/tasks.ts'

const rings = new WeakMap<Settings, Keyring>()
const keyringOf = (settings: Settings): Keyring => {
  const known = rings.get(settings) ?? openKeyring(settings)
  rings.set(settings, known)
  return known
}

/** Scheduled work of `alarms`. */
export const jobs: readonly Job[] = [
  {
    name: 'alarms.ladder',
    everyS: 5,
    run: async ({ db, now }) => {
      while ((await climbLadders(db, SYSTEM, null, now)) > 0);
    }
  },
  {
    name: 'alarms.cases',
    everyS: 5,
    run: async ({ db, now }) => {
      while ((await linkMissed(db, SYSTEM, null, now)) > 0);
    }
  },
  { name: 'alarms.sweepDryRuns', everyS: 300, run: ({ db, now }) => sweepRuleDryRuns(db, SYSTEM, null, now) },
  { name: 'alarms.suppressions', everyS: 30, run: ({ db, now }) => sweepSuppressions(db, SYSTEM, null, now) },
  {
    name: 'alarms.deliver',
    everyS: 3,
    run: async ({ db, now, settings, log }) => {
      const { failed } = await deliverMessages({ db, now, settings, keyring: keyringOf(settings), log })
      if (failed > 0) log('messages about alarms not taken', { failed })
    }
  },
  { name: 'alarms.tasks', everyS: 2, run: ({ db, now }) => runTasks(db, now) },
  { name: 'alarms.forget', everyS: 3600, run: ({ db, now }) => forgetMessages(db, SYSTEM, null, now) }
]
