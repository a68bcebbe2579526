import { randomBytes } from 'node:crypto'
import type { CaseReport } from '@chengyun/contract/cases'
import { sql } from 'kysely'
import { type Actor, SYSTEM } from '../../../platform/actor.ts'
import { command } from '../../../platform/command.ts'
import { AppError } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { type CaseEnv, type CaseRecord, getVisibleCase, moveCase, reportCase } from '../../cases/index.ts'
import { blockedIn } from '../domain/citizen-abuse.ts'
import { noteOf, type Open311Report } from '../domain/open311-report.ts'
import { blockedWords } from '../queries/citizen-reports.ts'

/** Somebody else may take a step at the same moment. */
const MOST_ATTEMPTS = 3

export interface Open311Key {
  id: string
  name: string
  prefix: string
}

/** The technical account of a key. It takes no post: it files and adds to what it filed, nothing else is offered to it. */
export const actorOf = (key: Open311Key, ip: string | null): Actor => ({
  ...SYSTEM,
  id: key.id,
  name: key.name,
  username: `open311:${key.prefix}`,
  ip
})

/** Where a report lies, found. */
export type Place = Pick<CaseReport, 'location' | 'crs' | 'precision' | 'address'>

interface Kept {
  caseId: string
  keyId: string
  report: Open311Report
  emailEnc: string | null
  words: readonly string[]
  now: Date
}

const keepRequest = command(async (tx, { caseId, keyId, report, emailEnc, words, now }: Kept): Promise<string | null> => {
  const token = report.service.type === 'batch' ? randomBytes(15).toString('base64url') : null
  const done =
    await sql`insert into citizen.open311_request (case_id, key_id, service_code, token, account_id, device_id, email_enc, media_url, attributes, requested_at)
    values (${caseId}, ${keyId}, ${report.service.code}, ${token}, ${report.accountId ?? null}, ${report.deviceId ?? null}, ${emailEnc},
      ${report.mediaUrl ?? null}, ${JSON.stringify(report.attributes)}::jsonb, ${now}) on conflict (case_id) do nothing`.execute(
      tx
    )
  // Words that no stranger should read at once wait for a reviewer, as those of the citizen app do.
  if (done.numAffectedRows === 1n && words.length > 0) {
    await sql`insert into citizen.private_case (case_id, reason, at) values (${caseId}, 'held', ${now}) on conflict do nothing`.execute(
      tx
    )
    await sql`insert into citizen.review (id, kind, case_id, state, words, file_ids, asked_at)
      values (${newId(now.getTime())}, 'words', ${caseId}, 'open', ${words}, '{}', ${now})`.execute(tx)
  }
  await sql`update citizen.open311_key set last_used_at = ${now} where id = ${keyId} and (last_used_at is null or last_used_at < ${now})`.execute(
    tx
  )
  const { rows } = await sql<{
    token: string | null
  }>`select token from citizen.open311_request where case_id = ${caseId}`.execute(tx)
  return rows[0]?.token ?? null
})

export interface Filed {
  record: CaseRecord
  token: string | null
}

/**
 * A report of another system becomes a case. The same report again (by the sender's own number of it, or its Idempotency-Key) answers
 * with the case of the first; what only Open311 knows is kept after the case, and again when the sender asks again.
 */
export async function fileOpen311Report(
  env: CaseEnv,
  key: Open311Key,
  report: Open311Report,
  how: { place: Place; evidenceIds: string[]; idempotencyKey: string | undefined; ip: string | null; now: Date }
): Promise<Filed> {
  const { now } = how
  const actor = actorOf(key, how.ip)
  const [kind, classCode] = report.service.class.split(':') as ['component' | 'matter', string]
  const reference = how.idempotencyKey ?? report.reference
  const note = noteOf(report)
  const input: CaseReport = {
    kind,
    classCode,
    description: report.description,
    sourceType: 'public',
    ...how.place,
    ...(report.reporter && { reporter: report.reporter }),
    ...(how.evidenceIds.length > 0 && { evidenceIds: how.evidenceIds }),
    ...(note && { note })
  }
  const record = await reportCase(env, actor, input, {
    now,
    ...(reference && { key: [report.accountId ?? report.deviceId ?? '', reference].join('|').slice(0, 400) })
  })
  const emailEnc = report.email ? env.seal(report.email, `open311.email:${record.id}`) : null
  const words = blockedIn(`${report.description} ${report.address ?? ''}`, await blockedWords(env.db))
  const token = await keepRequest(env.db, actor, { caseId: record.id, keyId: key.id, report, emailEnc, words, now })
  return { record, token }
}

/**
 * Words of the sender about an open request of its own: they reach the desk as an urging (催办). The same update again (by the sender's
 * number of it) changes nothing.
 */
export async function addOpen311Update(
  env: CaseEnv,
  key: Open311Key,
  update: { caseNo: string; text: string; updateId: string | undefined },
  how: { ip: string | null; now: Date }
): Promise<CaseRecord> {
  const actor = actorOf(key, how.ip)
  const options = { now: how.now, ...(update.updateId !== undefined && { key: `open311:${update.updateId}` }) }
  for (let attempt = 0; ; attempt += 1) {
    const record = await getVisibleCase(env.db, actor, update.caseNo)
    // No case stands at version 0: this asks only whether the update was taken before.
    const version = attempt === 0 && update.updateId !== undefined ? 0 : record.version
    try {
      return await moveCase(env, actor, record.id, 'urge', { version, opinion: update.text }, options)
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 409 || attempt >= MOST_ATTEMPTS) throw error
    }
  }
}
