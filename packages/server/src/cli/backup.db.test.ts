// A city at work in one file: packs with things and history, readings of today, alarms and their cases, an inventory that waits to be published.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { type App, build } from '../app.ts'
import { changePack, HOUR_DAYS, packFolder, setUpPackDemo, soundOffer } from '../modules/scenarios/index.ts'
import { streamsOf } from '../modules/streams/index.ts'
import { SYSTEM } from '../platform/actor.ts'
import { socketUrl } from '../platform/db/embedded.ts'
import { type Database, openUrl } from '../platform/db/open.ts'
import { administer } from '../platform/db/test-server.ts'
import type { Db } from '../platform/db.ts'
import { openLog } from '../platform/log.ts'
import { type Client, signIn, type TestApp, testApp } from '../testing.ts'
import { directGate } from './register/gate.ts'

const CLI = fileURLToPath(new URL('./index.ts', import.meta.url))
const PACK = 'hazard'
const { socketDir, port } = inject('testServer')
const name = `t_${randomBytes(6).toString('hex')}`
let t: TestApp
let folder: string
/** Nobody may be connected to the target of a restoration: it is opened afterwards. */
let target: string
let other: Database | undefined
let restored: App | undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'))
  t = await testApp({ CHENGYUN_GATEWAYS: 'none', CHENGYUN_DATA: folder })
  await administer(socketDir, port, `create database ${name}`)
  target = socketUrl(socketDir, port, name)
})
afterAll(async () => {
  await restored?.close()
  await other?.close()
  await administer(socketDir, port, `drop database if exists ${name} with (force)`)
  await t.close()
  await rm(folder, { recursive: true, force: true })
})

function cli(...args: string[]): Promise<{ code: number | null; text: string }> {
  const child = spawn(process.execPath, [CLI, ...args], {
    env: { ...process.env, DATABASE_URL: t.database.url, CHENGYUN_DATA: folder, CHENGYUN_SECRET: t.settings.CHENGYUN_SECRET }
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece: string) => (text += piece))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })))
}

