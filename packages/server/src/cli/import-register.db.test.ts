import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BatchView } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestDatabase } from '../platform/testing-db.ts'
import { testCity, testSettings } from '../testing.ts'

const CLI = fileURLToPath(new URL('./index.ts', import.meta.url))
const ROWS = 90_000

let database: TestDatabase
let folder: string
beforeAll(async () => {
  database = await testCity(testSettings())
  folder = await mkdtemp(join(tmpdir(), 'import-'))
})
afterAll(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [CLI, 'import', ...args], {
    env: {
      ...process.env,
      DATABASE_URL: database.url,
      CHENGYUN_DATA: folder,
      CHENGYUN_SECRET: 'test-secret-of-thirty-two-characters'
    }
  })
  let text = ''
  let faults = ''
  child.stdout.setEncoding('utf8').on('data', (t: string) => {
    text += t
  })
  child.stderr.setEncoding('utf8').on('data', (t: string) => {
    faults += t
  })
  return { child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, text, faults })) }
}

const progressed = async (): Promise<{ state: string; rows: number; staged: number } | null> => {
  const { rows } = await sql<{
    id: string
    state: string
    rows: number | null
  }>`select id, state, (progress->>'rows')::int as rows from registry.batch
    order by id desc limit 1`.execute(database.db)
  const batch = rows[0]
  if (!batch) return null
  const stage = sql.raw(`registry.stage_${batch.id.replaceAll('-', '')}`)
  const counted = await sql<{ n: number }>`select count(*)::int as n from ${stage}`
    .execute(database.db)
    .catch(() => ({ rows: [{ n: 0 }] }))
  return { state: batch.state, rows: batch.rows ?? 0, staged: counted.rows[0]?.n ?? 0 }
}

test('killed in the middle, an import goes on where it stood: every row once, none lost, the register untouched until the end', async () => {
  const file = join(folder, 'hydrants.csv')
  const lines = Array.from({ length: ROWS }, (_, i) => {
    // Every ninth row has no place that can be, every thousandth a code that was there.
    const lng = i % 9 === 0 ? 0 : 120.301 + (i % 700) / 10_000
    const lat = i % 9 === 0 ? 0 : 36.051 + (i % 280) / 10_000
    const code = i % 1000 === 999 ? `H-${i - 1}` : `H-${i}`
    return `${code},消火栓${i},地上式,${lng.toFixed(6)},${lat.toFixed(6)},${i % 50}`
  })
  await writeFile(file, ['编码,名称,小类,经度,纬度,流量', ...lines].join('\n'))
  const first = start(['hydrant', file])
  let seen: Awaited<ReturnType<typeof progressed>> = null
  for (let i = 0; i < 2000; i++) {
    seen = await progressed()
    if (seen && seen.state === 'reading' && seen.rows > 0) break
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(first.child.kill('SIGKILL')).toBe(true)
  await first.ended
  const broken = await progressed()
  expect(broken).toMatchObject({ state: 'reading' })
  expect(broken!.rows).toBeGreaterThan(0)
  expect(broken!.rows).toBeLessThan(ROWS)
  const { rows: none } = await sql`select 1 from registry.item where type_id = 'hydrant' limit 1`.execute(database.db)
  expect(none).toEqual([])

  const second = await start(['hydrant', file, '--publish', '--json']).ended
  const view = JSON.parse(second.text) as BatchView
  expect(second.code).toBe(1)
  const zero = Math.ceil(ROWS / 9)
  const twice = lines.filter((_, i) => i % 1000 === 999 && i % 9 !== 0 && (i - 1) % 9 !== 0).length
  expect(view.totals).toMatchObject({ read: ROWS, rejected: zero + twice, accepted: ROWS - zero - twice })
  expect(view.state).toBe('published')
  const { rows } = await sql<{
    n: number
    codes: number
    last: string
  }>`select count(*)::int as n, count(distinct code)::int as codes from registry.item
    where type_id = 'hydrant'`.execute(database.db)
  expect(rows[0]).toMatchObject({ n: view.totals.accepted, codes: view.totals.accepted })
  const { rows: rejects } = await sql<{ n: number }>`select count(*)::int as n from registry.reject`.execute(database.db)
  expect(rejects[0]!.n).toBe(view.totals.rejected)
}, 240_000)

test('wrong arguments and files are said, and the exit code tells', async () => {
  expect((await start(['hydrant']).ended).code).toBe(2)
  expect(await start(['hydrant', '/no/such.csv']).ended).toMatchObject({
    code: 2,
    faults: expect.stringContaining('no such file')
  })
  const file = join(folder, 'x.txt')
  await writeFile(file, 'a\u0000b')
  expect(await start(['hydrant', file]).ended).toMatchObject({ code: 1, faults: expect.stringContaining('BATCH_FILE_UNKNOWN') })
  await writeFile(file, '编码,小类\nH-1,above\n')
  expect(await start(['no-such-register', file]).ended).toMatchObject({ code: 1, faults: expect.stringContaining('no register') })
}, 60_000)
