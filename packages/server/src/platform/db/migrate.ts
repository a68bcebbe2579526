import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { DatabaseFault, reasonOf } from './faults.ts'

/** A module and the folder of its numbered SQL files. */
export interface MigrationSource {
  name: string
  migrations: URL
}

export interface MigrationFile {
  module: string
  name: string
  sha256: string
  sql: string
}

export interface AppliedMigration {
  module: string
  name: string
  sha256: string
}

const PLATFORM: MigrationSource = { name: 'platform', migrations: new URL('../migrations/', import.meta.url) }
const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/

/** One lock for all processes that would migrate the same database. */
const LOCK_KEY = 4_711_002

/** Creates the ledger where it is missing. */
export const LEDGER_SQL = `
  create schema if not exists platform;
  create table if not exists platform.migration (
    module text not null,
    name text not null,
    sha256 text not null,
    applied_at timestamptz not null default clock_timestamp(),
    primary key (module, name)
  )`

/** The files of all modules in the order they apply: platform first, then `modules` as given, each by number. */
export function listMigrations(modules: readonly MigrationSource[]): MigrationFile[] {
  return [PLATFORM, ...modules].flatMap((source) => {
    const folder = fileURLToPath(source.migrations)
    let names: string[]
    try {
      names = readdirSync(folder)
        .filter((name) => name.endsWith('.sql'))
        .sort()
    } catch {
      throw new DatabaseFault('MIGRATION_FOLDER', `Module ${source.name} has no folder ${folder}`)
    }
    const numbers = new Set<string>()
    return names.map((name) => {
      const number = name.slice(0, 4)
      if (!FILE_NAME.test(name) || numbers.has(number)) {
        throw new DatabaseFault(
          'MIGRATION_NAME',
          `${source.name}/${name}: a migration is called NNNN-words.sql, each number once`
        )
      }
      numbers.add(number)
      const sql = readFileSync(`${folder}/${name}`, 'utf8')
      return { module: source.name, name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    })
  })
}

/** What the database's ledger says, oldest first; empty for a database that has never been migrated. */
export async function readLedger(client: pg.Pool | pg.ClientBase): Promise<AppliedMigration[]> {
  const { rows: found } = await client.query<{ there: boolean }>(`select to_regclass('platform.migration') is not null as there`)
  if (!found[0]?.there) return []
  const { rows } = await client.query<AppliedMigration>(
    'select module, name, sha256 from platform.migration order by applied_at, module, name'
  )
  return rows
}

/**
 * Brings the database to the state of the program: applies every file the ledger does not have, each in its own transaction
 * together with its ledger row. Processes that start together wait for one another. Returns what was applied.
 * Throws DatabaseFault: MIGRATION_CHANGED (a file differs from what was applied), MIGRATION_UNKNOWN (the database is newer than
 * the program), MIGRATION_ORDER (a file was put before one already applied), MIGRATION_FAILED.
 */
export async function migrate(
  pool: pg.Pool,
  modules: readonly MigrationSource[],
  say: (message: string) => void = () => {}
): Promise<AppliedMigration[]> {
  const files = listMigrations(modules)
  const client = await pool.connect()
  try {
    await client.query(`select pg_advisory_lock(${LOCK_KEY})`)
    await client.query(LEDGER_SQL)
    const pending = findPending(files, await readLedger(client))
    for (const file of pending) {
      const began = performance.now()
      await apply(client, file)
      say(`migrated ${file.module}/${file.name} in ${Math.round(performance.now() - began)} ms`)
    }
    return pending.map(({ module, name, sha256 }) => ({ module, name, sha256 }))
  } finally {
    await client.query(`select pg_advisory_unlock(${LOCK_KEY})`).catch(() => {})
    client.release()
  }
}

/** Compares program and ledger; pure. Throws as migrate() does. */
export function findPending(files: readonly MigrationFile[], ledger: readonly AppliedMigration[]): MigrationFile[] {
  const known = new Map(files.map((file) => [`${file.module}/${file.name}`, file]))
  const applied = new Set<string>()
  const last = new Map<string, string>()
  for (const row of ledger) {
    const id = `${row.module}/${row.name}`
    const file = known.get(id)
    if (!file) {
      const hint =
        'It was written by a newer Chengyun, or by one with other modules. Start that one, or restore a backup of this version.'
      throw new DatabaseFault('MIGRATION_UNKNOWN', `The database has migration ${id}, which this program does not know.`, hint)
    }
    if (file.sha256 !== row.sha256) {
      const hint = 'An applied migration is never edited: put the file back and write the change as a new migration.'
      throw new DatabaseFault('MIGRATION_CHANGED', `Migration ${id} differs from what was applied to this database.`, hint)
    }
    applied.add(id)
    if (row.name > (last.get(row.module) ?? '')) last.set(row.module, row.name)
  }
  return files.filter((file) => {
    if (applied.has(`${file.module}/${file.name}`)) return false
    const newest = last.get(file.module)
    if (newest !== undefined && file.name < newest) {
      const fault = `Migration ${file.module}/${file.name} comes before ${newest}, which has been applied.`
      throw new DatabaseFault('MIGRATION_ORDER', fault, 'Give the new file the next number.')
    }
    return true
  })
}

async function apply(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  await client.query('begin')
  try {
    await applyFile(client, file)
    await client.query('commit')
  } catch (e) {
    await client.query('rollback').catch(() => {})
    throw e
  }
}

/** Applies one file and its ledger row within the caller's transaction. Throws MIGRATION_FAILED. */
export async function applyFile(client: pg.ClientBase, file: MigrationFile): Promise<void> {
  try {
    // Without parameters this is the simple protocol: the whole file in one message, any number of statements.
    await client.query(file.sql)
    await client.query('insert into platform.migration (module, name, sha256) values ($1, $2, $3)', [
      file.module,
      file.name,
      file.sha256
    ])
  } catch (e) {
    const position = Number((e as { position?: string }).position)
    const line = position ? `, line ${file.sql.slice(0, position).split('\n').length}` : ''
    throw new DatabaseFault('MIGRATION_FAILED', `Migration ${file.module}/${file.name}${line}: ${reasonOf(e)}`, '', e)
  }
}
