// The script of a bad day, its cast, and what must be true in the evening.
import { sql } from 'kysely'
import { type Town, toHandle } from './field.testing.ts'
import { badLine, type Done, live, type Mishaps, type Scripted, sleep } from './sync.testing.ts'

export interface DaySize {
  reports: number
  /** So many of the first collector's reports are accepted by himself before they have reached the server. */
  accepted: number
  proposals: number
  tracks: number
  /** Cases of handlers, two steps each. */
  cases: number
}
const POINTS = 3

/** One collector's day: clocks in, reports, corrects, walks, clocks out. */
function collectorScript(size: Omit<DaySize, 'cases'>, at: [number, number], photo0: number): Scripted[] {
  const out: Scripted[] = []
  let photo = photo0
  const photos = (...phases: ('near' | 'far')[]) =>
    phases.map((phase) => {
      photo += 1
      return { n: photo, phase }
    })
  const begin = 6 * 3_600_000
  const clockIn = (now: () => number) => ({ place: at, capturedAt: new Date(now() - begin).toISOString() })
  out.push({ operation: (_key, now) => ({ kind: 'attendance', input: { action: 'in' }, ...clockIn(now) }), photos: [] })
  const due = (i: number, n: number) => Math.floor(((i + 1) * n) / size.reports) > Math.floor((i * n) / size.reports)
  for (let i = 0, point = 0; i < size.reports; i += 1) {
    const input = { kind: 'matter' as const, classCode: '06010', description: `第${i + 1}处垃圾`, location: at }
    const index = out.length
    out.push({ operation: () => ({ kind: 'report', input, place: at, accuracyM: 5 }), photos: photos('near', 'far') })
    if (due(i, size.accepted))
      out.push({ operation: (key) => ({ kind: 'move', input: { caseId: key(index), op: 'accept' }, version: 1 }), photos: [] })
    if (due(i, size.proposals)) {
      const proposal = { kind: 'new' as const, classCode: '01010', location: at, note: String(i) }
      out.push({ operation: () => ({ kind: 'proposal', input: proposal, place: at }), photos: photos('near') })
    }
    if (due(i, size.tracks)) {
      const first = point
      point += POINTS
      const pointAt = (now: () => number, k: number) => new Date(now() - begin + (first + k + 1) * 10_000).toISOString()
      const points = (now: () => number) => Array.from({ length: POINTS }, (_, k) => ({ at: pointAt(now, k), place: at }))
      out.push({ operation: (_key, now) => ({ kind: 'track', input: { points: points(now) } }), photos: [] })
    }
  }
  out.push({ operation: () => ({ kind: 'attendance', input: { action: 'out' }, place: at }), photos: [] })
  return out
}

/** Lets the first collector sit at the desk too: what he reports offline he accepts offline. Before he signs in. */
export async function alsoAcceptor({ db }: Town, username: string): Promise<void> {
  await sql`insert into org.post (id, user_id, role, unit_id, valid_from_at)
    select gen_random_uuid(), (select id from org.pub_user where username = ${username}), 'acceptor', p.unit_id, p.valid_from_at
    from org.post p join org.pub_user u on u.id = p.user_id where u.username = 'acceptor' and p.role = 'acceptor' limit 1`.execute(
    db
  )
}

export interface Evening {
  operations: number
  seconds: number
  mishaps: Mishaps
  /** What is wrong; empty when none is lost, none doubled and every photo is the one taken. */
  wrong: string[]
  /** Hashes of all photos. */
  hashes: string[]
}

