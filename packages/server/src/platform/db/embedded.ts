import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { CLUSTER_PORT, CLUSTER_USER, createCluster, findServer, type RunningCluster, startCluster } from './cluster.ts'
import { type Account, accountFor, findEngine } from './engine.ts'
import { DatabaseFault } from './faults.ts'
import { findLockHolder, lockDataDir } from './lock.ts'

export interface EmbeddedOptions {
  /** Chengyun's data directory; the cluster lies in `postgres/` inside it. */
  dataDir: string
  settings?: Record<string, string> | undefined
  say?: ((message: string) => void) | undefined
}

export interface EmbeddedServer extends RunningCluster {
  /** Usable by `pg` and by psql; without a password, because only the owner may enter the socket's directory. */
  url: string
}

const MAX_SOCKET_PATH_BYTES = 107

/**
 * Starts the embedded PostgreSQL of a data directory and owns it until `stop()`: fsync and checksums on, private socket, no TCP.
 * After a crash of the whole machine or a `kill -9` of the parent the next start recovers by itself.
 * Throws DatabaseFault: DATA_DIR_IN_USE, DATA_DIR_VERSION, ENGINE_NO_BINARY, ENGINE_UNUSABLE, ENGINE_INITDB, ENGINE_START.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const say = options.say ?? (() => {})
  const dataDir = resolve(options.dataDir)
  mkdirSync(dataDir, { recursive: true })
  const lock = await lockDataDir(dataDir)
  let socketDir = ''
  try {
    const home = clusterHome(dataDir, say)
    const account = accountFor(ownerOf(join(home, 'postgres')))
    const engine = findEngine(join(home, 'engine'), account)
    const dir = join(home, 'postgres')
    if (createCluster({ engine, account, dir }, true)) say(`created a new PostgreSQL ${engine.version} data directory`)
    socketDir = makeSocketDir(home, account)
    const logFile = join(home, 'postgres.log')
    const server = await startCluster({ engine, account, dir, socketDir, logFile, settings: options.settings, say })
    const stop = async () => {
      await server.stop()
      removeSocketDir(socketDir, home)
      lock.release()
    }
    return { ...server, url: socketUrl(socketDir, CLUSTER_PORT, 'chengyun'), stop }
  } catch (e) {
    if (socketDir) removeSocketDir(socketDir, dataDir)
    lock.release()
    throw e
  }
}

/** The address of the embedded server that another process runs on this data directory, or null. For the command line. */
export function findRunningEmbedded(dataDir: string): { url: string; pid: number; holderPid: number } | null {
  const holder = findLockHolder(resolve(dataDir))
  const server = holder && findServer(join(clusterHome(resolve(dataDir)), 'postgres'))
  return server ? { url: socketUrl(server.socketDir, server.port, 'chengyun'), pid: server.pid, holderPid: holder.pid } : null
}

/** A connection URL for a unix socket; user `chengyun`. */
export const socketUrl = (socketDir: string, port: number, database: string): string =>
  `postgresql://${CLUSTER_USER}@/${database}?host=${encodeURIComponent(socketDir)}&port=${port}`

/**
 * Where the cluster of a data directory really lies. As root PostgreSQL runs as another account; when that account cannot reach
 * the data directory (a checkout below /root), the cluster goes to /var/lib/chengyun and a pointer file says so.
 */
export function clusterHome(dataDir: string, say: (message: string) => void = () => {}): string {
  const pointer = join(dataDir, 'postgres.location')
  if (existsSync(pointer)) return readFileSync(pointer, 'utf8').trim()
  const account = accountFor(ownerOf(join(dataDir, 'postgres')))
  if (!account || canTraverse(dataDir, account)) return dataDir
  const home = join('/var/lib/chengyun', createHash('sha256').update(dataDir).digest('hex').slice(0, 16))
  if (!existsSync(dataDir)) return home
  mkdirSync(home, { recursive: true })
  writeFileSync(pointer, `${home}\n`)
  say(`${dataDir} is closed to the account that runs PostgreSQL; its files are in ${home}`)
  return home
}

function ownerOf(path: string): Account | null {
  if (!existsSync(path)) return null
  const { uid, gid } = statSync(path)
  return { uid, gid }
}

/** May this account pass through every directory down to `path`? By mode bits, as the kernel does it for an ordinary account. */
function canTraverse(path: string, account: Account): boolean {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid, gid } = statSync(at)
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
      if ((mode & bit) === 0) return false
    }
    if (at === dirname(at)) return true
  }
}

/** A directory only the server's account may enter; below the data directory unless the path is too long for a socket. */
function makeSocketDir(home: string, account: Account | undefined): string {
  const near = join(home, 'socket')
  const fits = Buffer.byteLength(join(near, `.s.PGSQL.${CLUSTER_PORT}`)) <= MAX_SOCKET_PATH_BYTES
  const dir = fits ? near : mkdtempSync(join(shortTmp(), 'cy-'))
  if (fits && existsSync(near) && !lstatSync(near).isDirectory()) {
    throw new DatabaseFault('ENGINE_START', `${near} is in the way of the database's socket.`, 'Remove it.')
  }
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  chmodSync(dir, 0o700)
  if (account) chownSync(dir, account.uid, account.gid)
  return dir
}

const shortTmp = (): string => (Buffer.byteLength(tmpdir()) <= 60 ? tmpdir() : '/tmp')

function removeSocketDir(socketDir: string, home: string): void {
  if (!socketDir.startsWith(home)) rmSync(socketDir, { recursive: true, force: true })
}
