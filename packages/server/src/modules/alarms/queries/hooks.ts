import type { WebhookView } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

interface WebhookRow extends Omit<WebhookView, 'lastSentAt' | 'lastError' | 'givenUp'> {
  given_up: number
  last_sent_at: Date | null
  last_error: string | null
}

/** Webhooks with what waits and what was given up. */
export async function listWebhooks(db: Db): Promise<WebhookView[]> {
  const { rows } =
    await sql<WebhookRow>`select w.id, w.name, w.url, w.levels, w.districts, w.packs, w.kinds, w.enabled, w.version,
      count(m.id) filter (where m.next_at is not null)::int as waiting,
      count(m.id) filter (where m.next_at is null and m.sent_at is null)::int as given_up,
      max(m.sent_at) as last_sent_at, (array_agg(m.error order by m.id desc) filter (where m.error is not null))[1] as last_error
    from alarms.webhook w left join alarms.message m on m.webhook_id = w.id group by w.id order by w.created_at`.execute(db)
  return rows.map(({ given_up, last_sent_at, last_error, ...row }) => ({
    ...row,
    givenUp: given_up,
    lastSentAt: last_sent_at?.toISOString() ?? null,
    lastError: last_error
  }))
}

export interface MessageRow {
  id: number
  channel: 'sms' | 'webhook'
  alarm_id: string | null
  to: string
  queued_at: Date
  sent_at: Date | null
  next_at: Date | null
  attempts: number
  error: string | null
}

/** Messages that were given up, newest first: a person decides. */
export async function listGivenUp(db: Db): Promise<MessageRow[]> {
  const { rows } =
    await sql<MessageRow>`select m.id, m.channel, m.alarm_id, coalesce(w.name, u.name, '') as to, m.queued_at, m.sent_at, m.next_at, m.attempts, m.error
    from alarms.message m left join alarms.webhook w on w.id = m.webhook_id left join org.pub_user u on u.id = m.person_id
    where m.sent_at is null and m.next_at is null order by m.id desc limit 200`.execute(db)
  return rows
}
