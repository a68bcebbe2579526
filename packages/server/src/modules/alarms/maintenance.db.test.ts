import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../testing.ts'
import { streamsOf } from '../streams/index.ts'
import { makeStation, makeStream } from '../streams/streams.testing.ts'
import { concerns } from './domain/suppress.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
})
afterAll(() => t.close())

test('work at streams hides their alarms as long as it lasts, of single streams too', async () => {
  const { db } = t.database
  const { thing } = await makeStation(db)
  const ids = [await makeStream(db, thing, 'oneC'), await makeStream(db, thing, 'twoC')]
  await (await streamsOf(db)).hear({ name: 'streams.changed', payload: { what: 'stream', ids } })
  const admin = await t.as('dataadmin')
  const windows = async () => {
    await t.settle()
    const { rows } = await sql<{ ids: number[]; reason: string }>`select scope->'streamIds' as ids, reason from alarms.suppression
      where ended_at is null and ends_at > now() order by created_at`.execute(db)
    return rows
  }
  const work = async (streams: number[], until: string | null) =>
    expect((await admin.call('POST', '/api/streams/maintenance', { streams, until, reason: '换表' })).status).toBe(204)
  const later = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
  await work(ids, later(4))
  await expect.poll(windows).toEqual([{ ids, reason: '换表' }])
  await work(ids, later(8))
  await expect.poll(windows).toEqual([{ ids, reason: '换表' }])
  await work([ids[0]!], null)
  await expect.poll(windows).toEqual([{ ids: [ids[1]], reason: '换表' }])
  await work([ids[1]!], null)
  await expect.poll(windows).toEqual([])
  const alarm = { rule_id: 'r', pack: 'city', type_id: 'heat-station', item_id: 'i', stream_id: ids[0]!, grid_code: null }
  expect([concerns({ streamIds: ids }, alarm), concerns({ streamIds: [ids[1]!] }, alarm)]).toEqual([true, false])
})
