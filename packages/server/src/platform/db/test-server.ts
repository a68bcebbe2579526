import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { createCluster, findServer, startCluster } from './cluster.ts'
import { socketUrl } from './embedded.ts'
import { accountFor, type Engine, findEngine, findSystemEngine } from './engine.ts'
import { DatabaseFault, reasonOf } from './faults.ts'
import { type MigrationSource, migrate } from './migrate.ts'
import { openUrl } from './open.ts'
import { isAlive, startMark, waitGone } from './processes.ts'

/** What the test files of one run need to know of its server. */
export interface TestServer {
  socketDir: string
  port: number
  template: string
  /** The engine the run was asked for. */
  kind: 'embedded' | 'server'
  version: string
  logFile: string
}

const PREFIX = 'chengyun-test-'
const TEMPLATE = 'chengyun_template'

/** Nothing in a test outlives the run, so nothing needs to reach the disk. */
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  max_connections: '200',
  autovacuum_naptime: '20s',
  // Which test's database a line is about.
  log_line_prefix: '%m [%p] %d '
}

/**
 * Starts one throw-away PostgreSQL for a test run (embedded, or the operating system's one for kind `server`) with a migrated
 * template database in it. Throws DatabaseFault SERVER_NOT_INSTALLED when there is no server to run.
 */
export async function startTestServer(kind: TestServer['kind']): Promise<TestServer & { stop(): Promise<void> }> {
  await sweep()
  const home = mkdtempSync(join(tmpdir(), PREFIX))
  writeFileSync(join(home, 'owner.json'), JSON.stringify({ pid: process.pid, mark: startMark(process.pid) }))
  const account = accountFor(null)
  if (account) chownSync(home, account.uid, account.gid)
  const socketDir = join(home, 's')
  const dir = join(home, 'postgres')
  let stopServer = async () => {}
  const stop = async () => {
    await stopServer()
    rmSync(home, { recursive: true, force: true })
  }
  try {
    const engine = kind === 'embedded' ? findEngine(join(home, 'engine'), account) : systemEngine()
    createCluster({ engine, account, dir }, false)
    mkdirSync(socketDir, { mode: 0o700 })
    if (account) chownSync(socketDir, account.uid, account.gid)
    const logFile = join(home, 'postgres.log')
    const place = { engine, account, dir, socketDir, logFile, settings: SETTINGS }
    const server = await startCluster(place)
    stopServer = server.stop
    await makeTemplate(socketDir, server.port)
    return { socketDir, port: server.port, template: TEMPLATE, kind, version: engine.version, logFile, stop }
  } catch (e) {
    await stop()
    throw e
  }
}

function systemEngine(): Engine {
  const engine = findSystemEngine()
  if (engine) return engine
  const hint = 'Install it (Debian: apt-get install postgresql-15); these tests have not been run.'
  throw new DatabaseFault('SERVER_NOT_INSTALLED', 'NOT RUN: there is no PostgreSQL 15 or newer on this machine.', hint)
}

async function makeTemplate(socketDir: string, port: number): Promise<void> {
  await administer(socketDir, port, `create database ${TEMPLATE}`)
  const opened = await openUrl(socketUrl(socketDir, port, TEMPLATE), 1)
  try {
    await migrate(opened.pool, await modulesToMigrate())
  } finally {
    await opened.close()
  }
  await administer(socketDir, port, `alter database ${TEMPLATE} is_template true allow_connections false`)
}

/** The boot order, for modules whose migrations are there before their index.ts is. `modules.ts` decides once it has them all. */
const BOOT_ORDER = ['org', 'geo', 'media', 'cases', 'dispatch', 'indicators']

/**
 * The modules of the program. While one of them is being written and `modules.ts` does not name it yet, or does not load: the
 * module folders in boot order. CHENGYUN_TEST_MODULES (`org,geo`) leaves the others out, so that one can be tested while another
 * is in pieces.
 */
export async function modulesToMigrate(): Promise<readonly MigrationSource[]> {
  const base = join(import.meta.dirname, '../../modules')
  const hasFiles = (name: string) =>
    existsSync(join(base, name, 'migrations')) && readdirSync(join(base, name, 'migrations')).length > 0
  const folders = existsSync(base) ? readdirSync(base).filter(hasFiles) : []
  const chosen = process.env.CHENGYUN_TEST_MODULES?.split(',')
  if (!chosen) {
    const listed = await loadModules(pathToFileURL(join(base, '../modules.ts')).href)
    if (folders.every((name) => listed.some((module) => module.name === name))) return listed
  }
  const rank = (name: string) => (BOOT_ORDER.includes(name) ? BOOT_ORDER.indexOf(name) : BOOT_ORDER.length)
  return folders
    .filter((name) => chosen?.includes(name) ?? true)
    .sort((a, b) => rank(a) - rank(b))
    .map((name) => ({ name, migrations: pathToFileURL(`${join(base, name, 'migrations')}/`) }))
}

async function loadModules(url: string): Promise<readonly MigrationSource[]> {
  try {
    return ((await import(url)) as { MODULES: readonly MigrationSource[] }).MODULES
  } catch (e) {
    console.warn(`modules.ts does not load (${reasonOf(e)}); the database is migrated by folder`)
    return []
  }
}

/** Runs one statement on the server's maintenance database. */
export async function administer(socketDir: string, port: number, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: socketUrl(socketDir, port, 'postgres') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Ends and removes what runs left behind that were killed. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const home = join(tmpdir(), name)
    let owner: { pid: number; mark: string }
    try {
      owner = JSON.parse(readFileSync(join(home, 'owner.json'), 'utf8'))
    } catch {
      continue // being made right now, or not ours
    }
    if (isAlive(owner.pid) && startMark(owner.pid) === owner.mark) continue
    const server = findServer(join(home, 'postgres'))
    try {
      if (server) {
        process.kill(server.pid, 'SIGQUIT')
        await waitGone(server.pid, 5_000)
      }
      rmSync(home, { recursive: true, force: true })
    } catch {
      // Another account's run: that account sweeps it.
    }
  }
}
