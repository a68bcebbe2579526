import { sql } from 'kysely'
import { SYSTEM } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { gatewayOf } from '../../../platform/message-gateway.ts'
import type { Settings } from '../../../platform/settings.ts'
import { postSigned } from '../../../platform/signed-post.ts'
import { type Keyring, phonesOf } from '../../org/index.ts'
import type { AlarmSettings } from '../settings.ts'
import { command } from './command.ts'

const AT_ONCE = 50
const LEASE_S = 60
const FIRST_WAIT_S = 10
const LONGEST_WAIT_S = 3600
/** SMS about an alarm of long ago helps nobody. */
const SMS_TRIES = 5

interface Message {
  id: number
  channel: 'sms' | 'webhook'
  person_id: string | null
  body: Record<string, unknown>
  attempts: number
  url: string | null
  secret_enc: string | null
  enabled: boolean | null
}

/** Context of a webhook's secret in the keyring. */
export const webhookContext = (id: string): string => `alarms.webhook:${id}`

const takeMessages = command(async (tx, _: null, { now }): Promise<(Message & { webhook_id: string | null })[]> => {
  const until = new Date(now.getTime() + LEASE_S * 1000)
  const { rows } = await sql<
    Message & { webhook_id: string | null }
  >`with due as (select id from alarms.message where next_at <= ${now}
      order by next_at limit ${AT_ONCE} for update skip locked),
    taken as (update alarms.message m set next_at = ${until}, attempts = attempts + 1 from due where m.id = due.id returning m.*)
    select t.id, t.channel, t.person_id, t.body, t.attempts, t.webhook_id, w.url, w.secret_enc, w.enabled
    from taken t left join alarms.webhook w on w.id = t.webhook_id order by t.id`.execute(tx)
  return rows
})

const keepResults = command(
  async (
    tx,
    results: readonly { id: number; sent: boolean; error: string | null; nextAt: Date | null }[],
    { now }
  ): Promise<void> => {
    const rows = results.map((r) => ({ id: r.id, sent_at: r.sent ? now : null, error: r.error, next_at: r.nextAt }))
    await sql`update alarms.message m set sent_at = r.sent_at, error = r.error, next_at = r.next_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r(id bigint, sent_at timestamptz, error text, next_at timestamptz) where m.id = r.id`.execute(
      tx
    )
  }
)

export interface Delivery {
  db: Db
  keyring: Keyring
  settings: Settings
  now: Date
  log(message: string, data?: object): void
}

/**
 * Sends what is due. A webhook has taken a message with any 2xx; anything else is tried again after 10 s doubling to an hour, half of it
 * chance, up to CHENGYUN_ALARM_TRIES times. At least once: receivers drop repeats by `id`.
 */
export async function deliverMessages(d: Delivery): Promise<{ sent: number; failed: number }> {
  const total = { sent: 0, failed: 0 }
  for (;;) {
    const messages = await takeMessages(d.db, SYSTEM, null, d.now)
    if (messages.length === 0) return total
    const people = messages.flatMap((m) => (m.person_id === null ? [] : [m.person_id]))
    const phones = await phonesOf(d.db, d.keyring, people)
    const results = await Promise.all(messages.map(async (m) => ({ m, error: await sendOne(d, m, phones) })))
    total.sent += results.filter((r) => r.error === null).length
    total.failed += results.filter((r) => r.error !== null).length
    const rows = results.map(({ m, error }) => ({
      id: m.id,
      sent: error === null,
      error,
      nextAt: error === null ? null : nextTry(d, m, error)
    }))
    await keepResults(d.db, SYSTEM, rows, d.now)
  }
}

const NEVER = 'nobody to send to'

function nextTry(d: Delivery, m: Message, error: string): Date | null {
  const { CHENGYUN_ALARM_TRIES: tries } = d.settings as Settings & AlarmSettings
  if (error === NEVER || m.attempts >= (m.channel === 'sms' ? SMS_TRIES : tries)) return null
  const wait = Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (m.attempts - 1))
  return new Date(d.now.getTime() + wait * (0.5 + Math.random() / 2) * 1000)
}

async function sendOne(
  d: Delivery,
  m: Message & { webhook_id: string | null },
  phones: ReadonlyMap<string, string>
): Promise<string | null> {
  const { CHENGYUN_ALARM_TIMEOUT_MS: timeoutMs } = d.settings as Settings & AlarmSettings
  if (m.channel === 'webhook') {
    if (m.url === null || m.secret_enc === null || m.enabled === false || m.webhook_id === null) return NEVER
    const secret = d.keyring.decrypt(m.secret_enc, webhookContext(m.webhook_id))
    return (await postSigned(m.url, secret, JSON.stringify({ id: String(m.id), ...m.body }), timeoutMs)).error
  }
  const gateway = gatewayOf(d.settings, (facts, text) => d.log(text, { ...facts, phone: undefined }))
  const phone = m.person_id === null ? undefined : phones.get(m.person_id)
  if (!gateway || phone === undefined) return NEVER
  try {
    const { text, ...more } = m.body
    await gateway.send({ id: `alarm-${m.id}`, phone, text: String(text), more })
    return null
  } catch (error) {
    return String((error as Error).message).slice(0, 300)
  }
}
