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

/** 500 here; the bench asks for more, on more devices. */
const OPERATIONS = Number(process.env.CHENGYUN_TEST_OPERATIONS ?? 500)
const scale = OPERATIONS / 500
const minutes = Math.ceil(4 * scale)

test(`${OPERATIONS} operations on a bad day: none lost, none doubled, every photo whole`, {
  timeout: minutes * 60_000
}, async () => {
  const found = await sql<{
    username: string
  }>`select distinct u.username from org.pub_user u join org.pub_post p on p.user_id = u.id
    where p.role = 'collector' and u.username <> 'collector' order by 1 limit ${Math.min(12, Math.round(scale) - 1)}`.execute(
    t.database.db
  )
  const collectors = ['collector', ...found.rows.map((r) => r.username)]
  const fixed = {
    accepted: 40,
    proposals: Math.round(100 * scale),
    tracks: Math.round(60 * scale),
    cases: Math.round(59 * scale)
  }
  const reports = OPERATIONS - fixed.accepted - fixed.proposals - fixed.tracks - 2 * fixed.cases - 2 * collectors.length
  const size = { ...fixed, reports }
  const random = randomOf(SEED)
  const deadlineMs = (minutes * 60_000 * 3) / 4
  const day = await badDay(townOf(t), { port, at: AT_WEST, collectors, size, random, deadlineMs })
  console.log(
    `${OPERATIONS} operations in ${day.seconds.toFixed(1)} s, ${day.hashes.length} photos, seed ${SEED}: ${JSON.stringify(day.mishaps)}`
  )
  expect(day.operations).toBe(OPERATIONS)
  expect(day.wrong).toEqual([])
  expect(day.mishaps.cuts).toBeGreaterThan(20)
  expect(day.mishaps.restarts).toBeGreaterThan(5)
  expect(day.mishaps.repeats + day.mishaps.replays).toBeGreaterThan(5)
  const { rows } = await sql<{ points: number; shifts: number }>`select (select count(*)::int from field.track) as points,
    (select count(*)::int from field.shift where ended_at is not null) as shifts`.execute(t.database.db)
  expect(rows[0]).toEqual({ points: size.tracks * 3, shifts: collectors.length })
  for (const hash of day.hashes) {
    const bytes = await readFile(join(folder, 'media', 'originals', hash.slice(0, 2), hash.slice(2, 4), hash))
    expect(sha(bytes)).toBe(hash)
  }
})
