import type { CaseStatus } from '@chengyun/contract/cases'
import type { ReviewKind } from '@chengyun/contract/public'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

/** As many open items as are looked through for one reviewer's part of the city. */
const MOST = 500

export interface ReviewRow {
  id: string
  kind: ReviewKind
  caseId: string
  caseNo: string
  status: CaseStatus
  words: string[]
  reason: string | null
  fileIds: string[]
  phase: string | null
  at: Date
}

/** What waits for a decision, the longest first. Photos: those of citizens' cases that nobody decided on. */
export async function openReviews(db: Db, kinds: readonly ReviewKind[]): Promise<ReviewRow[]> {
  const { rows } = await sql<ReviewRow>`
    (select v.id, v.kind, v.case_id as "caseId", c.case_no as "caseNo", c.status, v.words, v.reason,
        case when v.kind = 'reopen' then v.file_ids
          else coalesce((select array_agg(f.id) from media.pub_file f where f.owner_type = 'case' and f.owner_id = v.case_id and f.kind = 'image'), '{}') end as "fileIds",
        null as phase, v.asked_at as at
      from citizen.review v join cases.pub_open311 c on c.id = v.case_id
      where v.state = 'open' and v.kind = any(${kinds}::text[]) order by v.asked_at limit ${MOST})
    union all
    (select f.id, 'photo', r.case_id, r.case_no, c.status, '{}', null, array[f.id], f.phase, f.linked_at
      from citizen.report r join cases.pub_open311 c on c.id = r.case_id join media.pub_file f on f.owner_type = 'case' and f.owner_id = r.case_id
      where 'photo' = any(${kinds}::text[]) and f.kind = 'image' and not exists (select 1 from citizen.photo p where p.file_id = f.id)
      order by f.linked_at limit ${MOST})`.execute(db)
  return rows
}

export async function findReview(db: Db, id: string) {
  const { rows } = await sql<{ id: string; kind: 'words' | 'reopen'; caseId: string; state: string; reason: string | null }>`
    select id, kind, case_id as "caseId", state, reason from citizen.review where id = ${id}`.execute(db)
  return rows[0]
}

/** The case of a citizen that a picture belongs to. */
export async function caseOfPhoto(db: Db, fileId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select r.case_id as id from media.pub_file f
    join citizen.report r on r.case_id = f.owner_id where f.id = ${fileId} and f.owner_type = 'case' and f.kind = 'image'`.execute(
    db
  )
  return rows[0]?.id
}

export async function meTooCount(db: Db, caseId: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from citizen.me_too where case_id = ${caseId}`.execute(db)
  return rows[0]!.n
}
