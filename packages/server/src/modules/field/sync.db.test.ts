import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AT_WEST, type Client, type TestApp, testApp } from '../../testing.ts'
import { toHandle } from './field.testing.ts'
import { badLine, type Done, live, type Mishaps, randomOf, type Scripted } from './sync.testing.ts'

const SEED = Number(process.env.CHENGYUN_TEST_SEED ?? 20_261_122)
const REPORTS = 180
const OF_THEM_ACCEPTED = 40
const PROPOSALS = 100
const TRACKS = 60
const CASES = 59
const POINTS = 3

let t: TestApp
let folder: string
let port: number
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chengyun-sync-'))
  t = await testApp({ CHENGYUN_DATA: folder })
  // A collector who also sits at the desk: what he reports offline he accepts offline, before either has reached the server.
  await sql`insert into org.post (id, user_id, role, unit_id, valid_from_at)
    select gen_random_uuid(), u.id, 'acceptor', p.unit_id, p.valid_from_at from org.user u join org.post p on p.user_id = (select id from org.user where username = 'acceptor')
    where u.username = 'collector'`.execute(t.database.db)
  await t.app.http.listen({ port: 0, host: '127.0.0.1' })
  port = (t.app.http.server.address() as AddressInfo).port
}, 60_000)
afterAll(async () => {
  await t?.close()
  await rm(folder, { recursive: true, force: true })
})

const userId = async (who: Client): Promise<string> =>
  (await who.call<{ user: { id: string } }>('GET', '/api/session')).body.user.id
const headersOf = (who: Client) => () => ({ cookie: who.cookie, 'x-csrf-token': who.csrf })
const rows = async <T>(query: ReturnType<typeof sql<T>>): Promise<T[]> => (await query.execute(t.database.db)).rows

function collectorScript(): Scripted[] {
  const out: Scripted[] = []
  let photo = 50_000
  const photos = (...phases: ('near' | 'far')[]) =>
    phases.map((phase) => {
      photo += 1
      return { n: photo, phase }
    })
  const begin = 3 * 3_600_000
  out.push({
    operation: (_key, now) => ({
      kind: 'attendance',
      input: { action: 'in' },
      place: AT_WEST,
      capturedAt: new Date(now() - begin).toISOString()
    }),
    photos: []
  })
  const share = (i: number, n: number) => Math.floor(((i + 1) * n) / REPORTS) - Math.floor((i * n) / REPORTS)
  for (let i = 0, track = 0; i < REPORTS; i += 1) {
    const input = { kind: 'matter' as const, classCode: '06010', description: `第${i + 1}处垃圾`, location: AT_WEST }
    const at = out.length
    out.push({ operation: () => ({ kind: 'report', input, place: AT_WEST, accuracyM: 5 }), photos: photos('near', 'far') })
    if (share(i, OF_THEM_ACCEPTED))
      out.push({ operation: (key) => ({ kind: 'move', input: { caseId: key(at), op: 'accept' }, version: 1 }), photos: [] })
    if (share(i, PROPOSALS)) {
      const proposal = { kind: 'new' as const, classCode: '01010', location: AT_WEST, note: String(i) }
      out.push({ operation: () => ({ kind: 'proposal', input: proposal, place: AT_WEST }), photos: photos('near') })
    }
    if (share(i, TRACKS)) {
      const first = track
      track += POINTS
      const points = (now: () => number) =>
        Array.from({ length: POINTS }, (_, k) => ({
          at: new Date(now() - begin + (first + k + 1) * 10_000).toISOString(),
          place: AT_WEST
        }))
      out.push({ operation: (_key, now) => ({ kind: 'track', input: { points: points(now) } }), photos: [] })
    }
  }
  out.push({ operation: () => ({ kind: 'attendance', input: { action: 'out' }, place: AT_WEST }), photos: [] })
  return out
}

