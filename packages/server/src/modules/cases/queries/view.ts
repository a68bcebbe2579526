import type { CaseView, EvidenceView } from '@chengyun/contract/cases'
import { sql } from 'kysely'
import type { Actor } from '../../../platform/actor.ts'
import { type Db, readArrays } from '../../../platform/db.ts'
import { listEvidence } from '../../media/index.ts'
import { findCase, findCases } from '../commands/store.ts'
import { metresBetween, refuse } from '../domain/guards.ts'
import { CASE_SELECT, type CaseRecord, recordOf } from '../domain/record.ts'
import type { CaseEnv } from '../env.ts'
import { canSee } from '../policy.ts'
import { presentCase, type StepRow } from '../present.ts'

/** A case this person may see; anything else is answered like a case that does not exist. */
export async function getVisibleCase(db: Db, actor: Actor, idOrNumber: string): Promise<CaseRecord> {
  const byId = /^[0-9a-f]{8}-/.test(idOrNumber)
  const record = byId
    ? await findCase(db, idOrNumber, true)
    : (await findCases(db, 'cases-by-number', 'c.case_no = $1', [idOrNumber]))[0]
  if (!record || !canSee(actor, record)) throw refuse('CASE_NOT_FOUND')
  return record
}

export async function listSteps(db: Db, caseId: string): Promise<StepRow[]> {
  const { rows } =
    await sql<StepRow>`select seq, at, op, from_status, to_status, actor_id, actor_name, unit_id, role, opinion, data, stage, used_s, overdue, prev_hash, hash
    from cases.step where case_id = ${caseId} order by seq`.execute(db)
  return rows
}

/** Everything about one case for one reader. */
export async function viewCase(env: CaseEnv, actor: Actor, record: CaseRecord, now: Date): Promise<CaseView> {
  const { db } = env
  const [steps, evidence, related, contact] = await Promise.all([
    listSteps(db, record.id),
    evidenceViews(env, actor, record),
    relatedCases(env, actor, record),
    contactOf(env, record.id)
  ])
  return presentCase(env, actor, record, { steps, ...evidence, related, contact }, now)
}

async function evidenceViews(
  env: CaseEnv,
  actor: Actor,
  record: CaseRecord
): Promise<Pick<CaseView, 'evidence' | 'evidencePairs'>> {
  const { items, pairs } = await listEvidence(env.db, 'case', record.id, actor)
  const evidence = items.map((f): EvidenceView => {
    const place = f.place ?? (f.exif.lng !== null && f.exif.lat !== null ? ([f.exif.lng, f.exif.lat] as [number, number]) : null)
    return {
      id: f.id,
      phase: f.phase,
      kind: f.kind,
      mime: f.mime,
      size: f.size,
      sha256: f.sha256,
      width: f.width,
      height: f.height,
      takenAt: f.capturedAt ?? f.exif.takenAt,
      uploadedAt: f.uploadedAt,
      uploadedBy: f.uploaderName,
      location: place,
      distanceM: place ? Math.round(metresBetween({ lng: place[0], lat: place[1] }, record)) : null,
      doubts: f.doubts,
      thumbUrl: f.thumbnailUrl,
      shownUrl: f.urls.shown,
      originalUrl: f.urls.original
    }
  })
  return { evidence, evidencePairs: pairs }
}

const RELATED_WITHIN_M = 50
const RELATED_DAYS = 30

/** Linked and merged cases, and what happened on the spot lately (same class within 50 m and 30 days counts as a repeat). */
async function relatedCases(env: CaseEnv, actor: Actor, record: CaseRecord): Promise<CaseView['related']> {
  const margin = RELATED_WITHIN_M / 90_000
  const all = sql.raw(CASE_SELECT)
  const question = sql`
    select ${all}, 'linked' from cases.link l join cases."case" c on c.id = l.other_id where l.case_id = ${record.id}
    union all select ${all}, 'linked' from cases.link l join cases."case" c on c.id = l.case_id where l.other_id = ${record.id}
    union all select ${all}, 'merged' from cases."case" c where c.id = ${record.mergedInto}::uuid
    union all (select ${all}, 'nearby' from cases."case" c where c.is_open and c.id <> ${record.id} and c.class_code = ${record.classCode}
      and point(c.lng, c.lat) <@ box(point(${record.lng - margin}, ${record.lat - margin}), point(${record.lng + margin}, ${record.lat + margin})) limit 20)
    union all (select ${all}, 'nearby' from cases."case" c where not c.is_open and c.id <> ${record.id} and c.class_code = ${record.classCode} and c.grid_code = ${record.gridCode}
      and c.reported_at >= ${record.reportedAt}::timestamptz - make_interval(days => ${RELATED_DAYS}) order by c.reported_at desc limit 20)`
  const seen = new Set<string>()
  const out: CaseView['related'] = []
  for (const row of await readArrays(env.db, question.compile(env.db))) {
    const other = recordOf(row)
    const relation = row.at(-1) as string
    if (seen.has(other.id) || !canSee(actor, other)) continue
    seen.add(other.id)
    const distanceM = Math.round(metresBetween(record, other))
    if (relation === 'nearby' && distanceM > RELATED_WITHIN_M) continue
    out.push({
      id: other.id,
      caseNo: other.caseNo,
      className: env.reference.findClass(other.standardRef, other.kind, other.classCode)?.name ?? other.classCode,
      status: other.status,
      relation,
      distanceM,
      reportedAt: other.reportedAt
    })
  }
  return out
}

/** Who reported, in clear; `forgottenAt`: name and number were deleted at the wish of the person. */
export interface CaseContact {
  name: string | null
  phone: string | null
  forgottenAt: Date | null
}
export async function contactOf(env: CaseEnv, caseId: string): Promise<CaseContact | null> {
  const { rows } = await sql<{
    name_enc: string | null
    phone_enc: string | null
    forgotten_at: Date | null
  }>`select name_enc, phone_enc, forgotten_at from cases.contact where case_id = ${caseId}`.execute(env.db)
  const row = rows[0]
  if (!row) return null
  return {
    name: row.name_enc ? env.unseal(row.name_enc, `contact.name:${caseId}`) : null,
    phone: row.phone_enc ? env.unseal(row.phone_enc, `contact.phone:${caseId}`) : null,
    forgottenAt: row.forgotten_at
  }
}
