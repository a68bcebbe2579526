/** Rows of a layer out of the database, as fast as it can send them: COPY in the binary format, read without objects in between. */
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { type LayerRow, NEVER } from '../domain/tiles/snapshot.ts'

/** Signature, flags and length of the extension. */
const HEAD = 19
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
    const reader = new RowReader(each)
    for await (const chunk of stream) reader.take(chunk as Buffer)
    reader.finish()
    return marks
  } finally {
    await client.query('rollback').catch(() => undefined)
  }
}

/** Takes the stream in whatever pieces it comes. */
class RowReader {
  readonly #each: (row: LayerRow) => void
  readonly #row = emptyRow()
  #rest: Buffer | null = null
  #begun = false
  #ended = false

  constructor(each: (row: LayerRow) => void) {
    this.#each = each
  }

  take(chunk: Buffer): void {
    let bytes = chunk
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, chunk])
      this.#rest = null
    }
    let at = 0
    if (!this.#begun) {
      if (bytes.length < HEAD) {
        this.#rest = bytes
        return
      }
      at = HEAD + bytes.readInt32BE(HEAD - 4)
      this.#begun = true
    }
    while (at < bytes.length && !this.#ended) {
      const end = this.#tuple(bytes, at)
      if (end < 0) break
      at = end
    }
    if (at < bytes.length && !this.#ended) this.#rest = Buffer.from(bytes.subarray(at))
  }

  finish(): void {
    if (!this.#ended) throw new Error('the stream of rows ended in the middle')
  }

  /** One row from `at`; answers where it ends, −1 when it is not all there yet. */
  #tuple(bytes: Buffer, from: number): number {
    const size = bytes.length
    if (from + 2 > size) return -1
    const fields = bytes.readInt16BE(from)
    if (fields === -1) {
      this.#ended = true
      return size
    }
    if (fields !== FIELDS) throw new Error(`a row of a layer has ${FIELDS} columns, not ${fields}`)
    let at = from + 2
    for (let field = 0; field < FIELDS; field++) {
      if (at + 4 > size) return -1
      const length = bytes.readInt32BE(at)
      at += 4
      if (length > 0 && at + length > size) return -1
      this.#field(field, bytes, at, length)
      if (length > 0) at += length
    }
    this.#each(this.#row)
    return at
  }

  #field(field: number, bytes: Buffer, at: number, length: number): void {
    const row = this.#row
    // Written out: a table of setters costs twice the time over 45 million fields.
    switch (field) {
      case 0:
        row.key = textAt(bytes, at, length)
        break
      case 1:
        row.lng = bytes.readDoubleBE(at)
        break
      case 2:
        row.lat = bytes.readDoubleBE(at)
        break
      case 3:
        row.class = textAt(bytes, at, length)
        break
      case 4:
        row.status = textAt(bytes, at, length)
        break
      case 5:
        row.place = textAt(bytes, at, length)
        break
      case 6:
        row.parties = textAt(bytes, at, length)
        break
      case 7:
        row.label = textAt(bytes, at, length)
        break
      case 8:
        row.extra = textAt(bytes, at, length)
        break
      case 9:
        row.starts = length < 0 ? 0 : secondsAt(bytes, at)
        break
      case 10:
        row.ends = length < 0 ? NEVER : secondsAt(bytes, at)
        break
      case 11:
        row.soon = length < 0 ? NEVER : secondsAt(bytes, at)
        break
      default:
        row.due = length < 0 ? NEVER : secondsAt(bytes, at)
    }
  }
}

const textAt = (bytes: Buffer, at: number, length: number): string => (length <= 0 ? '' : bytes.toString('utf8', at, at + length))

const clampSeconds = (seconds: number): number => (seconds < 0 ? 0 : seconds >= NEVER ? NEVER : seconds)
const secondsAt = (bytes: Buffer, at: number): number =>
  clampSeconds(bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4))

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
