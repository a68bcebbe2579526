import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type TestDatabase, testDb } from '../testing-db.ts'
import { socketUrl } from './embedded.ts'
import { migrate, readLedger } from './migrate.ts'
import { openUrl } from './open.ts'
import { administer } from './test-server.ts'

let t: TestDatabase
let base: string
beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'chengyun-migrate-'))
  t = await testDb({ empty: true })
})
afterEach(async () => {
  await t.close()
  rmSync(base, { recursive: true, force: true })
})

/** A module with these files, as migrate() wants it. */
function moduleOf(name: string, files: Record<string, string>) {
  mkdirSync(join(base, name), { recursive: true })
  for (const [file, sql] of Object.entries(files)) writeFileSync(join(base, name, file), sql)
  return { name, migrations: pathToFileURL(`${join(base, name)}/`) }
}
const ofOthers = (ledger: { module: string; name: string }[]) =>
  ledger.filter((m) => m.module !== 'platform').map((m) => `${m.module}/${m.name}`)

describe('migrate()', () => {
  it('applies platform, then the modules in the order given, once', async () => {
    const roads = moduleOf('roads', {
      '0002-lamps.sql': 'create table roads.lamp (road int references roads.road)',
      '0001-roads.sql': 'create schema roads; create table roads.road (id int primary key)'
    })
    const alleys = moduleOf('alleys', {
      '0001-alleys.sql': 'create schema alleys; create view alleys.road as select * from roads.road'
    })
    const first = await migrate(t.pool, [roads, alleys])
    expect(first[0]?.module).toBe('platform')
    expect(ofOthers(first)).toEqual(['roads/0001-roads.sql', 'roads/0002-lamps.sql', 'alleys/0001-alleys.sql'])
    expect(await migrate(t.pool, [roads, alleys])).toEqual([])
    moduleOf('roads', { '0003-more.sql': 'alter table roads.road add name text' })
    expect(ofOthers(await migrate(t.pool, [roads, alleys]))).toEqual(['roads/0003-more.sql'])
    expect(await readLedger(t.pool)).toHaveLength(first.length + 1)
  })

  it('is done once by processes that start together', async () => {
    const slow = moduleOf('slow', {
      '0001-slow.sql': 'select pg_sleep(0.2); create table public.once (n int); insert into public.once values (1)'
    })
    const done = await Promise.all([1, 2, 3].map(() => migrate(t.pool, [slow])))
    expect(done.filter((applied) => applied.length > 0)).toHaveLength(1)
    expect((await t.pool.query('select * from public.once')).rows).toEqual([{ n: 1 }])
  })

  it('refuses a file that was changed after it was applied', async () => {
    const m = moduleOf('m', { '0001-a.sql': 'create table public.a (n int)' })
    await migrate(t.pool, [m])
    moduleOf('m', { '0001-a.sql': 'create table public.a (n bigint)' })
    await expect(migrate(t.pool, [m])).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      message: expect.stringContaining('m/0001-a.sql')
    })
  })

  it('refuses a database that is newer than the program, and a file put before one already applied', async () => {
    const m = moduleOf('m', { '0002-b.sql': 'create table public.b (n int)' })
    await migrate(t.pool, [m])
    await expect(migrate(t.pool, [])).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN' })
    moduleOf('m', { '0001-a.sql': 'create table public.a (n int)' })
    await expect(migrate(t.pool, [m])).rejects.toMatchObject({ code: 'MIGRATION_ORDER' })
  })

  it('leaves nothing of a file that fails, names it with its line, and goes on from there next time', async () => {
    const m = moduleOf('m', {
      '0001-a.sql': 'create table public.a (n int)',
      '0002-b.sql': 'create table public.b (n int);\n\nselect * from nowhere'
    })
    await expect(migrate(t.pool, [m])).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringMatching(/m\/0002-b.sql, line 3: .*nowhere/)
    })
    expect((await t.pool.query(`select to_regclass('public.a') as a, to_regclass('public.b') as b`)).rows).toEqual([
      { a: 'a', b: null }
    ])
    moduleOf('m', { '0002-b.sql': 'create table public.b (n int)' })
    expect(ofOthers(await migrate(t.pool, [m]))).toEqual(['m/0002-b.sql'])
  })

  it('refuses a file name or number it does not understand', async () => {
    await expect(migrate(t.pool, [moduleOf('m', { 'init.sql': '' })])).rejects.toMatchObject({ code: 'MIGRATION_NAME' })
    await expect(migrate(t.pool, [moduleOf('n', { '0001-a.sql': '', '0001-b.sql': '' })])).rejects.toMatchObject({
      code: 'MIGRATION_NAME'
    })
  })
})

describe('a database that cannot serve', () => {
  const names: string[] = []
  let place: { socketDir: string; port: number }
  beforeAll(async () => {
    const { inject } = await import('vitest')
    place = inject('testServer')
  })
  afterAll(async () => {
    for (const name of names) await administer(place.socketDir, place.port, `drop database if exists ${name} with (force)`)
  })
  const create = async (name: string, how: string) => {
    names.push(name)
    await administer(place.socketDir, place.port, `create database ${name} template template0 ${how}`)
    return socketUrl(place.socketDir, place.port, name)
  }

  it('is refused when its LC_CTYPE breaks Chinese search', async () => {
    const url = await create('bad_ctype', `encoding 'UTF8' locale_provider libc lc_collate 'C' lc_ctype 'C'`)
    await expect(openUrl(url, 1)).rejects.toMatchObject({
      code: 'DATABASE_CTYPE',
      hint: expect.stringContaining('create database')
    })
  })

  it('is refused when it does not store UTF-8', async () => {
    const url = await create('bad_encoding', `encoding 'LATIN1' locale_provider libc lc_collate 'C' lc_ctype 'C'`)
    await expect(openUrl(url, 1)).rejects.toMatchObject({ code: 'DATABASE_ENCODING' })
  })

  it('is refused when it does not answer', async () => {
    await expect(openUrl(socketUrl(tmpdir(), 1, 'none'), 1)).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  })
})
