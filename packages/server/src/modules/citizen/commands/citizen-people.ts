import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { newId } from '../../../platform/ids.ts'
import { forgetReporter } from '../../cases/index.ts'

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

const WITHDRAWN = '本人撤回同意'

/**
 * Withdraws the consent (个人信息保护法 art. 15 and 47): number, sessions and follows go at once, and with them name and number in the
 * contact of the cases that ended. A case under way keeps its contact for as long as its handling needs it (art. 13 (3)); forgetEnded
 * deletes it then. The reports stay with their cases, belonging to nobody.
 */
export const forgetContact = command(async (tx, input: { contactId: string }, ctx) => {
  const { rows } = await sql<{ caseId: string; isOpen: boolean }>`select r.case_id as "caseId", c.is_open as "isOpen"
    from citizen.report r join cases.pub_case c on c.id = r.case_id where r.contact_id = ${input.contactId} order by r.case_id`.execute(
    tx
  )
  const open = rows.filter((r) => r.isOpen).map((r) => r.caseId)
  await sql`insert into citizen.forget_reporter (case_id, asked_at) select id, ${ctx.now} from unnest(${open}::uuid[]) id
    on conflict do nothing`.execute(tx)
  for (const { caseId, isOpen } of rows) if (!isOpen) await forgetReporter.within(tx, { caseId, reason: WITHDRAWN }, ctx)
  await sql`delete from citizen.contact where id = ${input.contactId}`.execute(tx)
  ctx.audit({
    action: 'citizen.contact.forget',
    objectType: 'citizen-contact',
    objectId: input.contactId,
    after: { cases: rows.length, open: open.length },
    result: 'ok'
  })
})

/** Deletes the contact of cases that ended since their reporter withdrew the consent. Answers how many. */
export const forgetEnded = command(async (tx, _input: null, ctx): Promise<number> => {
  const { rows } = await sql<{ caseId: string }>`delete from citizen.forget_reporter f using cases.pub_case c
    where c.id = f.case_id and not c.is_open returning f.case_id as "caseId"`.execute(tx)
  for (const { caseId } of rows) await forgetReporter.within(tx, { caseId, reason: WITHDRAWN }, ctx)
  return rows.length
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
