import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { migrate } from './db/migrate.ts'
import { type DoctorOptions, examine } from './doctor.ts'
import { type TestDatabase, testDb } from './testing-db.ts'

let base: string
let t: TestDatabase
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'chengyun-doctor-'))
  t = await testDb({ empty: true })
  await migrate(t.pool, [])
})
afterAll(async () => {
  await t.close()
  rmSync(base, { recursive: true, force: true })
})

const look = async (more: Partial<DoctorOptions> = {}) => {
  const options = {
    databaseUrl: t.url,
    dataDir: join(base, 'data'),
    port: 0,
    host: '127.0.0.1',
    modules: [],
    timeZone: 'Asia/Shanghai'
  }
  return new Map((await examine({ ...options, ...more })).map((f) => [f.check, f]))
}

it('finds a healthy machine healthy, except that a test server does not sync', async () => {
  const findings = await look()
  expect([...findings.keys()]).toEqual([
    'node',
    'time zone',
    'data directory',
    'disk',
    'port',
    'database',
    'migrations',
    'clock',
    'database time zone'
  ])
  expect([...findings.values()].filter((f) => !f.ok)).toEqual([
    expect.objectContaining({ check: 'database', todo: expect.stringContaining('fsync') })
  ])
  expect(findings.get('time zone')?.found).toContain('2026-01-01 08:00')
  expect(findings.get('database')?.found).toMatch(/UTF8, LC_CTYPE C.UTF-8/)
})

it('looks at the embedded engine without making a data directory', async () => {
  const findings = await look({ databaseUrl: undefined })
  expect(findings.get('engine')).toMatchObject({ ok: true, found: expect.stringContaining('18.') })
  expect(findings.get('database')).toMatchObject({ ok: true, found: expect.stringContaining('first start') })
})

it('says what to do about a taken port, an unknown zone, a database that does not answer or is newer', async () => {
  const squatter = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => squatter.once('listening', done))
  await t.pool.query(`insert into platform.migration (module, name, sha256) values ('future', '0001-x.sql', 'x')`)
  const { port } = squatter.address() as AddressInfo
  const findings = await look({ port, timeZone: 'Mars/Olympus' })
  for (const check of ['port', 'time zone', 'migrations', 'database time zone']) {
    expect(findings.get(check)).toMatchObject({ ok: false, todo: expect.stringMatching(/\w+/) })
  }
  squatter.close()
  const silent = await look({ databaseUrl: 'postgresql://nobody@127.0.0.1:1/none' })
  expect(silent.get('database')).toMatchObject({ ok: false, todo: 'Check DATABASE_URL.' })
})
