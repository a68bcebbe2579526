import { spawn, spawnSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync
} from 'node:fs'
import { join } from 'node:path'
import type { Account, Engine } from './engine.ts'
import { DatabaseFault } from './faults.ts'
import { commandLine, isAlive, sleep, waitGone } from './processes.ts'

/** Where and how one private PostgreSQL runs. */
export interface ClusterPlace {
  engine: Engine
  account: Account | undefined
  /** The PostgreSQL data directory. */
  dir: string
  /** A 0700 directory for the socket; its path and `/.s.PGSQL.5432` fit into 107 bytes. */
  socketDir: string
  /** The server's own log, appended; emptied at start when it has outgrown 16 MiB. */
  logFile: string
  /** Overrides of the settings below, e.g. `{ fsync: 'off' }` for tests. */
  settings?: Record<string, string> | undefined
  say?: ((message: string) => void) | undefined
}

export interface RunningCluster {
  pid: number
  host: string
  port: number
  user: string
  /** Ends the server: waits for its clients a moment, then disconnects them. Every committed row is on disk afterwards. */
  stop(): Promise<void>
  /** Settles when the server process ends, whoever ended it. */
  ended: Promise<void>
}

/** The socket is alone in its directory, so the port only names a file. */
export const CLUSTER_PORT = 5432
export const CLUSTER_USER = 'chengyun'
const LOG_LIMIT_BYTES = 16 * 1024 * 1024

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  port: String(CLUSTER_PORT),
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  // One process on one machine: no standby reads this log, and leaner records are faster.
  wal_level: 'minimal',
  max_wal_senders: '0',
  random_page_cost: '1.1',
  jit: 'off',
  fsync: 'on',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_min_duration_statement: '2000',
  log_line_prefix: '%m [%p] '
}

/**
 * Creates the data directory when there is none: UTF-8, sorted as Chinese, LC_CTYPE that knows Chinese letters (without it
 * pg_trgm finds nothing in Chinese text), page checksums. Atomic: a half-made directory is never mistaken for a whole one.
 */
