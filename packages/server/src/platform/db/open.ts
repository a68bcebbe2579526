import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import Cursor from 'pg-cursor'
import { assertOutsideTransaction, type Db, registerPool, type Tables } from '../db.ts'
import { findRunningEmbedded, socketUrl, startEmbedded } from './embedded.ts'
import { DatabaseFault, reasonOf } from './faults.ts'
import { columnTypes } from './types.ts'

export interface OpenOptions {
  /** A PostgreSQL ≥ 15; without it the embedded one in `dataDir` is started. */
  databaseUrl?: string | undefined
  dataDir: string
  /** Connections, default 10. */
  poolSize?: number | undefined
  log?: ((message: string) => void) | undefined
}

export interface Database {
  db: Db
  pool: pg.Pool
  kind: 'embedded' | 'server'
  /** The server's major version, 15 or more. */
  version: number
  /** Usable by pg and by psql; holds the password when there is one: never log it. */
  url: string
  /** Ends the pool, then the embedded server if it is ours. */
  close(): Promise<void>
}

export const OLDEST_SERVER = 15

/**
 * Opens the database: the one of `databaseUrl`, or our own embedded one. Refuses a server that is too old, does not store UTF-8
 * or cannot search Chinese text. Throws DatabaseFault: DATABASE_UNREACHABLE, DATABASE_TOO_OLD, DATABASE_ENCODING,
 * DATABASE_EXTENSION, DATABASE_CTYPE, and those of startEmbedded.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const poolSize = options.poolSize ?? 10
  if (options.databaseUrl) return { ...(await openUrl(options.databaseUrl, poolSize, options.log)), kind: 'server' }
  const server = await startEmbedded({ dataDir: options.dataDir, say: options.log })
  try {
    await createDatabaseIfMissing(socketUrl(server.host, server.port, 'postgres'), 'chengyun')
    const opened = await openUrl(server.url, poolSize, options.log)
    const close = async () => {
      await opened.close()
      await server.stop()
    }
    return { ...opened, kind: 'embedded', close }
  } catch (e) {
    await server.stop()
    throw e
  }
}

/**
 * As openDatabase, for the command line: where a running Chengyun owns the embedded server of `dataDir`, joins it as a second
 * client instead of refusing. close() then leaves that server alone.
 */
export async function visitDatabase(options: OpenOptions): Promise<Database> {
  const running = options.databaseUrl ? null : findRunningEmbedded(options.dataDir)
  return running ? { ...(await openUrl(running.url, options.poolSize, options.log)), kind: 'embedded' } : openDatabase(options)
}

/** Opens the database at `url` after the same checks; the server is somebody else's. */
export async function openUrl(url: string, poolSize = 10, log?: (message: string) => void): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    types: columnTypes,
    application_name: 'chengyun',
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
    // SQL that means the city's wall clock names its zone; everything else must not depend on how a server was set up.
    onConnect: async (client) => {
      await client.query("set timezone = 'UTC'; set intervalstyle = 'iso_8601'; set datestyle = 'ISO, YMD'")
    }
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (e) => log?.(`a database connection broke: ${e.message}`))
  // One that breaks while it is lent, between two queries, has nobody else to listen: whoever has it hears of it at his next query.
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    const version = await checkServer(pool)
    const db: Db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guarded(pool), cursor: Cursor }) })
    registerPool(db, pool)
    let closing: Promise<void> | undefined
    const close = () => (closing ??= pool.end())
    return { db, pool, kind: 'server', version, url, close }
  } catch (e) {
    await pool.end()
    throw e
  }
}

/** Everything that goes through the handle asks the pool for a connection here: the one place to refuse. */
function guarded(pool: pg.Pool) {
  return {
    options: pool.options,
    connect: async () => {
      assertOutsideTransaction()
      return pool.connect()
    },
    end: () => pool.end()
  }
}

async function checkServer(pool: pg.Pool): Promise<number> {
  let facts: { version: string; encoding: string; ctype: string; name: string } | undefined
  try {
    const { rows } = await pool.query(
      `select current_setting('server_version_num')::int / 10000 as version, pg_encoding_to_char(encoding) as encoding,
              datctype as ctype, datname as name from pg_database where datname = current_database()`
    )
    facts = rows[0]
  } catch (e) {
    throw new DatabaseFault('DATABASE_UNREACHABLE', `The database does not answer: ${reasonOf(e)}`, 'Check DATABASE_URL.', e)
  }
  const version = Number(facts?.version)
  if (version < OLDEST_SERVER) {
    throw new DatabaseFault('DATABASE_TOO_OLD', `PostgreSQL ${version} is too old.`, `Chengyun needs ${OLDEST_SERVER} or newer.`)
  }
  if (facts?.encoding !== 'UTF8') {
    throw new DatabaseFault('DATABASE_ENCODING', `Database ${facts?.name} stores ${facts?.encoding}, not UTF8.`, howToCreate)
  }
  try {
    await pool.query('create extension if not exists pg_trgm')
  } catch (e) {
    const hint = 'Let an administrator run `create extension pg_trgm` in it (package postgresql-contrib).'
    throw new DatabaseFault('DATABASE_EXTENSION', `pg_trgm cannot be created in database ${facts.name}: ${reasonOf(e)}`, hint, e)
  }
  const { rows } = await pool.query<{ n: number }>(`select coalesce(cardinality(show_trgm('井盖')), 0)::int as n`)
  if (!rows[0]?.n) {
    const fault = `Database ${facts.name} has LC_CTYPE ${facts.ctype}, for which Chinese characters are not letters: search would find nothing.`
    throw new DatabaseFault('DATABASE_CTYPE', fault, howToCreate)
  }
  return version
}

const howToCreate =
  "Create it anew: create database chengyun template template0 encoding 'UTF8' locale_provider icu icu_locale 'zh-Hans-CN' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'"

/** Creates a database on a server we run ourselves. */
export async function createDatabaseIfMissing(adminUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (!rowCount) await client.query(`create database ${pg.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
