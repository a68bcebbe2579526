import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createZstdDecompress } from 'node:zlib'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { type BackedUpTable, type BackupManifest, COPY_SESSION, CopyMeter, copyOutSql } from './backup.ts'
import { columnList, loadOrder, quoted, readCatalog } from './db/catalog.ts'
import { DatabaseFault, reasonOf } from './db/faults.ts'
import {
  applyFile,
  LEDGER_SQL,
  listMigrations,
  type MigrationFile,
  type MigrationSource,
  migrate,
  readLedger
} from './db/migrate.ts'
import { readTarEntry, readTarIndex, type TarEntry } from './db/tar.ts'

export interface RestoreOptions {
  pool: pg.Pool
  file: string
  /** Where the backup's files go; null: database only. */
  dataDir: string | null
  modules: readonly MigrationSource[]
  /** Replace what the database and the data directory hold. Without it only an empty database is accepted. */
  force?: boolean
  say?: (message: string) => void
}

/**
 * Loads a backup, on whichever server it was made: brings the database to the very migrations of the backup, loads, reads every
 * table back and compares it with the backup's row counts and checksums, commits, and applies what migrations are newer.
 * All of the database happens in one transaction: a failure leaves it as it was. Throws DatabaseFault BACKUP_BROKEN,
 * RESTORE_NEWER, RESTORE_NOT_EMPTY, RESTORE_IN_USE, RESTORE_FILES, RESTORE_SHAPE, RESTORE_DIFFERS.
 */
export async function restoreBackup(options: RestoreOptions): Promise<BackupManifest> {
  const { pool, file, dataDir, modules, force = false } = options
  const say = options.say ?? (() => {})
  const { manifest, index } = await openBackup(file)
  const migrations = chooseMigrations(listMigrations(modules), manifest)
  if (dataDir) await checkFiles(manifest, resolve(dataDir), force)

  const client = await pool.connect()
  try {
    await client.query('begin')
    await client.query(COPY_SESSION)
    await client.query('set constraints all immediate')
    await makeRoom(client, manifest, force)
    await client.query(LEDGER_SQL)
    for (const migration of migrations) await applyFile(client, migration)
    await load(client, manifest, (entry) => readTarEntry(file, must(index, entry, file)), say)
    await verify(client, manifest.tables)
    say(`verified ${manifest.tables.length} tables against the checksums of the backup`)
    if (dataDir) await restoreFiles(manifest, resolve(dataDir), (entry) => readTarEntry(file, must(index, entry, file)))
    await client.query('commit')
    await client.query('analyze')
  } catch (e) {
    await client.query('rollback').catch(() => {})
    throw e
  } finally {
    client.release()
  }
  for (const applied of await migrate(pool, modules)) say(`migrated ${applied.module}/${applied.name}`)
  return manifest
}

/** Reads the manifest of a backup file. Throws BACKUP_BROKEN. */
export async function openBackup(file: string): Promise<{ manifest: BackupManifest; index: Map<string, TarEntry> }> {
  if (!existsSync(file)) throw new DatabaseFault('BACKUP_BROKEN', `There is no file ${file}.`)
  const index = await readTarIndex(file)
  try {
    const written = await text(readTarEntry(file, must(index, 'manifest.json', file)))
    const hash = await text(readTarEntry(file, must(index, 'manifest.json.sha256', file)))
    if (createHash('sha256').update(written).digest('hex') !== hash) throw new Error('its manifest has been changed')
    const manifest = JSON.parse(written) as BackupManifest
    if (manifest.format !== 'chengyun-backup' || manifest.version !== 1) throw new Error('an unknown kind of manifest')
    return { manifest, index }
  } catch (e) {
    throw new DatabaseFault('BACKUP_BROKEN', `${file} is not a Chengyun backup: ${reasonOf(e)}`, '', e)
  }
}

function must(index: Map<string, TarEntry>, name: string, file: string): TarEntry {
  const entry = index.get(name)
  if (!entry) throw new DatabaseFault('BACKUP_BROKEN', `${file} lacks ${name}.`)
  return entry
}

