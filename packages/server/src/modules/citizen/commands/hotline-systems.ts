import { randomBytes } from 'node:crypto'
import {
  HOTLINE_ERRORS,
  type HotlineCategory,
  type HotlineSystemChange,
  type HotlineSystemCreate
} from '@chengyun/contract/public'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { thrower } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'

export const hotlineFault = thrower(HOTLINE_ERRORS)

type Seal = (text: string, context: string) => string
export const secretContext = (systemId: string): string => `hotline.secret:${systemId}`
const newSecret = (): string => randomBytes(32).toString('base64url')

/** A new system. Its secret is in this answer and, encrypted, in the database. @throws AppError HOTLINE_SYSTEM_EXISTS */
export const createSystem = command(
  async (tx, { seal, ...input }: HotlineSystemCreate & { seal: Seal }, { actor, now, audit }) => {
    const id = newId(now.getTime())
    const secret = newSecret()
    const done =
      await sql`insert into citizen.hotline_system (id, key, name, secret_enc, secret_at, webhook_url, list_url, crs, enabled, created_at, created_by, created_by_name)
      values (${id}, ${input.key}, ${input.name.trim()}, ${seal(secret, secretContext(id))}, ${now}, ${input.webhookUrl}, ${input.listUrl}, ${input.crs},
        ${input.enabled}, ${now}, ${actor.id}, ${actor.name}) on conflict (key) do nothing`.execute(tx)
    if (done.numAffectedRows !== 1n) throw hotlineFault('HOTLINE_SYSTEM_EXISTS', { key: input.key })
    audit({ action: 'citizen.hotlineSystemCreated', objectType: 'hotlineSystem', objectId: id, after: input, result: 'ok' })
    return { id, secret }
  }
)

/** Addresses, name, and whether it may send. @throws AppError HOTLINE_SYSTEM_UNKNOWN */
export const changeSystem = command(async (tx, { id, ...input }: HotlineSystemChange & { id: string }, { audit }) => {
  const done =
    await sql`update citizen.hotline_system set name = ${input.name.trim()}, webhook_url = ${input.webhookUrl}, list_url = ${input.listUrl},
    crs = ${input.crs}, enabled = ${input.enabled} where id = ${id}`.execute(tx)
  if (done.numAffectedRows !== 1n) throw hotlineFault('HOTLINE_SYSTEM_UNKNOWN')
  audit({ action: 'citizen.hotlineSystemChanged', objectType: 'hotlineSystem', objectId: id, after: input, result: 'ok' })
})

/** Another secret; the one before ends at once, in both directions. @throws AppError HOTLINE_SYSTEM_UNKNOWN */
export const rotateSecret = command(async (tx, { id, seal }: { id: string; seal: Seal }, { now, audit }): Promise<string> => {
  const secret = newSecret()
  const done =
    await sql`update citizen.hotline_system set secret_enc = ${seal(secret, secretContext(id))}, secret_at = ${now} where id = ${id}`.execute(
      tx
    )
  if (done.numAffectedRows !== 1n) throw hotlineFault('HOTLINE_SYSTEM_UNKNOWN')
  audit({ action: 'citizen.hotlineSecretRotated', objectType: 'hotlineSystem', objectId: id, result: 'ok' })
  return secret
})

/** The whole table of categories anew. @throws AppError HOTLINE_CATEGORY_TWICE */
export const saveCategories = command(async (tx, { items }: { items: readonly HotlineCategory[] }, { audit }) => {
  const rows = items.map((i) => ({ category: i.category.trim(), class_code: i.classCode }))
  const twice = rows.find((row, i) => rows.findIndex((r) => r.category === row.category) !== i)
  if (twice) throw hotlineFault('HOTLINE_CATEGORY_TWICE', { category: twice.category })
  await sql`delete from citizen.hotline_category`.execute(tx)
  await sql`insert into citizen.hotline_category (category, class_code)
    select r.category, r.class_code from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) r(category text, class_code text)`.execute(
    tx
  )
  audit({
    action: 'citizen.hotlineCategoriesSaved',
    objectType: 'hotlineCategory',
    objectId: 'all',
    after: { rows: rows.length },
    result: 'ok'
  })
})

/** A nonce counts once. False: it was used before. */
export const takeNonce = command(async (tx, input: { systemId: string; nonce: string }, { now }): Promise<boolean> => {
  const done =
    await sql`insert into citizen.hotline_nonce (system_id, nonce, at) values (${input.systemId}, ${input.nonce}, ${now})
    on conflict do nothing`.execute(tx)
  return done.numAffectedRows === 1n
})

/** A nonce older than both ends of the window can no longer pass by its timestamp. */
const NONCE_MS = 15 * 60_000
export const forgetNonces = command(async (tx, _: null, { now }) => {
  await sql`delete from citizen.hotline_nonce where at < ${new Date(now.getTime() - NONCE_MS)}`.execute(tx)
})
