import type { AlarmFacts, NoticeKind } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import type { CommandContext } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'

interface Subscriber {
  id: string
  levels: number[]
  districts: string[]
  packs: string[]
  kinds: string[]
}

/** Puts messages into the outbox of every webhook that wants to hear of these alarms, in the transaction of what happened. */
export async function queueWebhooks(
  tx: Tx,
  ctx: CommandContext,
  said: readonly { act: NoticeKind; alarm: AlarmFacts }[]
): Promise<void> {
  const once = [...new Map(said.map((s) => [`${s.alarm.id}/${s.act}`, s])).values()]
  if (once.length === 0) return
  const { rows } = await sql<Subscriber>`select id, levels, districts, packs, kinds from alarms.webhook where enabled`.execute(tx)
  const messages = rows.flatMap((hook) =>
    once
      .filter((s) => wants(hook, s))
      .map(({ act, alarm }) => ({
        channel: 'webhook',
        webhook_id: hook.id,
        alarm_id: alarm.id,
        body: { act, alarm, at: ctx.now.toISOString() },
        queued_at: ctx.now,
        next_at: ctx.now,
        attempts: 0
      }))
  )
  if (messages.length === 0) return
  await sql`insert into alarms.message (channel, webhook_id, alarm_id, body, queued_at, next_at, attempts)
    select channel, webhook_id, alarm_id, body, queued_at, next_at, attempts
    from jsonb_populate_recordset(null::alarms.message, ${JSON.stringify(messages)}::jsonb)`.execute(tx)
}

/** Where a webhook names none, it wants all. */
const wants = (hook: Subscriber, { act, alarm }: { act: NoticeKind; alarm: AlarmFacts }): boolean =>
  (hook.levels.length === 0 || hook.levels.includes(alarm.level)) &&
  (hook.kinds.length === 0 || hook.kinds.includes(act)) &&
  (hook.packs.length === 0 || hook.packs.includes(alarm.pack)) &&
  (hook.districts.length === 0 || hook.districts.some((code) => alarm.gridCode?.startsWith(code) === true))