/** The files of this program that the backup's database had. It may have had fewer, never others. */
function chooseMigrations(files: readonly MigrationFile[], manifest: BackupManifest): MigrationFile[] {
  const had = new Map(manifest.ledger.map((m) => [`${m.module}/${m.name}`, m.sha256]))
  const chosen = files.filter((f) => had.get(`${f.module}/${f.name}`) === f.sha256)
  if (chosen.length === had.size) return chosen
  const known = new Set(chosen.map((f) => `${f.module}/${f.name}`))
  const strange = [...had.keys()].filter((id) => !known.has(id)).slice(0, 3)
  throw new DatabaseFault(
    'RESTORE_NEWER',
    `The backup was made by Chengyun ${manifest.app} with migrations that this program does not have: ${strange.join(', ')}`,
    'Restore it with the version that made it, or with a newer one.'
  )
}

/** Refuses a database that holds something, or is in use; with `force` drops the schemas of ours. */
async function makeRoom(client: pg.ClientBase, manifest: BackupManifest, force: boolean): Promise<void> {
  const { rows: users } = await client.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and application_name = 'chengyun' and pid <> pg_backend_pid()`
  )
  if (users[0]?.n) {
    throw new DatabaseFault('RESTORE_IN_USE', 'A Chengyun server is connected to this database.', 'Stop it first.')
  }
  const ledger = await readLedger(client)
  const schemas = [...new Set([...ledger.map((m) => m.module), ...manifest.schemas])]
  const { rows } = await client.query<{ nspname: string }>('select nspname from pg_namespace where nspname = any($1)', [schemas])
  if (rows.length === 0) return
  if (!force) {
    const what = `The database holds ${rows.map((r) => r.nspname).join(', ')} already.`
    throw new DatabaseFault('RESTORE_NOT_EMPTY', what, 'Restore into an empty database, or replace what is there with --force.')
  }
  for (const { nspname } of rows) await client.query(`drop schema "${nspname.replaceAll('"', '""')}" cascade`)
}

async function load(
  client: pg.ClientBase,
  manifest: BackupManifest,
  read: (entry: string) => NodeJS.ReadableStream,
  say: (message: string) => void
): Promise<void> {
  await addPartitions(client, manifest)
  await addTables(client, manifest)
  const catalog = await readCatalog(client, manifest.schemas)
  const columns = new Map(catalog.tables.map((t) => [quoted(t.schema, t.name), t.columns.join()]))
  for (const t of manifest.tables) {
    if (columns.get(quoted(t.schema, t.name)) !== t.columns.join()) {
      throw new DatabaseFault('RESTORE_SHAPE', `Table ${t.schema}.${t.name} has other columns than in the backup.`)
    }
  }
  const names = catalog.tables.map((t) => quoted(t.schema, t.name))
  const { tables, forward } = loadOrder(catalog.tables, catalog.foreignKeys)
  const backedUp = new Map(manifest.tables.map((t) => [quoted(t.schema, t.name), t]))

  // What triggers derive is in the backup already; and rows that migrations planted make room for the backup's.
  for (const name of names) await client.query(`alter table ${name} disable trigger user`)
  for (const key of forward) await client.query(`alter table ${key.from} drop constraint "${key.name}"`)
  if (names.length > 0) await client.query(`truncate ${names.join(', ')}`)
  for (const shape of tables) {
    const table = backedUp.get(quoted(shape.schema, shape.name))
    if (!table || table.rows === 0) continue
    await loadTable(client, table, read(table.entry))
    say(`${table.schema}.${table.name}: ${table.rows} rows`)
  }
  for (const key of forward) await client.query(`alter table ${key.from} add constraint "${key.name}" ${key.definition}`)
  for (const name of names) await client.query(`alter table ${name} enable trigger user`)
  for (const { name, value } of manifest.sequences) await client.query('select setval($1::regclass, $2::bigint)', [name, value])
  for (const view of catalog.materializedViews) await client.query(`refresh materialized view ${view}`)
}

