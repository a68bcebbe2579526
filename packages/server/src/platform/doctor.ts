import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { clusterHome } from './db/embedded.ts'
import { accountFor, findEngine } from './db/engine.ts'
import { DatabaseFault, reasonOf } from './db/faults.ts'
import { findLockHolder } from './db/lock.ts'
import { findPending, listMigrations, type MigrationSource, readLedger } from './db/migrate.ts'
import { type Database, visitDatabase } from './db/open.ts'

/** One thing that was looked at. `todo` says what to do when it is not well. */
export interface Finding {
  check: string
  ok: boolean
  found: string
  todo?: string
}

export interface DoctorOptions {
  databaseUrl?: string | undefined
  dataDir: string
  port: number
  host: string
  modules: readonly MigrationSource[]
  /** The city's wall clock. */
  timeZone: string
}

/** Below this, PostgreSQL cannot even finish a checkpoint of the log it may keep (max_wal_size 2 GB). */
const MIN_FREE_BYTES = 4e9
const MAX_SKEW_MS = 2_000
const OLDEST_NODE = 24

/** Looks at everything Chengyun needs of this machine, changes nothing but a database directory that needed recovery. */
export async function examine(options: DoctorOptions): Promise<Finding[]> {
  const findings = [checkNode(), checkTimeZone(options.timeZone)]
  if (!options.databaseUrl) findings.push(checkEngine(options.dataDir))
  findings.push(checkDataDir(options.dataDir), checkDisk(options.dataDir), await checkPort(options.port, options.host))
  return [...findings, ...(await checkDatabase(options))]
}

const well = (check: string, found: string): Finding => ({ check, ok: true, found })
const ill = (check: string, found: string, todo: string): Finding => ({ check, ok: false, found, todo })

function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= OLDEST_NODE) return well('node', process.version)
  return ill('node', process.version, `Run \`npm ci\`: it brings Node ${OLDEST_NODE}; or install Node ${OLDEST_NODE} or newer.`)
}

function checkTimeZone(timeZone: string): Finding {
  try {
    // 2026-01-01 00:00 UTC, written by that city's clock: proves that the zone data is there, not only the name.
    const text = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(
      new Date(1_767_225_600_000)
    )
    return well('time zone', `${timeZone} (2026-01-01 00:00 UTC is ${text} there)`)
  } catch {
    return ill('time zone', `${timeZone} is unknown to this Node`, 'Use a Node with full ICU data, or correct the city profile.')
  }
}

function checkEngine(dataDir: string): Finding {
  try {
    const home = clusterHome(resolve(dataDir))
    const account = accountFor(null)
    const engine = findEngine(join(home, 'engine'), account)
    return well('engine', `embedded PostgreSQL ${engine.version}${account ? `, runs as uid ${account.uid}` : ''}`)
  } catch (e) {
    return ill('engine', messageOf(e), hintOf(e, 'Set DATABASE_URL to a PostgreSQL server, 15 or newer.'))
  }
}

function checkDataDir(dataDir: string): Finding {
  const path = resolve(dataDir)
  const nearest = existing(path)
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK)
  } catch {
    const { uid } = statSync(nearest)
    const todo = `Give it to the account that runs Chengyun: chown -R ${process.getuid?.() ?? ''} ${nearest}; or set CHENGYUN_DATA.`
    return ill('data directory', `${nearest} belongs to uid ${uid} and is not writable for us`, todo)
  }
  const holder = findLockHolder(path)
  if (holder) return well('data directory', `${path}, in use by process ${holder.pid} since ${holder.since}`)
  return well('data directory', existsSync(path) ? `${path}, free` : `${path}, made at the first start`)
}

function checkDisk(dataDir: string): Finding {
  const { bavail, bsize } = statfsSync(existing(clusterHome(resolve(dataDir))))
  const free = bavail * bsize
  const found = `${(free / 1e9).toFixed(1)} GB free`
  if (free >= MIN_FREE_BYTES) return well('disk', found)
  return ill('disk', found, `Make room, or set CHENGYUN_DATA to another disk: at least ${MIN_FREE_BYTES / 1e9} GB.`)
}

