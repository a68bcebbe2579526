import { sql } from 'kysely'
import type { Db } from './db.ts'
import type { Job } from './module.ts'
import type { Settings } from './settings.ts'

/** Advisory lock class of scheduled jobs; the second key is the job's name, hashed by the database. */
const JOB_LOCK = 727_002

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

  const runOnce = (job: Job, now: Date): Promise<void> => {
    const current = running.get(job.name)
    if (current) return current
    const run = holdLock(db, job.name, () =>
      job.run({ db, now, settings, log: (message, data) => log.info({ job: job.name, ...data }, message) })
    )
      .catch((error: unknown) => log.error({ job: job.name, err: error }, 'job failed'))
      .finally(() => running.delete(job.name))
    running.set(job.name, run)
    return run
  }

  for (const job of jobs) {
    const timer = setInterval(() => void runOnce(job, new Date()), job.everyS * 1000)
    timer.unref()
    timers.push(timer)
  }
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
    }
  }
}

/** A session lock on a connection of its own, held while the work runs with other connections and its own commits. */
const holdLock = (db: Db, name: string, work: () => Promise<void>): Promise<void> =>
  db.connection().execute(async (holder) => {
    const { rows } = await sql<{ got: boolean }>`select pg_try_advisory_lock(${JOB_LOCK}, hashtext(${name})) as got`.execute(
      holder
    )
    if (!rows[0]?.got) return
    try {
      await work()
    } finally {
      await sql`select pg_advisory_unlock(${JOB_LOCK}, hashtext(${name}))`.execute(holder)
    }
  })
