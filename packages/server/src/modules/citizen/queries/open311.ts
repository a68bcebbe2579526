import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { OFFICIAL_SOURCES } from '../domain/citizen-privacy.ts'
import type { RequestQuery, Span } from '../domain/open311-query.ts'
import type { ClassKey, ClassMapping } from '../domain/open311-services.ts'

/** A case as public answers are made from it. */
export interface PublicCase {
  id: string
  case_no: string
  status: string
  is_open: boolean
  standard_ref: string
  kind: string
  class_code: string
  source_type: string
  description: string
  address: string
  lng: number
  lat: number
  precision: string
  grid_code: string | null
  unit_id: string | null
  reported_at: Date
  handle_deadline_at: Date | null
  updated_at: Date
}

const COLUMNS = sql.raw(
  `c.id, c.case_no, c.status, c.is_open, c.standard_ref, c.kind, c.class_code, c.source_type, c.description, c.address, c.lng, c.lat, c.precision,
   c.grid_code, c.unit_id, c.reported_at, c.handle_deadline_at, c.updated_at`
)

const LATELY_MS = 86_400_000

/** So many classes are walked through one by one; more are found by walking through all. */
const CLASS_BY_CLASS = 60

/**
 * What the public may know of at all (the rule of the citizen app, domain/citizen-privacy.ts): cases without a private person behind them,
 * reports through Open311, and citizens' public reports that no reviewer holds. Calls to the hotline are between two people.
 */
export const notPrivate = sql<boolean>`not exists (select 1 from citizen.private_case p where p.case_id = c.id)
  and (c.source_type = any(${OFFICIAL_SOURCES}::text[]) or exists (select 1 from citizen.open311_request o where o.case_id = c.id)
    or exists (select 1 from citizen.report r where r.case_id = c.id and r.visibility = 'public' and not r.held))`

/** Not of a class that no public answer shows. A number may be of both kinds, so the pair is compared where the number is one of them. */
function notHidden(hidden: readonly ClassKey[]): RawBuilder<boolean> {
  if (hidden.length === 0) return sql<boolean>`true`
  return sql<boolean>`not (c.class_code = any(${hidden.map((h) => h.code)}::text[]) and (c.kind || ':' || c.class_code) = any(${hidden.map((h) => `${h.kind}:${h.code}`)}::text[]))`
}

/**
 * Requests newest first. Open and closed cases are asked for apart, as each half has its own indexes; a question for a few classes walks
 * each class's own index as far as the page reaches.
 */
export async function listPublicCases(
  db: Db,
  query: RequestQuery,
  classes: readonly ClassKey[] | undefined,
  hidden: readonly ClassKey[]
): Promise<PublicCase[]> {
  const limit = query.offset + query.size
  const conditions: RawBuilder<boolean>[] = [
    sql<boolean>`c.reported_at >= ${query.from} and c.reported_at <= ${query.to}`,
    notHidden(hidden),
    notPrivate
  ]
  if (query.updated.after) conditions.push(sql<boolean>`c.updated_at >= ${query.updated.after}`)
  if (query.updated.before) conditions.push(sql<boolean>`c.updated_at <= ${query.updated.before}`)
  const where = sql.join(conditions, sql` and `)
  const newest = sql`order by c.reported_at desc, c.id desc limit ${limit}`
  // Who asks every few minutes what changed must not walk through ninety days: what ended lately is found by its last step.
  const after = query.updated.after
  const lately = after && query.to.getTime() - after.getTime() < LATELY_MS
  const ended = lately
    ? sql<boolean>`c.id = any(array(select s.case_id from cases.pub_public_step s where s.at >= ${after}))`
    : sql<boolean>`true`
  const halves = (query.open === undefined ? [true, false] : [query.open]).map((open) => {
    const half = open ? sql`c.is_open` : sql`not c.is_open and ${ended}`
    if (!classes) return sql`(select ${COLUMNS} from cases.pub_open311 c where ${half} and ${where} ${newest})`
    const keys = sql`unnest(${classes.map((k) => k.kind)}::text[], ${classes.map((k) => k.code)}::text[]) as k(kind, code)`
    if (classes.length > CLASS_BY_CLASS || open)
      return sql`(select ${COLUMNS} from cases.pub_open311 c where ${half} and c.class_code = any(${classes.map((k) => k.code)}::text[])
        and (c.kind, c.class_code) in (select k.kind, k.code from ${keys}) and ${where} ${newest})`
    return sql`(select x.* from ${keys}, lateral (select ${COLUMNS} from cases.pub_open311 c
      where ${half} and c.class_code = k.code and c.kind = k.kind and ${where} ${newest}) x)`
  })
  const { rows } = await sql<PublicCase>`select * from (${sql.join(halves, sql` union all `)}) c
    order by c.reported_at desc, c.id desc limit ${query.size} offset ${query.offset}`.execute(db)
  return rows
}

