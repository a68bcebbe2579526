import type { Job } from '../../platform/module.ts'
import { fileAlarmCases } from './commands/alarm-cases.ts'
import { closeDays } from './commands/roots.ts'
import { sweep } from './commands/sweep.ts'
import { runningEnv } from './runtime.ts'

export const jobs: readonly Job[] = [
  {
    name: 'cases.sweep',
    everyS: 10,
    run: async ({ now }) => {
      const env = runningEnv()
      if (env) await sweep(env, now)
    }
  },
  {
    // They are filed when they are heard of; this finds what another process left.
    name: 'cases.alarms',
    everyS: 5,
    run: async ({ now }) => {
      const env = runningEnv()
      if (env) await fileAlarmCases(env, now)
    }
  },
  {
    name: 'cases.roots',
    everyS: 600,
    run: async ({ db, now, log }) => {
      const env = runningEnv()
      const closed = env ? await closeDays(db, now, env.timeZone) : 0
      if (closed > 0) log('days closed', { days: closed })
    }
  }
]
