import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { type Question, type SqlColumns, sqlOf } from '../../geo/index.ts'
import { SENSITIVE_CLASSES } from '../domain/citizen-privacy.ts'
import { notPrivate, type PublicCase } from './open311.ts'

/** Above so many the number that matched is left out. */
const COUNTED = 10_000

/** What a filter may speak of. */
export const CASE_COLUMNS: SqlColumns = {
  fields: new Map<string, RawBuilder<unknown>>([
    ['caseNo', sql`c.case_no`],
    ['kind', sql`c.kind`],
    ['class', sql`c.class_code`],
    ['open', sql`c.is_open`],
    ['status', sql`c.status`],
    ['grid', sql`c.grid_code`],
    ['reportedAt', sql`c.reported_at`],
    ['updatedAt', sql`c.updated_at`]
  ]),
  times: new Set(['reportedAt', 'updatedAt']),
  texts: new Set(['caseNo', 'kind', 'class', 'status', 'grid']),
  point: { lng: sql<number>`c.lng`, lat: sql<number>`c.lat` }
}

/** Cases whose place may be told: no filter may find out what the answer rounds. */
const shown = sql<boolean>`c.precision = 'exact' and not (c.class_code = any(${SENSITIVE_CLASSES}::text[])) and ${notPrivate}`

function where(question: Question | null): RawBuilder<boolean> {
  const out: RawBuilder<boolean>[] = [shown]
  if (question?.box) {
    const [w, s, e, n] = question.box
    out.push(sql`c.lng between ${w} and ${e} and c.lat between ${s} and ${n}`)
  }
  if (question?.time?.from) out.push(sql`c.reported_at >= ${question.time.from}`)
  if (question?.time?.to) out.push(sql`c.reported_at <= ${question.time.to}`)
  if (question?.filter) out.push(sqlOf(question.filter, CASE_COLUMNS))
  return sql<boolean>`${sql.join(out, sql` and `)}`
}

const COLUMNS = sql.raw(
  'c.id, c.case_no, c.status, c.is_open, c.kind, c.class_code, c.lng, c.lat, c.grid_code, c.reported_at, c.updated_at'
)
export type PublishedCase = Pick<
  PublicCase,
  'id' | 'case_no' | 'status' | 'is_open' | 'kind' | 'class_code' | 'lng' | 'lat' | 'grid_code' | 'reported_at' | 'updated_at'
>

/** A page in the order of the numbers, one more than asked for. */
export async function pageCases(db: Db, question: Question): Promise<PublishedCase[]> {
  const after = question.after === null ? sql`` : sql`and c.case_no > ${question.after}`
  const { rows } = await sql<PublishedCase>`select ${COLUMNS} from cases.pub_open311 c where ${where(question)} ${after}
    order by c.case_no limit ${question.limit + 1}`.execute(db)
  return rows
}

/** How many there are; null above what is counted. */
export async function countCases(db: Db, question: Question): Promise<number | null> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from
    (select 1 from cases.pub_open311 c where ${where(question)} limit ${COUNTED + 1}) x`.execute(db)
  const n = rows[0]?.n ?? 0
  return n > COUNTED ? null : n
}

export async function findCase(db: Db, caseNo: string): Promise<PublishedCase | undefined> {
  const { rows } =
    await sql<PublishedCase>`select ${COLUMNS} from cases.pub_open311 c where ${where(null)} and c.case_no = ${caseNo}`.execute(
      db
    )
  return rows[0]
}
