import { createHash, type Hash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createZstdCompress } from 'node:zlib'
import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { columnList, type PartitionShape, quoted, readCatalog, type TableShape } from './db/catalog.ts'
import { DatabaseFault } from './db/faults.ts'
import { type AppliedMigration, readLedger } from './db/migrate.ts'
import { TarWriter } from './db/tar.ts'

/** A table in a backup: entry `entry` of the archive is its COPY text, zstd-compressed; `sha256` is of the text. */
export interface BackedUpTable extends TableShape {
  entry: string
  rows: number
  bytes: number
  sha256: string
}

export interface BackedUpFile {
  /** Relative to the data directory, parted by `/`. */
  path: string
  bytes: number
  sha256: string
}

/** `manifest.json`, at the end of a backup and followed by its own hash: a backup without them was never finished. */
export interface BackupManifest {
  format: 'chengyun-backup'
  version: 1
  app: string
  createdAt: string
  postgres: number
  ledger: AppliedMigration[]
  schemas: string[]
  tables: BackedUpTable[]
  partitions: PartitionShape[]
  sequences: { name: string; value: string }[]
  files: BackedUpFile[]
}

export interface BackupOptions {
  pool: pg.Pool
  /** The file to write; it appears under its name only when it is whole. */
  file: string
  /** Media and keys of this directory go into the backup, too; the embedded cluster's own files do not. Null: database only. */
  dataDir: string | null
  say?: (message: string) => void
}

/** What lies in the data directory and is not for a backup: the cluster, copies of programs, snapshots of layers, locks, logs. */
const NOT_BACKED_UP =
  /^(postgres|postgres\.part|socket|engine|tiles)(\/|$)|^(chengyun\.lock|postgres\.log|postgres\.location)|\.part(\/|$)|\.(log|backup)$/

/**
 * Writes all data of Chengyun into one file: one consistent snapshot of every table, taken while the server goes on working.
 * The file is a tar of zstd streams, readable without Chengyun. Throws BACKUP_EMPTY when the database holds no Chengyun.
 */
export async function writeBackup(options: BackupOptions): Promise<BackupManifest> {
  const { pool, dataDir } = options
  const say = options.say ?? (() => {})
  const file = resolve(options.file)
  const createdAt = new Date()
  const client = await pool.connect()
  const part = `${file}.part`
  const tar = await TarWriter.create(part, createdAt)
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(COPY_SESSION)
    const ledger = await readLedger(client)
    if (ledger.length === 0) throw new DatabaseFault('BACKUP_EMPTY', 'There is no Chengyun in this database.')
    const schemas = [...new Set(ledger.map((m) => m.module))]
    const catalog = await readCatalog(client, schemas)
    const { rows } = await client.query<{ v: number }>(`select current_setting('server_version_num')::int / 10000 as v`)

    const tables: BackedUpTable[] = []
    for (const table of catalog.tables) {
      const entry = `data/${table.schema}.${table.name}.copy.zst`
      const meter = new CopyMeter()
      const packed = createZstdCompress()
      // A failure of any link destroys `packed` with it, and so reaches the loop in add().
      void pipeline(client.query(copyTo(copyOutSql(table))), meter.through, packed).catch(() => {})
      await tar.add(entry, packed)
      tables.push({ ...table, entry, ...meter.result() })
      if (meter.rows > 0) say(`${table.schema}.${table.name}: ${meter.rows} rows`)
    }
    // After the rows: a sequence may run ahead of the snapshot, never behind it.
    const { sequences } = await readCatalog(client, schemas)
    await client.query('commit')

    const files = dataDir ? await addFiles(tar, resolve(dataDir), file) : []
    if (files.length > 0) say(`${files.length} files of the data directory`)
    const manifest: BackupManifest = {
      format: 'chengyun-backup',
      version: 1,
      app: appVersion(),
      createdAt: createdAt.toISOString(),
      postgres: Number(rows[0]?.v),
      ledger: ledger.map(({ module, name, sha256 }) => ({ module, name, sha256 })),
      schemas,
      tables,
      partitions: catalog.partitions,
      sequences,
      files
    }
    const text = Buffer.from(JSON.stringify(manifest, null, 1))
    await tar.add('manifest.json', text)
    await tar.add('manifest.json.sha256', Buffer.from(createHash('sha256').update(text).digest('hex')))
    await tar.close()
    renameSync(part, file)
    return manifest
  } catch (e) {
    await tar.abandon().catch(() => {})
    rmSync(part, { force: true })
    await client.query('rollback').catch(() => {})
    throw e
  } finally {
    client.release()
  }
}

/** Makes COPY print the same text on every server, and scan in storage order so that equal tables give equal text. */
export const COPY_SESSION = `set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601';
  set local extra_float_digits = 1; set local bytea_output = 'hex'; set local synchronize_seqscans = off; set local statement_timeout = 0`

export const copyOutSql = (table: TableShape): string =>
  `copy (select ${columnList(table)} from ${quoted(table.schema, table.name)}) to stdout`

/** Counts rows and bytes of COPY text and hashes it, while it passes. In the text format a line is a row. */
export class CopyMeter {
  rows = 0
  bytes = 0
  readonly #hash: Hash = createHash('sha256')

  pass(chunk: Buffer): void {
    this.#hash.update(chunk)
    this.bytes += chunk.length
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.rows++
  }

  /** A link of a pipeline that measures what passes. */
  readonly through = async function* (this: CopyMeter, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.pass(chunk)
      yield chunk
    }
  }.bind(this)

  result(): { rows: number; bytes: number; sha256: string } {
    return { rows: this.rows, bytes: this.bytes, sha256: this.#hash.digest('hex') }
  }
}

/** The files of the data directory that a backup carries, as paths relative to it. */
export function listDataFiles(dataDir: string): string[] {
  if (!existsSync(dataDir)) return []
  // Only what is ours to keep is entered: the cluster's directory may not even be readable.
  const walk = (dir: string): string[] =>
    readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
      const path = join(dir, entry.name)
      if (NOT_BACKED_UP.test(relative(dataDir, path).replaceAll('\\', '/'))) return []
      return entry.isDirectory() ? walk(path) : entry.isFile() ? [relative(dataDir, path).replaceAll('\\', '/')] : []
    })
  return walk(dataDir).sort()
}

async function addFiles(tar: TarWriter, dataDir: string, target: string): Promise<BackedUpFile[]> {
  const files: BackedUpFile[] = []
  for (const path of listDataFiles(dataDir)) {
    const full = join(dataDir, path)
    if (full === target || full === `${target}.part`) continue
    const meter = new CopyMeter()
    const bytes = await tar.add(`files/${path}`, meter.through(createReadStream(full)))
    files.push({ path, bytes, sha256: meter.result().sha256 })
  }
  return files
}

function appVersion(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** Bytes of a file, for what the command line prints. */
export const sizeOf = (file: string): number => statSync(file).size
