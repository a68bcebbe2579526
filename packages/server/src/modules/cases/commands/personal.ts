import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { newId } from '../../../platform/ids.ts'

/** Keep a list's filter under a name; the same name is replaced. */
export const saveFilter = command(async (tx, input: { name: string; query: Record<string, unknown> }, { actor, now }) => {
  const { rows } = await sql<{ id: string }>`insert into cases.saved_filter (id, user_id, name, query, created_at)
    values (${newId(now.getTime())}, ${actor.id}, ${input.name}, ${JSON.stringify(input.query)}::jsonb, ${now})
    on conflict (user_id, name) do update set query = excluded.query returning id`.execute(tx)
  return { id: rows[0]!.id }
})

export const removeFilter = command(async (tx, input: { id: string }, { actor }) => {
  await sql`delete from cases.saved_filter where id = ${input.id} and user_id = ${actor.id}`.execute(tx)
})

/** Show a reporter's contact in clear: a reason is demanded and the look is on the audit trail (PIPL; standards §6.2). */
export const recordReveal = command(async (_tx, input: { caseId: string; caseNo: string; reason: string }, { audit }) => {
  audit({
    action: 'cases.contact.reveal',
    objectType: 'case',
    objectId: input.caseId,
    after: { caseNo: input.caseNo },
    result: 'ok',
    reason: input.reason
  })
})

/** Lists leave the system as files only on record. */
export const recordExport = command(async (_tx, input: { rows: number; query: unknown }, { audit }) => {
  audit({
    action: 'cases.export',
    objectType: 'case-list',
    objectId: 'xlsx',
    after: { rows: input.rows, query: input.query },
    result: 'ok'
  })
})

/** Link two cases, beside the step that says so. */
export const keepLink = command(async (tx, input: { caseId: string; otherId: string }, { now }) => {
  await sql`insert into cases.link (case_id, other_id, relation, linked_at) values (${input.caseId}, ${input.otherId}, 'linked', ${now}) on conflict do nothing`.execute(
    tx
  )
})

/** A whole case with its proof left the platform. */
export const recordBundleExport = command(async (_tx, input: { caseId: string; caseNo: string }, { audit }) => {
  audit({
    action: 'cases.bundle.export',
    objectType: 'case',
    objectId: input.caseId,
    after: { caseNo: input.caseNo },
    result: 'ok'
  })
})

/**
 * Delete name and number of whoever reported, at his own wish (个人信息保护法 art. 47). That there was a contact and when it went stays with
 * the case and on the audit trail. False: there was none.
 */
export const forgetReporter = command(async (tx, input: { caseId: string; reason: string }, { now, audit }): Promise<boolean> => {
  const done = await sql`update cases.contact set name_enc = null, phone_enc = null, phone_hmac = null, forgotten_at = ${now}
    where case_id = ${input.caseId} and forgotten_at is null`.execute(tx)
  if (done.numAffectedRows !== 1n) return false
  audit({ action: 'cases.contact.forget', objectType: 'case', objectId: input.caseId, result: 'ok', reason: input.reason })
  return true
})