test('500 operations on a bad day: none lost, none doubled, every photo whole', { timeout: 240_000 }, async () => {
  const collector = await t.as('collector')
  const toDo = new Map<Client, Scripted[]>()
  for (let i = 0; i < CASES; i += 1) {
    const { c, handler } = await toHandle(t)
    const step =
      (input: object): Scripted['operation'] =>
      () =>
        ({ kind: 'move', input: { caseId: c.id, ...input }, version: c.version }) as ReturnType<Scripted['operation']>
    toDo.set(handler, [
      ...(toDo.get(handler) ?? []),
      { operation: step({ op: 'applyExtend', opinion: '需要更多时间' }), photos: [] },
      { operation: step({ op: 'submitHandle', opinion: '已清理' }), photos: [{ n: 90_000 + i, phase: 'after' }] }
    ])
  }
  const script = collectorScript()
  const random = randomOf(SEED)
  const mishaps: Mishaps = { cuts: 0, restarts: 0, repeats: 0, replays: 0 }
  const line = await badLine(port, random, mishaps)
  const people: [Client, Scripted[]][] = [[collector, script], ...toDo]
  expect(people.reduce((sum, [, s]) => sum + s.length, 0)).toBe(500)
  const began = Date.now()
  const results: [Client, Done][] = await Promise.all(
    people.map(async ([who, s], i): Promise<[Client, Done]> => {
      const device = {
        options: { userId: await userId(who), deviceId: `device-${i}`, headers: headersOf(who) },
        script: s,
        skewMs: i === 0 ? 7_200_000 : -7_200_000,
        // Whoever has a track keeps his clock: a point is worth what its time is.
        jumps: i > 0
      }
      return [
        who,
        await live(device, `http://127.0.0.1:${line.port}`, random, mishaps, {
          deadlineMs: 200_000,
          batch: 10,
          restartShare: 0.35
        })
      ]
    })
  )
  await line.close()
  // Replays still on their way.
  await new Promise((done) => setTimeout(done, 300))
  console.log(`500 operations in ${((Date.now() - began) / 1000).toFixed(1)} s, seed ${SEED}: ${JSON.stringify(mishaps)}`)

  for (const [, done] of results) expect(done.left).toEqual([])
  expect(mishaps.cuts).toBeGreaterThan(20)
  expect(mishaps.restarts).toBeGreaterThan(5)
  expect(mishaps.repeats + mishaps.replays).toBeGreaterThan(5)

  const mine = results[0]![1]
  const keys = mine.keys
  const id = await userId(collector)
  const kinds = script.map((s) => s.operation(() => '', Date.now).kind)
  const of = (kind: string) => keys.filter((_, i) => kinds[i] === kind)
  // Each report is one case, each with its own photos.
  const cases = await rows(
    sql<{ id: string; key: string }>`select id, split_part(report_key, ':', 2) as key from cases."case" where reporter_id = ${id}`
  )
  expect(cases.map((c) => c.key).sort()).toEqual(of('report').sort())
  // Each step is one step.
  const moved = results.flatMap(([, d]) => d.keys)
  const steps = await rows(
    sql<{ key: string }>`select command_key as key from cases.step where command_key = any(${moved}) and seq > 1`
  )
  expect(steps).toHaveLength(OF_THEM_ACCEPTED + 2 * CASES)
  expect(new Set(steps.map((s) => s.key)).size).toBe(steps.length)
  const [proposals] = await rows(
    sql<{ n: number; keys: number }>`select count(*)::int as n, count(distinct key)::int as keys from field.proposal`
  )
  expect(proposals).toEqual({ n: PROPOSALS, keys: PROPOSALS })
  const [track] = await rows(sql<{ n: number }>`select count(*)::int as n from field.track`)
  expect(track!.n).toBe(TRACKS * POINTS)
  const shifts = await rows(sql<{ ended: boolean }>`select ended_at is not null as ended from field.shift`)
  expect(shifts).toEqual([{ ended: true }])

  // Every photo is where it belongs, once, and its bytes are those of the moment it was taken.
  const files = await rows(
    sql<{
      owner: string
      sha256: string
    }>`select coalesce(split_part(c.report_key, ':', 2), p.key::text, s.command_key) as owner, f.sha256
      from media.file f left join cases."case" c on f.owner_type = 'case' and c.id = f.owner_id and c.report_key is not null
      left join field.proposal p on f.owner_type = 'field.proposal' and p.id = f.owner_id
      left join cases.step s on f.owner_type = 'case' and s.case_id = f.owner_id and s.op = 'submitHandle' where f.owner_id is not null`
  )
  const expected = results.flatMap(([, d]) => d.keys.flatMap((key, i) => d.hashes[i]!.map((hash) => `${key} ${hash}`)))
  expect(files.map((f) => `${f.owner} ${f.sha256}`).sort()).toEqual(expected.sort())
  for (const { sha256 } of files) {
    const bytes = await readFile(join(folder, 'media', 'originals', sha256.slice(0, 2), sha256.slice(2, 4), sha256))
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
  }
})