async function checkPort(port: number, host: string): Promise<Finding> {
  const error = await new Promise<NodeJS.ErrnoException | null>((done) => {
    const server = createServer()
    server.once('error', (e) => done(e))
    server.listen(port, host, () => server.close(() => done(null)))
  })
  if (!error) return well('port', `${port} is free`)
  if (error.code === 'EADDRINUSE' && (await isChengyun(port))) return well('port', `${port}: a Chengyun answers there`)
  const todo =
    error.code === 'EACCES' ? 'Ports below 1024 need root: set PORT.' : 'Stop what listens there, or set PORT to another number.'
  return ill('port', `${port} cannot be used: ${error.message}`, todo)
}

async function isChengyun(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(2_000) })
    return answer.ok && ((await answer.json()) as { ok?: boolean }).ok === true
  } catch {
    return false
  }
}

async function checkDatabase(options: DoctorOptions): Promise<Finding[]> {
  const { databaseUrl, dataDir } = options
  if (!databaseUrl && !existsSync(join(clusterHome(resolve(dataDir)), 'postgres'))) {
    return [well('database', 'none yet; the first start makes one')]
  }
  let database: Database
  try {
    database = await visitDatabase({ databaseUrl, dataDir, poolSize: 1 })
  } catch (e) {
    return [ill('database', messageOf(e), hintOf(e, 'See the message.'))]
  }
  try {
    return [
      await describe(database),
      await checkMigrations(database, options.modules),
      ...(await checkClock(database, options.timeZone))
    ]
  } finally {
    await database.close()
  }
}

async function describe({ pool, kind }: Database): Promise<Finding> {
  const { rows } = await pool.query<{ version: string; encoding: string; ctype: string; size: string; fsync: string }>(
    `select current_setting('server_version') as version, pg_encoding_to_char(encoding) as encoding, datctype as ctype,
            pg_size_pretty(pg_database_size(oid)) as size, current_setting('fsync') as fsync
     from pg_database where datname = current_database()`
  )
  const { version, encoding, ctype, size, fsync } = rows[0] ?? { version: '?', encoding: '?', ctype: '?', size: '?', fsync: '?' }
  const found = `PostgreSQL ${version} (${kind}), ${encoding}, LC_CTYPE ${ctype}, ${size}`
  if (fsync === 'on') return well('database', found)
  return ill('database', `${found}, fsync off`, 'Switch fsync on: with it off, a power cut loses acknowledged work.')
}

async function checkMigrations({ pool }: Database, modules: readonly MigrationSource[]): Promise<Finding> {
  try {
    const pending = findPending(listMigrations(modules), await readLedger(pool))
    return well('migrations', pending.length === 0 ? 'up to date' : `${pending.length} to apply; the next start does it`)
  } catch (e) {
    return ill('migrations', messageOf(e), hintOf(e, 'See the message.'))
  }
}

async function checkClock({ pool }: Database, timeZone: string): Promise<Finding[]> {
  const before = Date.now()
  const { rows } = await pool.query<{ now: Date; known: boolean }>(
    `select clock_timestamp() as now, exists (select from pg_timezone_names where name = $1) as known`,
    [timeZone]
  )
  // Half the round trip belongs to the way there.
  const skew = Math.round((rows[0]?.now.getTime() ?? 0) - (before + Date.now()) / 2)
  const todo = 'Keep the clocks of both machines with NTP (chrony): limits and history depend on them.'
  const clock = Math.abs(skew) <= MAX_SKEW_MS ? well : (check: string, found: string) => ill(check, found, todo)
  const zone = rows[0]?.known
    ? well('database time zone', `knows ${timeZone}`)
    : ill('database time zone', `does not know ${timeZone}`, 'Install the tzdata of the database server.')
  return [clock('clock', `database and this machine differ by ${Math.abs(skew)} ms`), zone]
}

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)))
const messageOf = (e: unknown): string => (reasonOf(e).split('\n')[0] ?? '').trim()
const hintOf = (e: unknown, otherwise: string): string => (e instanceof DatabaseFault && e.hint) || otherwise
