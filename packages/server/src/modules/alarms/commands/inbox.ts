import type { PreferenceBody } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import { command } from './command.ts'

/** Messages of the reader's own inbox, marked as read: some, or all up to one. */
export const readNotices = command(
  async (tx, input: { ids?: readonly number[]; upTo?: number }, { actor, now }): Promise<{ read: number }> => {
    const { rows } = await sql`update alarms.notice set read_at = ${now} where person_id = ${actor.id}::uuid and read_at is null
    and (id = any(${[...(input.ids ?? [])]}::bigint[]) or id <= ${input.upTo ?? 0}::bigint) returning id`.execute(tx)
    return { read: rows.length }
  }
)

/** How the reader wants to be told. */
export const savePreference = command(async (tx, body: PreferenceBody, { actor, now }): Promise<void> => {
  await sql`insert into alarms.preference (person_id, sms, phone_kinds, levels, on_duty_only, quiet_from, quiet_to, updated_at)
    values (${actor.id}::uuid, ${body.sms}, ${body.phoneKinds}::text[], ${body.levels}::smallint[], ${body.onDutyOnly}, ${body.quiet?.from ?? null}, ${body.quiet?.to ?? null}, ${now})
    on conflict (person_id) do update set sms = excluded.sms, phone_kinds = excluded.phone_kinds, levels = excluded.levels, on_duty_only = excluded.on_duty_only,
      quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, updated_at = excluded.updated_at`.execute(tx)
})

const NOTICE_DAYS = 90
const MESSAGE_DAYS = 30

/** Messages of long ago are of no use to anybody: the history of the alarm says who was told. */
export const forgetMessages = command(async (tx, _: null, { now }): Promise<void> => {
  const before = (days: number) => new Date(now.getTime() - days * 86_400_000)
  await sql`delete from alarms.notice where at < ${before(NOTICE_DAYS)}`.execute(tx)
  await sql`delete from alarms.message where next_at is null and queued_at < ${before(MESSAGE_DAYS)}`.execute(tx)
})
