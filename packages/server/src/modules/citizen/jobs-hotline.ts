import { SYSTEM } from '../../platform/actor.ts'
import type { Job } from '../../platform/module.ts'
import { runningEnv } from '../cases/index.ts'
import { deliverStatuses } from './commands/hotline-delivery.ts'
import { reconcileAll } from './commands/hotline-reconcile.ts'
import { forgetNonces } from './commands/hotline-systems.ts'

/** Status messages out, the comparison of a day, and nonces nobody can use any more. */
export const hotlineJobs: readonly Job[] = [
  {
    name: 'hotline.deliver',
    everyS: 5,
    run: async ({ now, settings, log }) => {
      const env = runningEnv()
      if (!env) return
      const { taken, failed } = await deliverStatuses(env, { now, settings })
      if (failed > 0) log('hotline messages not taken', { taken, failed })
    }
  },
  {
    name: 'hotline.reconcile',
    everyS: 1800,
    run: async ({ db, now, settings }) => {
      await forgetNonces(db, SYSTEM, null, now)
      const env = runningEnv()
      if (env) await reconcileAll(env, settings, now)
    }
  }
]
