import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseFault } from './faults.ts'
import { isAlive, pidSpace, sleep, startMark } from './processes.ts'

/** Who holds a data directory. */
export interface LockHolder {
  pid: number
  mark: string
  space: string
  nonce: string
  since: string
}

/** A holder in another container cannot be probed; it shows that it lives by touching the file this often (ms). */
const BEAT_MS = 2_000
const BEAT_LOST_MS = 4 * BEAT_MS

const lockFile = (dataDir: string): string => join(dataDir, 'chengyun.lock')

/** The live process that holds `dataDir`, or null when it is free (or its holder is dead). */
export function findLockHolder(dataDir: string): LockHolder | null {
  const file = lockFile(dataDir)
  const held = read(file)
  return held && isHeld(held, file) ? held : null
}

/**
 * Takes `dataDir` for this process until `release()` or the end of the process. A lock left by a dead process is taken over.
 * Throws DATA_DIR_IN_USE naming the process that holds it.
 */
export async function lockDataDir(dataDir: string): Promise<{ release(): void }> {
  mkdirSync(dataDir, { recursive: true })
  const file = lockFile(dataDir)
  const mine: LockHolder = {
    pid: process.pid,
    mark: startMark(process.pid),
    space: pidSpace(),
    nonce: randomBytes(8).toString('hex'),
    since: new Date().toISOString()
  }
  for (let attempt = 0; ; attempt++) {
    if (create(file, mine)) break
    const held = read(file)
    if (held && isHeld(held, file) && (held.space === mine.space || (await beats(file)))) throw inUse(dataDir, held)
    if (attempt > 20) throw new DatabaseFault('DATA_DIR_LOCK', `Cannot take the lock ${file}`, 'Remove it when no Chengyun runs.')
    if (held) removeStale(file, held)
    await sleep(20)
    // Whoever took over at the same moment has written by now; the loop finds it, and the check below settles a tie.
  }
  await sleep(5)
  const now = read(file)
  if (now?.nonce !== mine.nonce) throw inUse(dataDir, now ?? mine)

  const beat = setInterval(() => {
    try {
      const t = new Date()
      utimesSync(file, t, t)
    } catch {
      // The directory went away under us; PostgreSQL will say so louder.
    }
  }, BEAT_MS)
  beat.unref()
  return {
    release() {
      clearInterval(beat)
      if (read(file)?.nonce === mine.nonce) rmSync(file, { force: true })
    }
  }
}

function create(file: string, holder: LockHolder): boolean {
  // Written aside and linked into place: nobody ever reads half a lock, and link() fails where a lock exists.
  const aside = `${file}.${holder.nonce}`
  writeFileSync(aside, JSON.stringify(holder))
  try {
    linkSync(aside, file)
    return true
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw e
  } finally {
    rmSync(aside, { force: true })
  }
}

/** Moves the stale lock aside and looks again at what was moved, because a rival may have replaced it in between. */
function removeStale(file: string, stale: LockHolder): void {
  const aside = `${file}.stale-${randomBytes(6).toString('hex')}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  if (read(aside)?.nonce !== stale.nonce) {
    try {
      linkSync(aside, file)
    } catch {
      // A third process has taken it; the rival sees that when it verifies its own lock.
    }
  }
  rmSync(aside, { force: true })
}

function read(file: string): LockHolder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockHolder
  } catch {
    return null
  }
}

function isHeld(held: LockHolder, file: string): boolean {
  if (held.space === pidSpace()) return isAlive(held.pid) && startMark(held.pid) === held.mark
  return Date.now() - touchedAt(file) < BEAT_LOST_MS
}

/** Watches a lock of another container or machine: true as soon as its holder touches it, false when the beat is lost. */
async function beats(file: string): Promise<boolean> {
  const first = touchedAt(file)
  for (let waited = 0; waited < BEAT_LOST_MS; waited += 100) {
    await sleep(100)
    if (touchedAt(file) !== first) return touchedAt(file) !== 0
  }
  return false
}

function touchedAt(file: string): number {
  try {
    return statSync(file).mtimeMs
  } catch {
    return 0
  }
}

function inUse(dataDir: string, held: LockHolder): DatabaseFault {
  return new DatabaseFault(
    'DATA_DIR_IN_USE',
    `The data directory ${dataDir} is in use by process ${held.pid} since ${held.since}.`,
    'Stop that process first, or give this one another directory with CHENGYUN_DATA.'
  )
}