/** The whole day of all devices over one bad line to the server at `port`, and the reckoning. */
export async function badDay(
  town: Town,
  options: {
    port: number
    at: [number, number]
    collectors: readonly string[]
    size: DaySize
    random: () => number
    deadlineMs: number
  }
): Promise<Evening> {
  const { port, at, collectors, size, random, deadlineMs } = options
  const cast = new Map<string, Scripted[]>()
  for (let i = 0; i < size.cases; i += 1) {
    const { c, username } = await toHandle(town, at)
    const step =
      (input: object): Scripted['operation'] =>
      () =>
        ({ kind: 'move', input: { caseId: c.id, ...input }, version: c.version }) as ReturnType<Scripted['operation']>
    cast.set(username, [
      ...(cast.get(username) ?? []),
      { operation: step({ op: 'applyExtend', opinion: '需要更多时间' }), photos: [] },
      { operation: step({ op: 'submitHandle', opinion: '已清理' }), photos: [{ n: 9_000_000 + i, phase: 'after' }] }
    ])
  }
  const part = (n: number, i: number) => Math.floor(((i + 1) * n) / collectors.length) - Math.floor((i * n) / collectors.length)
  for (const [i, username] of collectors.entries()) {
    const own = { reports: part(size.reports, i), proposals: part(size.proposals, i), tracks: part(size.tracks, i) }
    cast.set(username, collectorScript({ ...own, accepted: i === 0 ? size.accepted : 0 }, at, (i + 1) * 100_000))
  }
  const mishaps: Mishaps = { cuts: 0, restarts: 0, repeats: 0, replays: 0 }
  const line = await badLine(port, random, mishaps)
  const began = Date.now()
  const done = await Promise.all(
    [...cast].map(async ([username, script], i): Promise<Done> => {
      const who = await town.as(username)
      const userId = (await who.call<{ user: { id: string } }>('GET', '/api/session')).body.user.id
      const headers = () => ({ cookie: who.cookie, 'x-csrf-token': who.csrf })
      // Whoever has a track keeps his clock, two hours wrong: a point is worth what its time is. The others' clocks jump.
      const jumps = !collectors.includes(username)
      const skewMs = i % 2 === 0 ? 7_200_000 : -7_200_000
      const device = { options: { userId, deviceId: `device-${i}`, headers }, script, skewMs, jumps }
      return live(device, `http://127.0.0.1:${line.port}`, random, mishaps, { deadlineMs, batch: 10, restartShare: 0.35 })
    })
  )
  const seconds = (Date.now() - began) / 1000
  await line.close()
  // Repeats still on their way.
  await sleep(500)
  const scripts = [...cast.values()]
  const kinds = scripts.flatMap((s) => s.map(({ operation }) => operation(() => '', Date.now).kind))
  const keys = done.flatMap((d) => d.keys)
  const hashes = done.flatMap((d) => d.hashes)
  return {
    operations: keys.length,
    seconds,
    mishaps,
    wrong: await reckon(town, done, keys, kinds, hashes, size),
    hashes: hashes.flat()
  }
}

async function reckon(
  { db }: Town,
  done: readonly Done[],
  keys: readonly string[],
  kinds: readonly string[],
  hashes: readonly string[][],
  size: DaySize
): Promise<string[]> {
  const wrong = done.flatMap((d) => d.left.map((l) => `left: ${l.kind} ${l.state} ${l.code}`))
  const of = (kind: string) => keys.filter((_, i) => kinds[i] === kind).sort()
  const same = (what: string, found: readonly string[], wanted: readonly string[]) => {
    const sorted = [...found].sort()
    const expected = [...wanted].sort()
    if (JSON.stringify(sorted) !== JSON.stringify(expected)) {
      const missing = expected.filter((x) => !sorted.includes(x)).slice(0, 3)
      wrong.push(`${what}: ${found.length} instead of ${wanted.length}; missing ${missing.join(', ')}`)
    }
  }
  const cases = await sql<{ key: string }>`select split_part(report_key, ':', 2) as key from cases."case"
    where split_part(report_key, ':', 2) = any(${keys as string[]})`.execute(db)
  same(
    'reports',
    cases.rows.map((r) => r.key),
    of('report')
  )
  const steps = await sql<{
    key: string
  }>`select command_key as key from cases.step where command_key = any(${keys as string[]}) and seq > 1`.execute(db)
  same(
    'steps',
    steps.rows.map((r) => r.key),
    of('move')
  )
  const proposals = await sql<{
    key: string
  }>`select key::text from field.proposal where key = any(${keys as string[]}::uuid[])`.execute(db)
  same(
    'proposals',
    proposals.rows.map((r) => r.key),
    of('proposal')
  )
  const track = await sql<{ n: number }>`select coalesce(sum((result->>'points')::int), 0)::int as n from field.operation
    where kind = 'track' and key = any(${keys as string[]}::uuid[])`.execute(db)
  if (track.rows[0]!.n !== size.tracks * POINTS) wrong.push(`points: ${track.rows[0]!.n} instead of ${size.tracks * POINTS}`)
  const files = await sql<{ owned: string }>`
    with mine as (
      select id, split_part(report_key, ':', 2) as key from cases."case" where split_part(report_key, ':', 2) = any(${keys as string[]})
      union all select case_id, command_key from cases.step where command_key = any(${keys as string[]}) and op = 'submitHandle'
      union all select id, key::text from field.proposal where key = any(${keys as string[]}::uuid[]))
    select mine.key || ' ' || f.sha256 as owned from mine join media.file f on f.owner_id = mine.id`.execute(db)
  same(
    'photos',
    files.rows.map((r) => r.owned),
    keys.flatMap((key, i) => hashes[i]!.map((hash) => `${key} ${hash}`))
  )
  return wrong
}