/** Everything the database is made of, without names that PostgreSQL gave by itself. */
async function shapeOf(db: Db): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    with ours as (select c.oid as rel, c.relkind, c.relpartbound, c.reloptions, n.nspname || '.' || c.relname as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in (select distinct module from platform.migration) and c.relkind in ('r', 'p', 'v', 'm'))
    select concat_ws(' ', 'table', name, relkind, pg_get_expr(relpartbound, rel), reloptions::text) as line from ours
    union all select concat_ws(' ', 'column', name, attname, format_type(atttypid, atttypmod), attcollation, attnotnull, pg_get_expr(adbin, adrelid)) from ours
      join pg_attribute a on a.attrelid = rel and attnum > 0 and not attisdropped left join pg_attrdef d on d.adrelid = rel and d.adnum = attnum
    union all select concat_ws(' ', 'index', name, regexp_replace(pg_get_indexdef(indexrelid), '^CREATE (UNIQUE )?INDEX \\S+ ON', '\\1')) from ours
      join pg_index i on i.indrelid = rel
    union all select concat_ws(' ', 'constraint', name, pg_get_constraintdef(k.oid)) from ours join pg_constraint k on k.conrelid = rel and contype <> 'n'
    union all select concat_ws(' ', 'trigger', name, tgname, tgenabled) from ours join pg_trigger g on g.tgrelid = rel and not tgisinternal
    order by 1`.execute(db)
  return rows.map((r) => r.line)
}

interface Said {
  items: unknown[]
}
/** What people see of it. */
async function seen(admin: Client, watch: Client, db: Db): Promise<object> {
  const streams = await streamsOf(db)
  await streams.settle()
  const { body: packs } = await admin.call<Said>('GET', '/api/scenarios')
  const { body: alarms } = await watch.call<Said>('GET', '/api/alarms')
  const { body: batches } = await admin.call<Said>('GET', '/api/registry/batches')
  const { body: datastreams } = await admin.call<object>(
    'GET',
    '/sta/v1.1/Datastreams?$top=3&$orderby=id&$expand=Observations($top=5;$orderby=phenomenonTime desc)'
  )
  const { rows } = await sql<object>`select
    (select count(*)::int from streams.stream) as streams, (select count(*)::int from streams.pack) as packs, (select count(*)::int from streams.rollup_hour) as hours,
    (select string_agg(case_no, ',' order by case_no) from cases."case") as cases, (select max(seq)::int from streams.journal) as journal`.execute(
    db
  )
  const ids = [...streams.catalogue.streamsOfThing.values()].flat().sort((a, b) => a - b)
  const latest = ids.map((id) => ({ id, ...streams.latest.get(id) }))
  return { packs, alarms, batches, datastreams, rows, latest }
}

async function observe(by: Client, stream: number, result: number): Promise<void> {
  const made = await by.call('POST', `/sta/v1.1/Datastreams(${stream})/Observations`, { result })
  expect(made.status).toBe(201)
}

test('goes on in another database as if nothing had happened', async () => {
  const { db } = t.database
  const offer = await soundOffer(db, packFolder(t.settings), PACK)
  await changePack(db, SYSTEM, { id: PACK, act: 'install', held: null, offer })
  await setUpPackDemo(db, SYSTEM, offer.document, { scale: 0.01, hourDays: HOUR_DAYS, now: new Date() })
  await t.settle()
  const admin = await t.as('dataadmin')
  const watch = await t.as('shiftleader')
  const { body: found } = await admin.call<{ value: { '@iot.id': number }[] }>(
    'GET',
    `/sta/v1.1/Datastreams?$top=2&$filter=${encodeURIComponent("Thing/properties/register eq 'septic-tank' and properties/key eq 'ch4'")}`
  )
  const [methane, another] = found.value.map((d) => d['@iot.id']) as [number, number]
  const streams = await streamsOf(db)
  await streams.followers.start()
  // The judge looks for new rules once a second: the gas stays until it knows this one.
  const alarms = async (): Promise<number> => {
    await observe(admin, methane, 100)
    await streams.settle()
    await t.settle()
    return (await watch.call<Said>('GET', '/api/alarms')).body.items.length
  }
  await expect.poll(alarms, { interval: 300 }).toBe(1)

  const file = join(folder, 'hydrants.csv')
  await writeFile(file, '编码,小类,经度,纬度,流量\nH-1,above,120.311,36.061,20\nH-2,above,120.312,36.062,20\n')
  const gate = await directGate(db)
  const waiting = await gate.open({ type: 'hydrant', kind: 'import', name: '消火栓', options: {} }, file)
  expect((await gate.check(waiting.id, () => undefined)).state).toBe('checked')

  const before = await seen(admin, watch, db)
  expect(before).toMatchObject({
    alarms: { items: [{ level: 1 }] },
    latest: expect.arrayContaining([expect.objectContaining({ value: 100 })])
  })
  const backup = join(folder, 'city.backup')
  expect(await cli('backup', backup)).toMatchObject({ code: 0 })
  const { code, text } = await cli('restore', backup, '--into', target)
  expect(code, text).toBe(0)
  other = await openUrl(target, 8)
  const { db: copy } = other
  expect(await shapeOf(copy)).toEqual(await shapeOf(db))

  restored = await build({ db: copy, settings: t.settings, log: openLog('error'), jobs: false })
  const [adminThere, watchThere] = [await signIn(restored, 'dataadmin'), await signIn(restored, 'shiftleader')]
  expect(await seen(adminThere, watchThere, copy)).toEqual(before)

  // The judge there knows what it had found: the gas that stays raises nothing, gas elsewhere does.
  const there = await streamsOf(copy)
  await there.followers.start()
  const after = async (): Promise<number> => {
    for (const id of [methane, another]) await observe(adminThere, id, 100)
    await there.settle()
    await restored!.relay.settle()
    return (await watchThere.call<Said>('GET', '/api/alarms')).body.items.length
  }
  await expect.poll(after, { interval: 300 }).toBe(2)
  const published = await (await directGate(copy)).publish(waiting.id, {}, () => undefined)
  expect(published).toMatchObject({ state: 'published', totals: { accepted: 2 } })
}, 120_000)
