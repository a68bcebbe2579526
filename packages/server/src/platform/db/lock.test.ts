import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findLockHolder, lockDataDir } from './lock.ts'
import { pidSpace, startMark } from './processes.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chengyun-lock-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const leave = (holder: object) => writeFileSync(join(dir, 'chengyun.lock'), JSON.stringify({ nonce: 'n', since: '', ...holder }))

describe('the lock of a data directory', () => {
  it('is held by one, even within a process, and leaves nothing behind', async () => {
    const lock = await lockDataDir(dir)
    expect(findLockHolder(dir)?.pid).toBe(process.pid)
    await expect(lockDataDir(dir)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' })
    lock.release()
    expect(readdirSync(dir)).toEqual([])
    expect(findLockHolder(dir)).toBeNull()
  })

  it('of a dead process is taken over, also when its number lives on in another process', async () => {
    leave({ pid: 2 ** 22 + 7, mark: 'x', space: pidSpace() })
    ;(await lockDataDir(dir)).release()
    leave({ pid: process.ppid, mark: `${startMark(process.ppid)}0`, space: pidSpace() })
    ;(await lockDataDir(dir)).release()
    leave({ pid: process.ppid, mark: startMark(process.ppid), space: pidSpace() })
    await expect(lockDataDir(dir)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' })
  })

  it('goes to exactly one of many that find a stale one together', async () => {
    for (let round = 0; round < 20; round++) {
      leave({ pid: 2 ** 22 + 7, mark: 'x', space: pidSpace(), nonce: `stale-${round}` })
      const won = (await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDir(dir)))).flatMap((r) =>
        r.status === 'fulfilled' ? [r.value] : []
      )
      expect(won).toHaveLength(1)
      won[0]?.release()
    }
  })

  it('of another container is believed while it is touched, and taken over when long untouched', async () => {
    leave({ pid: 1, mark: 'm', space: 'elsewhere' })
    const file = join(dir, 'chengyun.lock')
    const beat = setInterval(() => utimesSync(file, new Date(), new Date()), 150)
    await expect(lockDataDir(dir)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' })
    clearInterval(beat)
    utimesSync(file, 0, 0)
    const lock = await lockDataDir(dir)
    expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(process.pid)
    lock.release()
  })
})
