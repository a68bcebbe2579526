/** The machine the figures were measured on, and the private PostgreSQL they were measured with. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { MODULES } from '../../packages/server/src/modules.ts'
import { createCluster, type RunningCluster, startCluster } from '../../packages/server/src/platform/db/cluster.ts'
import { socketUrl } from '../../packages/server/src/platform/db/embedded.ts'
import { accountFor, findSystemEngine } from '../../packages/server/src/platform/db/engine.ts'
import { listMigrations } from '../../packages/server/src/platform/db/migrate.ts'

/** Everything prepared for the bench stays here, so that a second run is quick. Safe to delete. */
export const CACHE = join(tmpdir(), 'chengyun-bench')

/** Raised when the generator of the cases changes: prepared databases of another edition are not used. */
const DATA_EDITION = 3

/** Prepared data belongs to one schema. */
export const schemaKey = (): string =>
  createHash('sha256')
    .update(JSON.stringify([DATA_EDITION, listMigrations(MODULES).map((m) => m.sha256)]))
    .digest('hex')
    .slice(0, 12)

/** As in docs of the limits: durable commits, a buffer for the working set, no checkpoint in the middle of a round. */
const SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '2GB',
  effective_cache_size: '8GB',
  work_mem: '64MB',
  maintenance_work_mem: '512MB',
  max_wal_size: '16GB',
  checkpoint_timeout: '30min',
  wal_level: 'replica',
  wal_compression: 'lz4',
  max_connections: '200',
  log_min_duration_statement: '-1'
}
/** While the data is being made nothing has to survive a crash: a half-made database is thrown away. */
const LOADING = {
  ...SETTINGS,
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  autovacuum: 'off',
  max_wal_size: '64GB',
  max_parallel_maintenance_workers: '2'
}

export interface Cluster {
  version: string
  bin: string
  socketDir: string
  url(database: string): string
  /** One statement on a database of the cluster; returns its rows. */
  sql<R extends pg.QueryResultRow = pg.QueryResultRow>(database: string, text: string, values?: unknown[]): Promise<R[]>
  exists(database: string): Promise<boolean>
  /** Seconds of processor time all its processes have used so far, the ended ones included. */
  cpuS(): number
  stop(): Promise<void>
}

/** Starts the cluster of the bench on the operating system's PostgreSQL. `loading`: quick and not durable. */
export async function openCluster(options: { loading: boolean }): Promise<Cluster> {
  const engine = findSystemEngine()
  if (!engine) throw new Error('there is no PostgreSQL 15 or newer on this machine (Debian: apt-get install postgresql-15)')
  const account = accountFor(null)
  const home = join(CACHE, `pg${Number.parseInt(engine.version, 10)}-${schemaKey()}`)
  mkdirSync(home, { recursive: true })
  if (account) for (const dir of [CACHE, home]) chownSync(dir, account.uid, account.gid)
  const dir = join(home, 'data')
  const socketDir = join(home, 's')
  rmSync(socketDir, { recursive: true, force: true })
  mkdirSync(socketDir, { mode: 0o700 })
  if (account) chownSync(socketDir, account.uid, account.gid)
  createCluster({ engine, account, dir }, true)
  const settings = options.loading ? LOADING : SETTINGS
  const server: RunningCluster = await startCluster({ engine, account, dir, socketDir, logFile: join(home, 'log'), settings })
  const url = (database: string) => socketUrl(socketDir, server.port, database)
  const sql: Cluster['sql'] = async (database, text, values = []) => {
    const client = new pg.Client({ connectionString: url(database) })
    await client.connect()
    try {
      return (await client.query(text, values)).rows
    } finally {
      await client.end()
    }
  }
  return {
    version: engine.version,
    bin: dirname(engine.postgres),
    socketDir,
    url,
    sql,
    exists: async (database) => (await sql('postgres', 'select 1 from pg_database where datname = $1', [database])).length > 0,
    cpuS: () => cpuOf(server.pid),
    stop: () => server.stop()
  }
}

/** Processor seconds of a process, its ended children and its living ones. */
function cpuOf(pid: number): number {
  const fields = (id: number | string) => readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]!.split(' ').map(Number)
  const sum = (f: number[], ...at: number[]) => at.reduce((total, i) => total + (f[i] ?? 0), 0) / 100
  let total = sum(fields(pid), 11, 12, 13, 14)
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const f = fields(id)
      if (f[1] === pid) total += sum(f, 11, 12)
    } catch {
      // It has just ended: its time is with its parent at the next look.
    }
  }
  return total
}

export const loadAverage = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10

export interface Machine {
  cpu: string
  cores: number
  memoryGb: number
  system: string
  node: string
}
export function machine(): Machine {
  const release = existsSync('/etc/os-release')
    ? /PRETTY_NAME="([^"]+)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
    : undefined
  return {
    cpu: cpus()[0]?.model.trim() ?? '?',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: release ?? process.platform,
    node: process.versions.node
  }
}

/** The program on the PATH, installed from Debian where we may; null when there is none. */
export function findWrk(say: (line: string) => void): string | null {
  const which = () => spawnSync('sh', ['-c', 'command -v wrk'], { encoding: 'utf8' }).stdout.trim() || null
  const there = which()
  if (there) return there
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return null
  say('installing wrk with apt-get')
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'wrk'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  })
  return which()
}

/** A directory of its own for one suite. Open to the account PostgreSQL runs as, so that a cluster lies within and goes with it. */
export function scratch(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), name))
  chmodSync(dir, 0o755)
  return dir
}
