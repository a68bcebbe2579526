import type { DiffKind, FindingKind } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { stageTable } from '../domain/batch/stage.ts'
import type { BatchRecord } from './batches.ts'

export interface RejectRecord {
  row_no: string
  file_no: number
  file_row: string
  code: string | null
  reasons: { field: string; rule: string; zh: string; en: string }[]
  fields: Record<string, string>
}

/** Refused rows in the order of the files. */
export async function listRejects(
  db: Db,
  id: string,
  rule: string | undefined,
  after: string,
  limit: number
): Promise<RejectRecord[]> {
  const { rows } = await sql<RejectRecord>`select row_no, file_no, file_row, code, reasons, fields from registry.reject
    where batch_id = ${id} and row_no > ${after}::bigint ${rule ? sql`and reasons @> ${JSON.stringify([{ rule }])}::jsonb` : sql``}
    order by row_no limit ${limit}`.execute(db)
  return rows
}

export interface FindingRecord {
  seq: number
  kind: FindingKind
  code: string
  other_code: string | null
  class_code: string | null
  lng: number | null
  lat: number | null
  details: Record<string, string | number | null>
}

export async function listFindings(
  db: Db,
  id: string,
  kind: string | undefined,
  after: number,
  limit: number
): Promise<FindingRecord[]> {
  const { rows } =
    await sql<FindingRecord>`select seq, kind, code, other_code, class_code, lng, lat, details from registry.finding
    where batch_id = ${id} and seq > ${after} ${kind ? sql`and kind = ${kind}` : sql``} order by seq limit ${limit}`.execute(db)
  return rows
}

export interface SampleRecord {
  code: string
  verdict: 'right' | 'wrong' | null
  note: string
  judged_by_name: string | null
  class_code: string | null
  name: string | null
  lng: number | null
  lat: number | null
  address: string | null
  attributes: Record<string, unknown> | null
}

/** The sample of a batch with what its rows say: from the stage, or, once published, from the register. */
export async function listSample(
  db: Db,
  batch: BatchRecord,
  open: boolean,
  after: string,
  limit: number
): Promise<SampleRecord[]> {
  const from =
    batch.stage === null
      ? sql`registry.item s on s.type_id = ${batch.type_id} and s.code = x.code`
      : sql`${sql.raw(stageTable(batch.id))} s on s.code = x.code`
  const { rows } =
    await sql<SampleRecord>`select x.code, x.verdict, x.note, x.judged_by_name, s.class_code, s.name, s.lng, s.lat, s.address, s.attributes
    from registry.batch_sample x left join ${from}
    where x.batch_id = ${batch.id} and x.code > ${after} ${open ? sql`and x.verdict is null` : sql``} order by x.code limit ${limit}`.execute(
      db
    )
  return rows
}

/** How many rows were drawn, judged, and found wrong. */
export async function countSample(db: Db, id: string): Promise<{ drawn: number; judged: number; wrong: number } | null> {
  const { rows } = await sql<{
    drawn: number
    judged: number
    wrong: number
  }>`select count(*)::int as drawn, count(verdict)::int as judged,
    count(*) filter (where verdict = 'wrong')::int as wrong from registry.batch_sample where batch_id = ${id}`.execute(db)
  return rows[0] && rows[0].drawn > 0 ? rows[0] : null
}

type Side = {
  class_code: string | null
  name: string
  status: string
  lng: number | null
  lat: number | null
  address: string
  attributes: Record<string, unknown>
} | null
export interface DiffRecord {
  code: string
  kind: DiffKind
  class_code: string | null
  moved_m: number | null
  before: Side
  after: Side
}

export interface DiffFilter {
  kind: DiffKind
  class?: string | undefined
  street?: string | undefined
  cursor: string
  limit: number
}

const SIDE = ['class_code', 'name', 'status', 'lng', 'lat', 'address', 'attributes']
const side = (alias: string) =>
  sql.raw(
    `case when ${alias}.code is not null then jsonb_build_object(${SIDE.map((n) => `'${n}', ${alias}.${n}`).join(', ')}) end`
  )

/** What a batch changed, by code, without what stood there. */
export async function listDiffRows(
  db: Db,
  id: string,
  f: DiffFilter
): Promise<Pick<DiffRecord, 'code' | 'class_code' | 'moved_m'>[]> {
  const { rows } = await sql<
    Pick<DiffRecord, 'code' | 'class_code' | 'moved_m'>
  >`select code, class_code, moved_m from registry.batch_diff
    where batch_id = ${id} and kind = ${f.kind} and code > ${f.cursor} ${f.class ? sql`and class_code = ${f.class}` : sql``}
      ${f.street ? sql`and grid_code like ${`${f.street}%`}` : sql``} order by code limit ${f.limit}`.execute(db)
  return rows
}

/** Differences of a batch that is not published yet; after it the history of the items tells (`publishedDiff`). */
export async function listDiff(db: Db, batch: BatchRecord, f: DiffFilter): Promise<DiffRecord[]> {
  const limits = (alias: string) =>
    sql`${f.class ? sql`and ${sql.ref(`${alias}.class_code`)} = ${f.class}` : sql``} ${f.street ? sql`and ${sql.ref(`${alias}.grid_code`)} like ${`${f.street}%`}` : sql``}`
  if (batch.progress.empty && f.kind === 'added') {
    const { rows } =
      await sql<DiffRecord>`select s.code, 'added' as kind, s.class_code, null::float8 as moved_m, null as before, ${side('s')} as after
      from ${sql.raw(stageTable(batch.id))} s where s.code > ${f.cursor} ${limits('s')} order by s.code limit ${f.limit}`.execute(
        db
      )
    return rows
  }
  const { rows } =
    await sql<DiffRecord>`select x.code, x.kind, x.class_code, x.moved_m, ${side('i')} as before, ${side('s')} as after
    from registry.batch_diff x left join ${sql.raw(stageTable(batch.id))} s on s.code = x.code left join registry.item i on i.type_id = ${batch.type_id} and i.code = x.code and x.kind <> 'added'
    where x.batch_id = ${batch.id} and x.kind = ${f.kind} and x.code > ${f.cursor} ${limits('x')} order by x.code limit ${f.limit}`.execute(
      db
    )
  return rows
}
