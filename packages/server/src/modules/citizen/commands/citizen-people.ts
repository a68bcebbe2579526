import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { newId } from '../../../platform/ids.ts'

/** What is kept of a token or code: the thing itself never is. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')
const same = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

const SESSION_MS = 30 * 86_400_000
const CODE_MS = 10 * 60_000
const AGAIN_MS = 60_000
const MAX_TRIES = 5

/** Keeps a new code for a number; a second one within a minute is refused by answering null. */
export const keepCode = command(
  async (tx, input: { phoneHmac: string; code: string }, { now }): Promise<{ expiresAt: Date; againAt: Date } | null> => {
    const expiresAt = new Date(now.getTime() + CODE_MS)
    const done = await sql`insert into citizen.one_time_code (phone_hmac, code_hash, tries, sent_at, expires_at)
      values (${input.phoneHmac}, ${hashOf(`${input.phoneHmac}:${input.code}`)}, 0, ${now}, ${expiresAt})
      on conflict (phone_hmac) do update set code_hash = excluded.code_hash, tries = 0, sent_at = excluded.sent_at, expires_at = excluded.expires_at
      where citizen.one_time_code.sent_at <= ${new Date(now.getTime() - AGAIN_MS)}`.execute(tx)
    return done.numAffectedRows === 1n ? { expiresAt, againAt: new Date(now.getTime() + AGAIN_MS) } : null
  }
)

/** A code that could not be delivered is no reason to wait for the next. */
export const dropCode = command(async (tx, input: { phoneHmac: string }) => {
  await sql`delete from citizen.one_time_code where phone_hmac = ${input.phoneHmac}`.execute(tx)
})

export interface SessionInput {
  phoneHmac: string
  code: string
  consent: string
  /** Encrypts the number for the contact's row. */
  seal: (contactId: string) => string
}

/** Takes a code: right once and in time gives a session, anything else null. Five wrong tries use the code up. */
export const openSession = command(
  async (tx, input: SessionInput, { now, audit }): Promise<{ token: string; expiresAt: Date } | null> => {
    const { rows } = await sql<{ code_hash: string; tries: number; expires_at: Date }>`select code_hash, tries, expires_at
      from citizen.one_time_code where phone_hmac = ${input.phoneHmac} for update`.execute(tx)
    const kept = rows[0]
    if (!kept || kept.tries >= MAX_TRIES || kept.expires_at <= now) return null
    if (!same(kept.code_hash, hashOf(`${input.phoneHmac}:${input.code}`))) {
      await sql`update citizen.one_time_code set tries = tries + 1 where phone_hmac = ${input.phoneHmac}`.execute(tx)
      return null
    }
    await sql`delete from citizen.one_time_code where phone_hmac = ${input.phoneHmac}`.execute(tx)
    const fresh = newId(now.getTime())
    const contact = await sql<{
      id: string
    }>`insert into citizen.contact (id, phone_enc, phone_hmac, consent_version, consent_at, created_at)
      values (${fresh}, ${input.seal(fresh)}, ${input.phoneHmac}, ${input.consent}, ${now}, ${now})
      on conflict (phone_hmac) do update set consent_version = excluded.consent_version,
        consent_at = case when citizen.contact.consent_version = excluded.consent_version then citizen.contact.consent_at else excluded.consent_at end
      returning id`.execute(tx)
    const contactId = contact.rows[0]!.id
    const token = `cz_${randomBytes(32).toString('base64url')}`
    const expiresAt = new Date(now.getTime() + SESSION_MS)
    await sql`insert into citizen.session (token_hash, contact_id, created_at, expires_at)
      values (${hashOf(token)}, ${contactId}, ${now}, ${expiresAt})`.execute(tx)
    audit({
      action: 'citizen.session.open',
      objectType: 'citizen-contact',
      objectId: contactId,
      after: { consent: input.consent },
      result: 'ok'
    })
    return { token, expiresAt }
  }
)

export const closeSession = command(async (tx, input: { token: string }) => {
  await sql`delete from citizen.session where token_hash = ${hashOf(input.token)}`.execute(tx)
})

/** Withdraws the consent: number, sessions and follows go; the reports stay with their cases, belonging to nobody. */
export const forgetContact = command(async (tx, input: { contactId: string }, { audit }) => {
  await sql`delete from citizen.contact where id = ${input.contactId}`.execute(tx)
  audit({ action: 'citizen.contact.forget', objectType: 'citizen-contact', objectId: input.contactId, result: 'ok' })
})

/** Follow a report or an area; the same again changes nothing. */
export const addFollow = command(
  async (tx, input: { contactId: string; kind: 'report' | 'area'; target: string }, { now }): Promise<{ id: string }> => {
    const { rows } = await sql<{ id: string }>`insert into citizen.follow (id, contact_id, kind, target, since)
      values (${newId(now.getTime())}, ${input.contactId}, ${input.kind}, ${input.target}, ${now})
      on conflict (contact_id, kind, target) do update set kind = excluded.kind returning id`.execute(tx)
    return rows[0]!
  }
)
export const removeFollow = command(async (tx, input: { contactId: string; id: string }): Promise<boolean> => {
  const done = await sql`delete from citizen.follow where id = ${input.id} and contact_id = ${input.contactId}`.execute(tx)
  return done.numAffectedRows === 1n
})
