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
  },
  {
    name: 'org.demoRoster',
    everyS: 3600,
    /** Keep the demonstration manned: the last four days of its roster, one full rotation, are repeated for the week to come. */
    run: async ({ db, now }) => {
      const until = new Date(now.getTime() + 8 * DAY)
      await runInTransaction(db, (tx) =>
        sql`
          with last as (
            select max(s.starts_at) as at from org.duty_shift s join org.user u on u.id = s.user_id where u.demo and s.cancelled_at is null
          ),
          block as (
            select s.* from org.duty_shift s join org.user u on u.id = s.user_id, last
            where u.demo and s.cancelled_at is null and s.starts_at > last.at - interval '4 days'
          ),
          turn as (
            select n * interval '4 days' as later from last, generate_series(1, ceil(extract(epoch from (${until}::timestamptz - last.at)) / (4 * 86400.0))::int) as n
            where last.at < ${new Date(now.getTime() + 7 * DAY)}
          )
          insert into org.duty_shift (id, user_id, role, unit_id, duty_grid_codes, starts_at, ends_at)
          select gen_random_uuid(), b.user_id, b.role, b.unit_id, coalesce(p.duty_grid_codes, b.duty_grid_codes), b.starts_at + t.later, b.ends_at + t.later
          from block b cross join turn t left join lateral (
            select duty_grid_codes from org.post p where p.user_id = b.user_id and p.unit_id = b.unit_id and p.role = b.role
              and p.valid_from_at <= b.starts_at + t.later and (p.valid_to_at is null or p.valid_to_at > b.starts_at + t.later)
            order by p.valid_from_at desc limit 1) p on true
          where b.ends_at + t.later > ${new Date(now.getTime() - DAY)}
          on conflict do nothing`.execute(tx)
      )
    }
  }
]
