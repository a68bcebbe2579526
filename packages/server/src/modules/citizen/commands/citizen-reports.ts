import type { ReportWarning, Visibility } from '@chengyun/contract/public'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { newId } from '../../../platform/ids.ts'

/** An uploaded file and the device it came from. `look`: 64 bits as text, null when there is nothing to compare by. */
export const keepUpload = command(
  async (tx, input: { fileId: string; deviceHash: string; sha256: string; look: string | null }, { now }) => {
    await sql`insert into citizen.upload (file_id, device_hash, sha256, look, uploaded_at)
      values (${input.fileId}, ${input.deviceHash}, ${input.sha256}, ${input.look}::bit(64), ${now}) on conflict do nothing`.execute(
      tx
    )
  }
)

export interface KeptReport {
  caseId: string
  caseNo: string
  draftKey: string
  visibility: Visibility
  contactId: string | null
  deviceHash: string
  trackingHash: string
  unclassified: boolean
  words: string[]
  warnings: ReportWarning[]
  consentVersion: string
  lng: number
  lat: number
  streetCode: string | null
  reportedAt: string
}

/** Taken by who writes the report of a case and by who finds that there is none, so that they see each other. */
const lockCase = (tx: Tx, caseId: string) => sql`select pg_advisory_xact_lock(727031, hashtext(${caseId}))`.execute(tx)

/** Hides cases of citizens that have no report beside them (yet). */
export async function hideUnfinished(tx: Tx, caseIds: readonly string[], at: Date): Promise<void> {
  for (const caseId of caseIds) {
    await lockCase(tx, caseId)
    await sql`insert into citizen.private_case (case_id, reason, at) select ${caseId}::uuid, 'unfinished', ${at}
      where not exists (select 1 from citizen.report r where r.case_id = ${caseId}) on conflict do nothing`.execute(tx)
  }
}

/** What a report says beside its case. A repeat changes nothing. What must not be public is marked in the same commit. */
export const keepReport = command(async (tx, r: KeptReport, { now }) => {
  const held = r.words.length > 0
  await lockCase(tx, r.caseId)
  const done =
    await sql`insert into citizen.report (case_id, case_no, draft_key, visibility, held, contact_id, device_hash, tracking_hash, unclassified,
      warnings, consent_version, lng, lat, street_code, reported_at)
    values (${r.caseId}, ${r.caseNo}, ${r.draftKey}, ${r.visibility}, ${held}, ${r.contactId}, ${r.deviceHash}, ${r.trackingHash}, ${r.unclassified},
      ${JSON.stringify(r.warnings)}::jsonb, ${r.consentVersion}, ${r.lng}, ${r.lat}, ${r.streetCode}, ${r.reportedAt}) on conflict do nothing`.execute(
      tx
    )
  if (done.numAffectedRows !== 1n) return
  await sql`delete from citizen.private_case where case_id = ${r.caseId} and reason = 'unfinished'`.execute(tx)
  if (held || r.visibility === 'private') {
    await sql`insert into citizen.private_case (case_id, reason, at) values (${r.caseId}, ${r.visibility === 'private' ? 'asked' : 'held'}, ${now})
      on conflict do nothing`.execute(tx)
  }
  if (held) {
    await sql`insert into citizen.review (id, kind, case_id, state, words, file_ids, asked_at)
      values (${newId(now.getTime())}, 'words', ${r.caseId}, 'open', ${r.words}, '{}', ${now})`.execute(tx)
  }
})

/** "Me too": once a person. Answers how many say so, and whether this one was new. */
export const addMeToo = command(async (tx, input: { caseId: string; person: string }, { now }) => {
  const done = await sql`insert into citizen.me_too (case_id, person, at) values (${input.caseId}, ${input.person}, ${now})
    on conflict do nothing`.execute(tx)
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from citizen.me_too where case_id = ${input.caseId}`.execute(tx)
  return { meToo: rows[0]!.n, counted: done.numAffectedRows === 1n }
})
