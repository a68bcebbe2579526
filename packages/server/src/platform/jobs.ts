import type { Db } from './db.ts'
import { JobLocks } from './job-locks.ts'
import type { Job } from './module.ts'
import type { Settings } from './settings.ts'

/** Between the clocks of two jobs: those that fall due in the same second do not begin in the same moment. */
const APART_MS = 97

export interface JobRunner {
  /** Run one job now (tests, the console's "run now"). */
  runNow(name: string, now: Date): Promise<void>
  stop(): Promise<void>
}

/** Run each job every `everyS` seconds, in one process at a time, never overlapping itself. A failure is logged and tried again. */
export function startJobs(
  db: Db,
  jobs: readonly Job[],
  settings: Settings,
  log: { info(o: object, m: string): void; error(o: object, m: string): void }
): JobRunner {
  const running = new Map<string, Promise<void>>()
  const timers: NodeJS.Timeout[] = []
  const locks = new JobLocks(db)

  const runOnce = (job: Job, now: Date): Promise<void> => {
    const current = running.get(job.name)
    if (current) return current
    const run = locks
      .hold(job.name, () => job.run({ db, now, settings, log: (message, data) => log.info({ job: job.name, ...data }, message) }))
      .catch((error: unknown) => log.error({ job: job.name, err: error }, 'job failed'))
      .finally(() => running.delete(job.name))
    running.set(job.name, run)
    return run
  }

  jobs.forEach((job, i) => {
    const begin = setTimeout(() => {
      const timer = setInterval(() => void runOnce(job, new Date()), job.everyS * 1000)
      timer.unref()
      timers.push(timer)
    }, i * APART_MS)
    begin.unref()
    timers.push(begin)
  })
  return {
    runNow: async (name, now) => {
      const job = jobs.find((j) => j.name === name)
      if (!job) throw new Error(`no job ${name}`)
      await running.get(name)
      await runOnce(job, now)
    },
    stop: async () => {
      for (const t of timers) clearInterval(t)
      await Promise.all(running.values())
      await locks.end()
    }
  }
}
