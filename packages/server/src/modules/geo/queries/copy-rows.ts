/** Rows of a layer out of the database, as fast as it can send them: COPY in the binary format, read without objects in between. */
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { bigintAt, CopyReader } from '../../../platform/db/copy-reader.ts'
import { type LayerRow, NEVER } from '../domain/tiles/snapshot.ts'

const FIELDS = 13

/** Where the database stood when a snapshot was read. */
export interface Marks {
  /** Lowest transaction that was still under way (xid8 as text): what it and later ones wrote may be missing. */
  xmin: string
  /** Last event that was delivered: what it and earlier ones tell of is there. */
  eventSeq: number
}

/** Which database this is. A copy of it elsewhere, or another one of the same name, answers differently. */
export interface DatabaseIdentity {
  system: string
  database: string
}

export async function identityOf(client: pg.ClientBase | pg.Pool): Promise<DatabaseIdentity> {
  const { rows } = await client.query<DatabaseIdentity>(
    `select system_identifier::text as system, current_database() || ':' || (select oid from pg_database where datname = current_database()) as database
     from pg_control_system()`
  )
  return rows[0]!
}

/** Call within a repeatable-read transaction: the marks then belong to what it reads. */
export async function marksOf(client: pg.ClientBase | pg.Pool): Promise<Marks> {
  const { rows } = await client.query<{ xmin: string; event_seq: string }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as xmin, (select event_seq from platform.relay)::text as event_seq'
  )
  return { xmin: rows[0]!.xmin, eventSeq: Number(rows[0]!.event_seq) }
}

/**
 * Reads all rows of a query (columns of LayerQueries) in one snapshot. The row given to `each` is used again for the next one. Answers the
 * marks of the snapshot.
 */
export async function copyRows(client: pg.ClientBase, query: string, each: (row: LayerRow) => void): Promise<Marks> {
  await client.query('begin transaction isolation level repeatable read read only')
  try {
    const marks = await marksOf(client)
    const stream = client.query(copyTo(`copy (${query}) to stdout (format binary)`))
    const reader = rowReader(each)
    for await (const chunk of stream) reader.take(chunk as Buffer)
    reader.finish()
    return marks
  } finally {
    await client.query('rollback').catch(() => undefined)
  }
}

/** Hands every row to `each`; the object is used again for the next one. */
function rowReader(each: (row: LayerRow) => void): CopyReader {
  const row = emptyRow()
  return new CopyReader(FIELDS, (bytes, begins, ends) => {
    // Written out: a loop over setters costs twice the time over 45 million fields.
    row.key = textAt(bytes, begins[0]!, ends[0]!)
    row.lng = bytes.readDoubleBE(begins[1])
    row.lat = bytes.readDoubleBE(begins[2])
    row.class = textAt(bytes, begins[3]!, ends[3]!)
    row.status = textAt(bytes, begins[4]!, ends[4]!)
    row.place = textAt(bytes, begins[5]!, ends[5]!)
    row.parties = textAt(bytes, begins[6]!, ends[6]!)
    row.label = textAt(bytes, begins[7]!, ends[7]!)
    row.extra = textAt(bytes, begins[8]!, ends[8]!)
    row.starts = secondsAt(bytes, begins[9]!, 0)
    row.ends = secondsAt(bytes, begins[10]!, NEVER)
    row.soon = secondsAt(bytes, begins[11]!, NEVER)
    row.due = secondsAt(bytes, begins[12]!, NEVER)
    each(row)
  })
}

const textAt = (bytes: Buffer, begin: number, end: number): string => (begin < 0 ? '' : bytes.toString('utf8', begin, end))

const clampSeconds = (seconds: number): number => (seconds < 0 ? 0 : seconds >= NEVER ? NEVER : seconds)
const secondsAt = (bytes: Buffer, at: number, absent: number): number => (at < 0 ? absent : clampSeconds(bigintAt(bytes, at)))

const emptyRow = (): LayerRow => ({
  key: '',
  lng: 0,
  lat: 0,
  class: '',
  status: '',
  place: '',
  parties: '',
  label: '',
  extra: '',
  starts: 0,
  ends: NEVER,
  soon: NEVER,
  due: NEVER
})

/** A row that came by an ordinary query, as an array in the same order. */
export function rowOfArray(values: readonly unknown[]): LayerRow {
  const text = (v: unknown): string => (v === null || v === undefined ? '' : String(v))
  const seconds = (v: unknown, absent: number): number => (v === null || v === undefined ? absent : clampSeconds(Number(v)))
  return {
    key: text(values[0]),
    lng: Number(values[1]),
    lat: Number(values[2]),
    class: text(values[3]),
    status: text(values[4]),
    place: text(values[5]),
    parties: text(values[6]),
    label: text(values[7]),
    extra: text(values[8]),
    starts: seconds(values[9], 0),
    ends: seconds(values[10], NEVER),
    soon: seconds(values[11], NEVER),
    due: seconds(values[12], NEVER)
  }
}
