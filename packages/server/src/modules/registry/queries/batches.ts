import type { BatchKind, BatchOptions, BatchScope, BatchState, FileFormat, FileMapping } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** How far a batch is; kept with every piece of rows, in the same transaction. */
export interface BatchProgress {
  phase?: 'reading' | 'checking' | 'comparing' | 'publishing'
  rows?: number
  taken?: number
  rejected?: number
  share?: number
  rowsPerS?: number
  etaS?: number | null
  blanked?: number
  outside?: number
  coded?: number
  /** Rejects by `rule|field`. */
  by?: Record<string, number>
  /** Numbers drafted under a prefix: the last one given before, and now. */
  series?: Record<string, [start: number, last: number]>
  suspicions?: unknown[]
  /** What of the items the files say: names of columns, `place` among them. */
  said?: string[]
  /** Attributes that were filled in by the platform, not by the files. */
  filled?: string[]
  /** What the comparison saw (pg_snapshot). */
  seen?: string
  /** The register was empty then. */
  empty?: boolean
}

export interface BatchRecord {
  id: string
  type_id: string
  kind: BatchKind | 'bulk'
  name: string
  state: BatchState
  scope: BatchScope
  options: BatchOptions
  progress: BatchProgress
  totals: Record<string, number>
  quality: Record<string, unknown> | null
  comparison: Record<string, unknown> | null
  error: { code: string; message: string } | null
  stage: string | null
  hash: Uint8Array | null
  note: string | null
  created_by: string | null
  created_by_name: string
  created_at: Date
  updated_at: Date
  published_by: string | null
  published_by_name: string | null
  published_at: Date | null
}

export interface BatchFileRecord {
  batch_id: string
  no: number
  name: string
  format: FileFormat
  path: string
  size_bytes: string
  hash: Uint8Array
  layers: string[]
  encoding: 'utf-8' | 'gbk'
  crs: string
  crs_from: 'file' | 'numbers' | 'person'
  columns: string[]
  sample: string[][]
  geometry: string | null
  mapping: FileMapping
  mapping_from: 'remembered' | 'proposed' | 'person'
  rows: string
  rejected: string
  is_read: boolean
}

const COLUMNS = sql.raw(
  'id, type_id, kind, name, state, scope, options, progress, totals, quality, comparison, error, stage, hash, note, created_by, created_by_name, created_at, updated_at, published_by, published_by_name, published_at'
)

/** An import or a census by its id, locked on demand until the transaction ends. */
export async function findBatch(db: Db | Tx, id: string, lock = false): Promise<BatchRecord | undefined> {
  const { rows } = await sql<BatchRecord>`select ${COLUMNS} from registry.batch where id = ${id} and kind <> 'bulk'
    ${lock ? sql`for update` : sql``}`.execute(db)
  return rows[0]
}

/** The files of a batch in their order. */
export async function listBatchFiles(db: Db | Tx, id: string): Promise<BatchFileRecord[]> {
  const { rows } = await sql<BatchFileRecord>`select * from registry.batch_file where batch_id = ${id} order by no`.execute(db)
  return rows
}

export interface BatchFilter {
  types: readonly string[]
  kind?: string | undefined
  state?: string | undefined
  cursor?: string | undefined
  limit: number
}

/** Batches, newest first (their ids are in the order of time). */
export async function listBatches(db: Db, f: BatchFilter): Promise<BatchRecord[]> {
  const { rows } =
    await sql<BatchRecord>`select ${COLUMNS} from registry.batch where kind <> 'bulk' and type_id = any(${[...f.types]}::text[])
    ${f.kind ? sql`and kind = ${f.kind}` : sql``} ${f.state ? sql`and state = ${f.state}` : sql``}
    ${f.cursor ? sql`and id < ${f.cursor}::uuid` : sql``} order by id desc limit ${f.limit}`.execute(db)
  return rows
}

/** Batches that somebody has to go on with: their process may have ended. */
export async function listRunning(db: Db): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from registry.batch where kind <> 'bulk'
    and state in ('reading', 'read', 'checking', 'publishing') order by id`.execute(db)
  return rows.map((r) => r.id)
}

/** Another batch of the register that is being read, checked or published. */
export async function findOtherRunning(db: Db | Tx, typeId: string, id: string): Promise<{ name: string } | undefined> {
  const { rows } = await sql<{
    name: string
  }>`select name from registry.batch where type_id = ${typeId} and id <> ${id} and kind <> 'bulk'
    and state in ('reading', 'read', 'checking', 'publishing')`.execute(db)
  return rows[0]
}

/** The mapping remembered for a header. */
export async function findMapping(db: Db | Tx, typeId: string, headersHash: string): Promise<FileMapping | undefined> {
  const { rows } = await sql<{ mapping: FileMapping }>`select mapping from registry.mapping
    where type_id = ${typeId} and headers_hash = ${headersHash}`.execute(db)
  return rows[0]?.mapping
}

/** Numbers already given by the register, by prefix. */
export async function listSequences(db: Db | Tx, typeId: string): Promise<Map<string, number>> {
  const { rows } = await sql<{
    prefix: string
    last: string
  }>`select prefix, last from registry.sequence where type_id = ${typeId}`.execute(db)
  return new Map(rows.map((r) => [r.prefix, Number(r.last)]))
}

/** Every unit with the words it may be called by in a file. */
export async function listUnitWords(db: Db | Tx): Promise<{ id: string; words: string[] }[]> {
  const { rows } = await sql<{
    id: string
    words: (string | null)[]
  }>`select id, array[name, short_name, key, code] as words from org.pub_unit where active order by id desc`.execute(db)
  return rows.map(({ id, words }) => ({ id, words: words.filter((w) => w !== null && w !== '') as string[] }))
}

/** Longitude of the middle of the city; 105 before it is set up. */
export async function findCityLng(db: Db): Promise<number> {
  const { rows } = await sql<{
    lng: number | null
  }>`select (value->'center'->>0)::float8 as lng from platform.setting where key = 'city'`.execute(db)
  return rows[0]?.lng ?? 105
}

/** A batch of the register that was begun with the same file and did not come to its end; the newest. */
export async function findUnfinishedBatch(
  db: Db,
  typeId: string,
  fileHash: Uint8Array
): Promise<{ id: string; state: BatchState } | undefined> {
  const { rows } = await sql<{ id: string; state: BatchState }>`select b.id, b.state from registry.batch b
    where b.type_id = ${typeId} and b.state in ('reading', 'read', 'checking', 'publishing', 'failed')
      and exists (select from registry.batch_file f where f.batch_id = b.id and f.hash = ${Buffer.from(fileHash)}) order by b.id desc limit 1`.execute(
    db
  )
  return rows[0]
}
