import type { CaseStatus, SourceType } from '@chengyun/contract/cases'
import type { ReportWarning, Visibility } from '@chengyun/contract/public'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { SAME_LOOK_BITS } from '../domain/citizen-abuse.ts'
import { OFFICIAL_SOURCES } from '../domain/citizen-privacy.ts'

export interface ReportRow {
  caseId: string
  caseNo: string
  draftKey: string
  visibility: Visibility
  held: boolean
  contactId: string | null
  deviceHash: string
  trackingHash: string
  unclassified: boolean
  warnings: ReportWarning[]
}
const REPORT =
  sql.raw(`r.case_id as "caseId", r.case_no as "caseNo", r.draft_key as "draftKey", r.visibility, r.held, r.contact_id as "contactId",
  r.device_hash as "deviceHash", r.tracking_hash as "trackingHash", r.unclassified, r.warnings`)

export async function reportByDraft(db: Db, draftKey: string): Promise<ReportRow | undefined> {
  return (await sql<ReportRow>`select ${REPORT} from citizen.report r where r.draft_key = ${draftKey}`.execute(db)).rows[0]
}
export async function reportOfCase(db: Db, caseId: string): Promise<ReportRow | undefined> {
  return (await sql<ReportRow>`select ${REPORT} from citizen.report r where r.case_id = ${caseId}`.execute(db)).rows[0]
}

/** The number of the report that a tracking code opens, by the code's hash. */
export async function caseNoByTracking(db: Db, trackingHash: string): Promise<string | undefined> {
  const { rows } = await sql<{
    no: string
  }>`select case_no as no from citizen.report where tracking_hash = ${trackingHash}`.execute(db)
  return rows[0]?.no
}