async function loadTable(client: pg.ClientBase, table: BackedUpTable, packed: NodeJS.ReadableStream): Promise<void> {
  const meter = new CopyMeter()
  const into = client.query(copyFrom(`copy ${quoted(table.schema, table.name)} (${columnList(table)}) from stdin`))
  try {
    await pipeline(packed, createZstdDecompress(), meter.through, into)
  } catch (e) {
    throw new DatabaseFault('BACKUP_BROKEN', `Table ${table.schema}.${table.name} cannot be loaded: ${reasonOf(e)}`, '', e)
  }
  compare(table, meter.result(), 'BACKUP_BROKEN', 'in the file')
}

/** Partitions that were added while the program ran (a month, a city) and that no migration makes. */
async function addPartitions(client: pg.ClientBase, manifest: BackupManifest): Promise<void> {
  for (const p of manifest.partitions) {
    const key = p.key ? ` partition by ${p.key}` : ''
    await client.query(`create table if not exists ${quoted(p.schema, p.name)} partition of ${p.parent} ${p.bound}${key}`)
  }
}

/** Tables that the program made while it ran: an inventory that was read and waits to be published lies in one of its own. */
async function addTables(client: pg.ClientBase, manifest: BackupManifest): Promise<void> {
  const { tables } = await readCatalog(client, manifest.schemas)
  const there = new Set(tables.map((t) => quoted(t.schema, t.name)))
  for (const table of manifest.tables) {
    if (there.has(quoted(table.schema, table.name))) continue
    for (const statement of table.definition ?? []) await client.query(statement)
  }
}

/** Reads every table out of the database again: what counts is what arrived. */
async function verify(client: pg.ClientBase, tables: readonly BackedUpTable[]): Promise<void> {
  for (const table of tables) {
    const meter = new CopyMeter()
    for await (const chunk of client.query(copyTo(copyOutSql(table)))) meter.pass(chunk as Buffer)
    compare(table, meter.result(), 'RESTORE_DIFFERS', 'in the database')
  }
}

function compare(table: BackedUpTable, found: { rows: number; sha256: string }, code: string, where: string): void {
  if (found.rows === table.rows && found.sha256 === table.sha256) return
  const counts = `${found.rows} rows ${where}, ${table.rows} in the manifest`
  throw new DatabaseFault(code, `Table ${table.schema}.${table.name} differs from the manifest: ${counts}.`)
}

/** A path of the manifest inside the data directory; never outside, whatever the file says. */
function placeOf(dataDir: string, path: string): string {
  const full = resolve(dataDir, path)
  if (!full.startsWith(dataDir + sep))
    throw new DatabaseFault('BACKUP_BROKEN', `The backup names a file outside the data directory: ${path}`)
  return full
}

async function checkFiles(manifest: BackupManifest, dataDir: string, force: boolean): Promise<void> {
  for (const { path, sha256 } of manifest.files) {
    const full = placeOf(dataDir, path)
    if (force || !existsSync(full) || (await hashFile(full)) === sha256) continue
    const hint = 'Give another CHENGYUN_DATA, or replace it with --force.'
    throw new DatabaseFault('RESTORE_FILES', `${full} exists and differs from the backup's.`, hint)
  }
}

async function restoreFiles(
  manifest: BackupManifest,
  dataDir: string,
  read: (entry: string) => NodeJS.ReadableStream
): Promise<void> {
  for (const { path, bytes, sha256 } of manifest.files) {
    const full = placeOf(dataDir, path)
    mkdirSync(dirname(full), { recursive: true })
    const part = join(dirname(full), `.${sha256.slice(0, 16)}.part`)
    // An empty entry has no byte to start reading at.
    await pipeline(bytes === 0 ? [] : read(`files/${path}`), createWriteStream(part, { mode: 0o600 }))
    if ((await hashFile(part)) !== sha256) throw new DatabaseFault('BACKUP_BROKEN', `File ${path} differs from the manifest.`)
    renameSync(part, full)
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