/** Cases by number, as far as they are public. */
export async function findPublicCases(db: Db, numbers: readonly string[], hidden: readonly ClassKey[]): Promise<PublicCase[]> {
  const { rows } = await sql<PublicCase>`select ${COLUMNS} from cases.pub_open311 c
    where c.case_no = any(${numbers}::text[]) and ${notHidden(hidden)} and ${notPrivate} order by c.reported_at desc, c.id desc`.execute(
    db
  )
  return rows
}

/** A step a citizen is told of. */
export interface PublicStep {
  case_id: string
  seq: number
  at: Date
  op: string
  to_status: string
  unit_id: string | null
  reason: string | null
}

/** The public steps of these cases, oldest first. */
export async function listPublicSteps(db: Db, caseIds: readonly string[]): Promise<PublicStep[]> {
  if (caseIds.length === 0) return []
  const { rows } = await sql<PublicStep>`select case_id, seq, at, op, to_status, unit_id, reason from cases.pub_public_step
    where case_id = any(${caseIds}::uuid[]) order by case_id, seq`.execute(db)
  return rows
}

/** What came of it: the number of a request, by its token. */
export async function findByToken(db: Db, token: string): Promise<string | undefined> {
  const { rows } = await sql<{ case_no: string }>`select c.case_no from citizen.open311_request r
    join cases.pub_open311 c on c.id = r.case_id where r.token = ${token}`.execute(db)
  return rows[0]?.case_no
}

/** Public steps within a span with their cases; with a key only those of the requests filed with it. */
export async function listUpdates(
  db: Db,
  span: Span,
  page: { offset: number; size: number },
  keyId: string | undefined,
  hidden: readonly ClassKey[]
): Promise<(PublicStep & Pick<PublicCase, 'case_no'>)[]> {
  const mine = keyId === undefined ? sql`` : sql`join citizen.open311_request r on r.case_id = s.case_id and r.key_id = ${keyId}`
  const { rows } = await sql<
    PublicStep & Pick<PublicCase, 'case_no'>
  >`select s.case_id, s.seq, s.at, s.op, s.to_status, s.unit_id, s.reason, c.case_no
    from cases.pub_public_step s ${mine} join cases.pub_open311 c on c.id = s.case_id
    where s.at >= ${span.from} and s.at <= ${span.to} and ${notHidden(hidden)} and ${notPrivate}
    order by s.at, s.case_id, s.seq limit ${page.size} offset ${page.offset}`.execute(db)
  return rows
}

/** A request filed with this key, by its number. */
export async function findOwnRequest(
  db: Db,
  keyId: string,
  caseNo: string
): Promise<{ id: string; is_open: boolean } | undefined> {
  const { rows } = await sql<{ id: string; is_open: boolean }>`select c.id, c.is_open from cases.pub_open311 c
    join citizen.open311_request r on r.case_id = c.id where c.case_no = ${caseNo} and r.key_id = ${keyId}`.execute(db)
  return rows[0]
}

/** Which classes of 2026 those of 2013 became. */
export async function listClassMappings(db: Db): Promise<ClassMapping[]> {
  const { rows } = await sql<ClassMapping>`select kind_2013, code_2013, kind, code from cases.pub_class_mapping`.execute(db)
  return rows
}

/** The centre of a unit grid, CGCS2000; an address_id of ours is the code of a grid. */
export async function findGridCentre(db: Db, code: string): Promise<[number, number] | undefined> {
  const { rows } = await sql<{ lng: number; lat: number }>`select lng, lat from geo.pub_unit_grid where code = ${code}`.execute(
    db
  )
  return rows[0] && [rows[0].lng, rows[0].lat]
}

/** One released photo of each of these cases: file ids by case. */
export async function listReleasedPhotos(db: Db, caseIds: readonly string[]): Promise<Map<string, string>> {
  if (caseIds.length === 0) return new Map()
  const { rows } = await sql<{
    case_id: string
    file_id: string
  }>`select distinct on (case_id) case_id, file_id from citizen.photo
    where case_id = any(${caseIds}::uuid[]) and released order by case_id, decided_at`.execute(db)
  return new Map(rows.map((r) => [r.case_id, r.file_id]))
}
