import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_WEST, type TestApp, testApp } from '../../testing.ts'
import { alsoAcceptor, badDay } from './bad-day.testing.ts'
import { sha, townOf } from './field.testing.ts'
import { randomOf } from './sync.testing.ts'

const SEED = Number(process.env.CHENGYUN_TEST_SEED ?? 20_261_122)

let t: TestApp
let folder: string
let port: number
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-sync-'))
  t = await testApp({ CHENGYUN_DATA: folder })
  await alsoAcceptor(townOf(t), 'collector')
  await t.app.http.listen({ port: 0, host: '127.0.0.1' })
  port = (t.app.http.server.address() as AddressInfo).port
}, 60_000)
afterAll(async () => {
  await t?.close()
  await rm(folder, { recursive: true, force: true })
})

test('500 operations on a bad day: none lost, none doubled, every photo whole', { timeout: 240_000 }, async () => {
  const size = { reports: 180, accepted: 40, proposals: 100, tracks: 60, cases: 59 }
  const random = randomOf(SEED)
  const day = await badDay(townOf(t), { port, at: AT_WEST, collectors: ['collector'], size, random, deadlineMs: 200_000 })
  console.log(`500 operations in ${day.seconds.toFixed(1)} s, seed ${SEED}: ${JSON.stringify(day.mishaps)}`)
  expect(day.operations).toBe(500)
  expect(day.wrong).toEqual([])
  expect(day.mishaps.cuts).toBeGreaterThan(20)
  expect(day.mishaps.restarts).toBeGreaterThan(5)
  expect(day.mishaps.repeats + day.mishaps.replays).toBeGreaterThan(5)
  const { rows } = await sql<{ points: number; shifts: number }>`select (select count(*)::int from field.track) as points,
    (select count(*)::int from field.shift where ended_at is not null) as shifts`.execute(t.database.db)
  expect(rows[0]).toEqual({ points: size.tracks * 3, shifts: 1 })
  for (const hash of day.hashes) {
    const bytes = await readFile(join(folder, 'media', 'originals', hash.slice(0, 2), hash.slice(2, 4), hash))
    expect(sha(bytes)).toBe(hash)
  }
})
