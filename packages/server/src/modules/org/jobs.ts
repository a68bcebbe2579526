import { sql } from 'kysely'
import { runInTransaction } from '../../platform/db.ts'
import type { Job } from '../../platform/module.ts'

const DAY = 86_400_000

/** Scheduled work of `org`. */
export const jobs: readonly Job[] = [
  {
    name: 'org.sweep',
    everyS: 3600,
    /** End sessions that ran out; forget failed sign-ins of yesterday and sessions of half a year ago (the audit trail keeps them). */
    run: async ({ db, now }) => {
      await runInTransaction(db, async (tx) => {
        await sql`update org.session set ended_at = ${now}, end_reason = 'expired' where ended_at is null and expires_at < ${now}`.execute(
          tx
        )
        await sql`delete from org.session where ended_at < ${new Date(now.getTime() - 183 * DAY)}`.execute(tx)
        await sql`delete from org.sign_in_failure where failed_at < ${new Date(now.getTime() - DAY)}`.execute(tx)
      })
    }
  }
]
