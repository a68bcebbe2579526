import type { AttributeDeclaration } from '@chengyun/contract/registry'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import { type Question, type SqlColumns, sqlOf } from '../../geo/index.ts'
import type { Reach } from '../policy.ts'
import { reachCondition } from './reach.ts'

/** An item as it is published. */
export interface PublishedItem {
  id: string
  code: string
  class_code: string | null
  name: string
  status: string
  lng: number | null
  lat: number | null
  shape: Uint8Array | null
  grid_code: string | null
  address: string
  attributes: Record<string, unknown>
  updated_at: Date
}

/** Above so many the number that matched is left out: counting would cost more than the page. */
const COUNTED = 100_000

const attribute = (a: AttributeDeclaration): RawBuilder<unknown> => {
  const text = sql`(i.attributes ->> ${sql.lit(a.key)})`
  switch (a.type) {
    case 'integer':
    case 'number':
      return sql`${text}::float8`
    case 'boolean':
      return sql`${text}::boolean`
    case 'date':
      return sql`(${text}::timestamp at time zone 'UTC')`
    case 'instant':
      return sql`${text}::timestamptz`
    case 'choices':
      return sql`array(select jsonb_array_elements_text(i.attributes -> ${sql.lit(a.key)}))`
    default:
      return text
  }
}

/** What a filter may speak of, as SQL. */
export function columnsOf(attributes: readonly AttributeDeclaration[]): SqlColumns {
  const fields = new Map<string, RawBuilder<unknown>>([
    ['code', sql`i.code`],
    ['class', sql`i.class_code`],
    ['name', sql`i.name`],
    ['status', sql`i.status`],
    ['address', sql`i.address`],
    ['grid', sql`i.grid_code`],
    ['updatedAt', sql`i.updated_at`]
  ])
  for (const a of attributes) fields.set(a.key, attribute(a))
  const ofType = (...types: string[]) => attributes.filter((a) => types.includes(a.type)).map((a) => a.key)
  const notText = new Set(['updatedAt', ...ofType('integer', 'number', 'boolean', 'date', 'instant', 'choices')])
  return {
    fields,
    times: new Set(['updatedAt', ...ofType('date', 'instant')]),
    texts: new Set([...fields.keys()].filter((k) => !notText.has(k))),
    point: { lng: sql<number>`i.lng`, lat: sql<number>`i.lat` }
  }
}

const COLUMNS = sql`i.id, i.code, i.class_code, i.name, i.status, i.lng, i.lat, i.shape, i.grid_code, i.address, i.attributes, i.updated_at`

function conditions(typeId: string, reach: Reach, question: Question | null, columns: SqlColumns): RawBuilder<boolean> {
  const out = [sql<boolean>`i.type_id = ${typeId} and i.removed_at is null`]
  const reached = reachCondition(reach)
  if (reached) out.push(reached)
  if (question?.box) {
    const [w, s, e, n] = question.box
    // A box over the date line is two.
    const inside = (west: number, east: number) =>
      sql`point(i.lng, i.lat) <@ box(point(${west}::float8, ${s}::float8), point(${east}::float8, ${n}::float8))`
    out.push(w <= e ? sql`${inside(w, e)}` : sql`(${inside(w, 180)} or ${inside(-180, e)})`)
  }
  if (question?.time?.from) out.push(sql`i.updated_at >= ${question.time.from}`)
  if (question?.time?.to) out.push(sql`i.updated_at <= ${question.time.to}`)
  if (question?.filter) out.push(sqlOf(question.filter, columns))
  return sql<boolean>`${sql.join(out, sql` and `)}`
}

/** A page of items in the order of their codes, one more than asked for so that the caller knows whether there is another. */
export async function pagePublished(
  db: Db,
  typeId: string,
  reach: Reach,
  question: Question,
  columns: SqlColumns
): Promise<PublishedItem[]> {
  const after = question.after === null ? sql`` : sql`and i.code > ${question.after}`
  const { rows } = await sql<PublishedItem>`select ${COLUMNS} from registry.item i
    where ${conditions(typeId, reach, question, columns)} ${after} order by i.code limit ${question.limit + 1}`.execute(db)
  return rows
}

/** How many there are; null above what is counted. */
export async function countPublished(
  db: Db,
  typeId: string,
  reach: Reach,
  question: Question,
  columns: SqlColumns
): Promise<number | null> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from (select 1 from registry.item i
    where ${conditions(typeId, reach, question, columns)} limit ${COUNTED + 1}) c`.execute(db)
  const n = rows[0]?.n ?? 0
  return n > COUNTED ? null : n
}

/** All items of a register that is looked through in memory (lines and areas), in the order of their codes. */
export async function listPublished(db: Db, typeId: string, reach: Reach, columns: SqlColumns): Promise<PublishedItem[]> {
  const { rows } = await sql<PublishedItem>`select ${COLUMNS} from registry.item i
    where ${conditions(typeId, reach, null, columns)} order by i.code`.execute(db)
  return rows
}

/** One item by its code. */
export async function findPublished(
  db: Db,
  typeId: string,
  reach: Reach,
  code: string,
  columns: SqlColumns
): Promise<PublishedItem | undefined> {
  const { rows } = await sql<PublishedItem>`select ${COLUMNS} from registry.item i
    where ${conditions(typeId, reach, null, columns)} and i.code = ${code}`.execute(db)
  return rows[0]
}

/** The box of all placed items of a register, quickly: a sample of its pages when it is large. */
export async function boxPublished(db: Db, typeId: string): Promise<[number, number, number, number] | null> {
  const { rows } = await sql<{ w: number | null; s: number; e: number; n: number }>`
    select min(lng) as w, min(lat) as s, max(lng) as e, max(lat) as n from
      (select lng, lat from registry.item i where type_id = ${typeId} and removed_at is null and lng is not null limit 200000) i`.execute(
    db
  )
  const b = rows[0]
  return b && b.w !== null ? [b.w, b.s, b.e, b.n] : null
}