/** Which of these files came from this device and belong to nothing yet. */
export async function ownUploads(db: Db, deviceHash: string, fileIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select u.file_id as id from citizen.upload u
    where u.file_id = any(${fileIds}::uuid[]) and u.device_hash = ${deviceHash}`.execute(db)
  return rows.map((r) => r.id)
}

/** Pictures of other reports since an instant that look like these. `same`: byte for byte. */
export async function picturesSeen(
  db: Db,
  fileIds: readonly string[],
  since: Date
): Promise<{ caseNo: string | null; same: boolean }[]> {
  const { rows } = await sql<{ caseNo: string | null; same: boolean }>`
    select r.case_no as "caseNo", bool_or(o.sha256 = u.sha256) as same
    from citizen.upload u join citizen.upload o on not (o.file_id = any(${fileIds}::uuid[])) and o.uploaded_at >= ${since}
      and (o.sha256 = u.sha256 or (o.look is not null and bit_count(o.look # u.look) <= ${SAME_LOOK_BITS}))
    join media.pub_file f on f.id = o.file_id and f.owner_type = 'case'
    left join citizen.report r on r.case_id = f.owner_id
    where u.file_id = any(${fileIds}::uuid[]) group by r.case_no order by r.case_no desc limit 5`.execute(db)
  return rows
}

export const blockedWords = async (db: Db): Promise<string[]> =>
  (await sql<{ word: string }>`select word from citizen.blocked_word order by word`.execute(db)).rows.map((r) => r.word)

/** A case as the lists of citizens need it. */
export interface LineRow {
  id: string
  caseNo: string
  status: CaseStatus
  isOpen: boolean
  mergedInto: string | null
  sourceType: SourceType
  classCode: string
  standardRef: string
  kind: string
  address: string
  lng: number
  lat: number
  reportedAt: Date
  promisedAt: Date | null
  unclassified: boolean | null
  photoId: string | null
  meToo: number
  rated: boolean
}
const LINE =
  sql.raw(`c.id, c.case_no as "caseNo", c.status, c.is_open as "isOpen", c.merged_into as "mergedInto", c.source_type as "sourceType",
  c.class_code as "classCode", c.standard_ref as "standardRef", c.kind, c.address, c.lng, c.lat, c.reported_at as "reportedAt",
  c.handle_deadline_at as "promisedAt", r.unclassified,
  (select p.file_id from citizen.photo p join media.pub_file f on f.id = p.file_id where p.case_id = c.id and p.released
    order by (f.phase in ('after', 'check')) , f.uploaded_at limit 1) as "photoId",
  (select count(*)::int from citizen.me_too m where m.case_id = c.id) as "meToo",
  exists (select 1 from citizen.rating g where g.case_id = c.id) as rated`)
/** What everybody may know of: public reports that nobody holds back, and official cases. */
const KNOWN = sql`((r.case_id is not null and r.visibility = 'public' and not r.held) or (r.case_id is null and c.source_type = any(${OFFICIAL_SOURCES}::text[])))
  and not exists (select 1 from citizen.private_case h where h.case_id = c.id)`

/** Open cases in a box around a point, of one class or of any, which the public may know of. */
export async function openAround(
  db: Db,
  box: { w: number; s: number; e: number; n: number },
  classCode: string | undefined
): Promise<LineRow[]> {
  const { rows } = await sql<LineRow>`select ${LINE} from cases.pub_open311 c left join citizen.report r on r.case_id = c.id
    where c.is_open and point(c.lng, c.lat) <@ box(point(${box.w}, ${box.s}), point(${box.e}, ${box.n})) and ${KNOWN}
      ${classCode === undefined ? sql`` : sql`and (c.class_code = ${classCode} or r.unclassified)`}
    order by c.reported_at desc limit 100`.execute(db)
  return rows
}

/** Public reports of citizens in a window since an instant, the newest first; total counted up to `cap`. */
export async function publicReports(
  db: Db,
  [w, s, e, n]: readonly [number, number, number, number],
  since: Date,
  limit: number,
  cap: number
): Promise<{ rows: LineRow[]; total: number }> {
  const where = sql`r.visibility = 'public' and not r.held and point(r.lng, r.lat) <@ box(point(${w}, ${s}), point(${e}, ${n})) and r.reported_at >= ${since}
    and not exists (select 1 from citizen.private_case h where h.case_id = r.case_id)`
  const [page, count] = await Promise.all([
    sql<LineRow>`select ${LINE} from citizen.report r join cases.pub_open311 c on c.id = r.case_id where ${where}
      order by r.reported_at desc limit ${limit}`.execute(db),
    sql<{ n: number }>`select count(*)::int as n from (select 1 from citizen.report r where ${where} limit ${cap}) x`.execute(db)
  ])
  return { rows: page.rows, total: count.rows[0]!.n }
}

/** Reports of one contact, the newest first. */
export const reportsOf = async (db: Db, contactId: string): Promise<LineRow[]> =>
  (
    await sql<LineRow>`select ${LINE} from citizen.report r join cases.pub_open311 c on c.id = r.case_id where r.contact_id = ${contactId}
      order by r.reported_at desc limit 200`.execute(db)
  ).rows

/** Public reports of a district or street, the newest first. */
export const reportsIn = async (db: Db, areaCode: string, limit: number): Promise<LineRow[]> =>
  (
    await sql<LineRow>`select ${LINE} from citizen.report r join cases.pub_open311 c on c.id = r.case_id
      where r.street_code like ${`${areaCode}%`} and r.visibility = 'public' and not r.held
        and not exists (select 1 from citizen.private_case h where h.case_id = r.case_id)
      order by r.reported_at desc limit ${limit}`.execute(db)
  ).rows
/** Those of these cases that the reader may know of: his own, and what everybody may. What was made private since is left out. */
export const linesOf = async (db: Db, caseNos: readonly string[], contactId: string): Promise<LineRow[]> =>
  (
    await sql<LineRow>`select ${LINE} from cases.pub_open311 c left join citizen.report r on r.case_id = c.id
      where c.case_no = any(${caseNos}::text[]) and (r.contact_id = ${contactId} or (${KNOWN})) order by c.reported_at desc`.execute(
      db
    )
  ).rows

/** Everything beside the case that its page shows. */
export interface PageFacts {
  hidden: boolean
  meToo: number
  mine: boolean
  following: boolean
  photos: { id: string; phase: string }[]
  inReview: number
  rating: { score: number; satisfied: boolean; text: string; at: Date } | null
  reopen: { state: 'open' | 'approved' | 'rejected'; at: Date; note: string | null } | null
  reason: string | null
}
export async function pageFacts(
  db: Db,
  caseId: string,
  reader: { person: string; contactId: string | null; caseNo: string }
): Promise<PageFacts> {
  const { rows } = await sql<PageFacts>`select
    exists (select 1 from citizen.private_case h where h.case_id = ${caseId}) as hidden,
    (select count(*)::int from citizen.me_too m where m.case_id = ${caseId}) as "meToo",
    exists (select 1 from citizen.me_too m where m.case_id = ${caseId} and m.person = ${reader.person}) as mine,
    exists (select 1 from citizen.follow f where f.contact_id = ${reader.contactId}::uuid and f.kind = 'report' and f.target = ${reader.caseNo}) as following,
    coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'phase', f.phase) order by f.uploaded_at) from citizen.photo p
      join media.pub_file f on f.id = p.file_id where p.case_id = ${caseId} and p.released), '[]'::jsonb) as photos,
    (select count(*)::int from media.pub_file f where f.owner_type = 'case' and f.owner_id = ${caseId} and f.kind = 'image'
      and not exists (select 1 from citizen.photo p where p.file_id = f.id)) as "inReview",
    (select jsonb_build_object('score', g.score, 'satisfied', g.satisfied, 'text', g.text, 'at', g.at) from citizen.rating g where g.case_id = ${caseId}) as rating,
    (select jsonb_build_object('state', v.state, 'at', v.asked_at, 'note', v.note) from citizen.review v
      where v.case_id = ${caseId} and v.kind = 'reopen' order by v.asked_at desc limit 1) as reopen,
    (select s.reason from cases.pub_public_step s where s.case_id = ${caseId} and s.reason is not null order by s.seq desc limit 1) as reason`.execute(
    db
  )
  return rows[0]!
}

/** A released photo with what its copy is made from; undefined when it is not released. */
export async function releasedPhoto(db: Db, fileId: string) {
  const { rows } = await sql<{
    sha256: string
    boxes: [number, number, number, number][]
    open: boolean
  }>`select f.sha256, p.boxes, not exists (select 1 from citizen.private_case h where h.case_id = p.case_id) as open
    from citizen.photo p join media.pub_file f on f.id = p.file_id where p.file_id = ${fileId} and p.released`.execute(db)
  return rows[0]
}
