import { randomBytes } from 'node:crypto'
import { ALARMS_ERRORS, type WebhookBody } from '@chengyun/contract/alarms'
import { sql } from 'kysely'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import type { Keyring } from '../../org/index.ts'
import { command } from './command.ts'
import { webhookContext } from './messages.ts'

const fail = thrower(ALARMS_ERRORS)

/** Makes or changes a webhook. A new one gets a secret, told this once; `rotate` gives another. Throws ALARMS_WEBHOOK_NOT_FOUND. */
export const saveWebhook = command(
  async (
    tx,
    input: { id: string | null; body: WebhookBody; rotate?: boolean; keyring: Pick<Keyring, 'encrypt'> },
    ctx
  ): Promise<{ id: string; secret?: string }> => {
    const { body } = input
    const id = input.id ?? newId(ctx.now.getTime())
    const secret = input.id === null || input.rotate ? randomBytes(24).toString('base64url') : undefined
    const sealed = secret === undefined ? null : input.keyring.encrypt(secret, webhookContext(id))
    const { rows } =
      input.id === null
        ? await sql`insert into alarms.webhook (id, name, url, secret_enc, levels, districts, packs, kinds, enabled, created_at, updated_at)
            values (${id}, ${body.name}, ${body.url}, ${sealed}, ${body.levels}::smallint[], ${body.districts}::text[], ${body.packs}::text[],
              ${body.kinds}::text[], ${body.enabled}, ${ctx.now}, ${ctx.now}) returning id`.execute(tx)
        : await sql`update alarms.webhook set name = ${body.name}, url = ${body.url}, secret_enc = coalesce(${sealed}::text, secret_enc),
            levels = ${body.levels}::smallint[], districts = ${body.districts}::text[], packs = ${body.packs}::text[], kinds = ${body.kinds}::text[], enabled = ${body.enabled},
            version = version + 1, updated_at = ${ctx.now} where id = ${id}::uuid returning id`.execute(tx)
    if (rows.length === 0) throw fail('ALARMS_WEBHOOK_NOT_FOUND')
    ctx.emit('alarms.configured', { what: 'webhook' })
    ctx.audit({
      action: 'alarms.webhookChanged',
      objectType: 'webhook',
      objectId: id,
      before: null,
      after: { ...body },
      result: 'ok'
    })
    return { id, ...(secret !== undefined && { secret }) }
  }
)

/** Takes a webhook away with what waits for it. Throws ALARMS_WEBHOOK_NOT_FOUND. */
export const removeWebhook = command(async (tx, id: string, ctx): Promise<void> => {
  const { rows } = await sql<{
    name: string
    url: string
  }>`delete from alarms.webhook where id = ${id}::uuid returning name, url`.execute(tx)
  if (!rows[0]) throw fail('ALARMS_WEBHOOK_NOT_FOUND')
  ctx.emit('alarms.configured', { what: 'webhook' })
  ctx.audit({ action: 'alarms.webhookRemoved', objectType: 'webhook', objectId: id, before: rows[0], after: null, result: 'ok' })
})

/** Sends messages again that were given up. Throws ALARMS_MESSAGE_NOT_FOUND. */
export const retryMessage = command(async (tx, id: number, { now }): Promise<void> => {
  const { rows } =
    await sql`update alarms.message set next_at = ${now}, attempts = 0 where id = ${id}::bigint and sent_at is null and next_at is null
    returning id`.execute(tx)
  if (rows.length === 0) throw fail('ALARMS_MESSAGE_NOT_FOUND')
})