export function createCluster(place: Pick<ClusterPlace, 'engine' | 'account' | 'dir'>, durable: boolean): boolean {
  const { engine, account, dir } = place
  if (existsSync(join(dir, 'PG_VERSION'))) {
    const major = readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim()
    const ours = String(Number.parseInt(engine.version, 10))
    if (major !== ours) {
      throw new DatabaseFault(
        'DATA_DIR_VERSION',
        `${dir} was made by PostgreSQL ${major}, this Chengyun brings ${ours}.`,
        'Make a backup with the version that wrote it, then restore into a new data directory.'
      )
    }
    return false
  }
  const part = `${dir}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true, mode: 0o700 })
  if (account) chownSync(part, account.uid, account.gid)
  const args = [
    '-D',
    part,
    '-U',
    CLUSTER_USER,
    '--auth=trust',
    '--encoding=UTF8',
    '--locale-provider=icu',
    '--icu-locale=zh-Hans-CN'
  ]
  args.push('--lc-collate=C.UTF-8', '--lc-ctype=C.UTF-8', '--lc-messages=C', '--data-checksums')
  if (!durable) args.push('--no-sync')
  const made = spawnSync(engine.initdb, args, { ...account, env: serverEnv(), cwd: '/', encoding: 'utf8' })
  if (made.status !== 0) {
    rmSync(part, { recursive: true, force: true })
    throw new DatabaseFault(
      'ENGINE_INITDB',
      `initdb failed: ${made.error?.message ?? (made.stderr.trim() || made.stdout.trim())}`
    )
  }
  renameSync(part, dir)
  return true
}

/**
 * Starts the server on an existing data directory and waits until it takes connections, however long crash recovery lasts.
 * The caller holds the lock of the directory: a server that still runs on it is an orphan and is ended first.
 */
export async function startCluster(place: ClusterPlace): Promise<RunningCluster> {
  const say = place.say ?? (() => {})
  await endOrphan(place.dir, say)
  for (let attempt = 1; ; attempt++) {
    try {
      return await launch(place, say)
    } catch (e) {
      // Backends of a killed server keep its shared memory for the moment they need to notice.
      const lingering = e instanceof DatabaseFault && /shared memory block|lock file .* already exists/.test(e.message)
      if (!lingering || attempt >= 20) throw e
      if (attempt === 1) say('waiting for the last processes of a killed server to go')
      await sleep(500)
    }
  }
}

async function launch(place: ClusterPlace, say: (message: string) => void): Promise<RunningCluster> {
  const { engine, account, dir, socketDir, logFile } = place
  if (existsSync(logFile) && statSync(logFile).size > LOG_LIMIT_BYTES) truncateSync(logFile)
  // The log goes to a file, not to a pipe of ours: the server must be able to write it after we have been killed.
  const logFd = openSync(logFile, 'a')
  const logStart = statSync(logFile).size
  const settings = { ...SETTINGS, unix_socket_directories: socketDir, ...place.settings }
  const args = ['-D', dir, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])]
  // Its own session: Ctrl-C in the terminal must reach us alone, so that we finish our work before the server stops.
  const child = spawn(engine.postgres, args, {
    ...account,
    env: serverEnv(),
    cwd: '/',
    stdio: ['ignore', logFd, logFd],
    detached: true
  })
  closeSync(logFd)
  const pid = child.pid
  let exit: string | null = null
  const ended = new Promise<void>((done) => {
    const end = (how: string) => {
      exit = how
      done()
    }
    child.once('error', (e) => end(e.message))
    child.once('exit', (code, signal) => end(signal ?? `exit code ${code}`))
  })
  child.unref()

  const began = performance.now()
  let told = 0
  while (pid === undefined || !isReady(dir, pid)) {
    if (exit !== null) {
      const tail = readFileSync(logFile).subarray(logStart).toString('utf8').trim().split('\n').slice(-15).join('\n')
      throw new DatabaseFault('ENGINE_START', `PostgreSQL did not start (${exit}).\n${tail}`, `Its log is ${logFile}`)
    }
    const seconds = Math.floor((performance.now() - began) / 1000)
    if (seconds >= told + 5) {
      told = seconds
      say(`PostgreSQL is recovering after a crash, ${seconds} s so far`)
    }
    await sleep(10)
  }
  return { pid, host: socketDir, port: CLUSTER_PORT, user: CLUSTER_USER, ended, stop: () => stopServer(pid, () => exit !== null) }
}

/** The eighth line of postmaster.pid is the state that pg_ctl waits for, too. */
function isReady(dir: string, pid: number): boolean {
  try {
    const lines = readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n')
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready'
  } catch {
    return false
  }
}

/** Smart, then fast, then immediate; even the last loses nothing committed. */
async function stopServer(pid: number, hasEnded: () => boolean): Promise<void> {
  for (const [signal, ms] of [
    ['SIGTERM', 1_500],
    ['SIGINT', 60_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000]
  ] as const) {
    if (hasEnded()) return
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    if (await waitGone(pid, ms)) return
  }
}

/** The server that runs on `dir`, as its own pid file and the process table tell; null when none does. */
export function findServer(dir: string): { pid: number; socketDir: string; port: number } | null {
  try {
    const lines = readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n')
    const pid = Number(lines[0])
    if (!isAlive(pid) || !commandLine(pid).includes(` -D ${dir} `)) return null
    return { pid, socketDir: lines[4]?.trim() ?? '', port: Number(lines[3]) }
  } catch {
    return null
  }
}

async function endOrphan(dir: string, say: (message: string) => void): Promise<void> {
  const orphan = findServer(dir)
  if (orphan) {
    say(`taking over from process ${orphan.pid}, a PostgreSQL whose Chengyun has died`)
    try {
      process.kill(orphan.pid, 'SIGINT')
    } catch {
      // gone in this very moment
    }
    if (!(await waitGone(orphan.pid, 60_000))) await stopServer(orphan.pid, () => !isAlive(orphan.pid))
    return
  }
  const file = join(dir, 'postmaster.pid')
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
  // After a crash the number may belong to somebody else by now; PostgreSQL would refuse to start for as long as that one lives.
  if (isAlive(pid) && !/postgres/.test(commandLine(pid))) rmSync(file, { force: true })
}

const serverEnv = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LC_ALL: 'C.UTF-8', TZ: 'UTC' })
