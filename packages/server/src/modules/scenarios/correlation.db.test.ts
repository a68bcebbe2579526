// Complaints that come by the hotline become cases; the page of a pack says which station explains them.
import type { CorrelationData } from '@chengyun/contract/scenarios'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { type Client, type TestApp, testApp } from '../../testing.ts'
import { rowsBatch } from '../alarms/judge/judge.testing.ts'
import { reportCase, runningEnv } from '../cases/index.ts'
import { createItem, registryEnv } from '../registry/index.ts'
import { createFromTemplates, type Streams, streamsOf, writeHistory } from '../streams/index.ts'
import { SCENARIOS } from './folder.ts'
import { change } from './scenarios.testing.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAYS = 20
/** When it happens: a whole hour, so that nothing hangs on the minute in which the test runs. */
const FAILED = Math.floor(Date.now() / HOUR) * HOUR - 3 * HOUR
const FROM = FAILED - DAYS * 24 * HOUR
/** Five: so few that the middle of all says nothing of one. They lie further apart than complaints reach. */
const PLACES: [number, number][] = [
  [120.309, 36.057],
  [120.331, 36.057],
  [120.309, 36.073],
  [120.331, 36.073],
  [120.363, 36.065]
]
interface Station {
  name: string
  place: [number, number]
  outdoor: number
  supply: number
}

let t: TestApp
let leader: Client
let streams: Streams
const stations: Station[] = []

/** It got warmer by eight degrees a day ago, and all stations turned down as they should. */
const outdoorAt = (at: number): number => -4 + 4 * Math.sin((at / HOUR / 24) * 2 * Math.PI) + (at > FAILED - 21 * HOUR ? 8 : 0)
const supplyAt = (s: Station, at: number): number => 44 - 0.8 * outdoorAt(at) + Math.sin(at / HOUR + s.supply)

beforeAll(async () => {
  t = await testApp()
  const { db } = t.database
  leader = await t.as('leader')
  await change(db, SCENARIOS, 'heating', 'install')
  await change(db, SCENARIOS, 'heating-hotline', 'install')
  const env = await registryEnv(db)
  streams = await streamsOf(db)
  for (const [i, place] of PLACES.entries()) {
    const name = `${i + 1}号换热站`
    const item = { name, class: 'water', place, attributes: { households: 1200 } } as never
    const { id } = await createItem(env)(db, SYSTEM, { type: 'heat-station', item })
    const { ids } = await createFromTemplates(db, SYSTEM, {
      typeId: 'heat-station',
      itemIds: [id],
      keys: ['outdoorTemp', 'supplyTemp']
    })
    await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids } })
    const [outdoor, supply] = ['outdoorTemp', 'supplyTemp'].map((key) => ids.find((s) => streams.catalogue.keyOf(s) === key)!)
    stations.push({ name, place, outdoor: outdoor!, supply: supply! })
  }
  const rows = stations.flatMap((s) =>
    Array.from({ length: DAYS * 24 }, (_, h) => FROM + h * HOUR).flatMap((at) =>
      [
        [s.outdoor, outdoorAt(at)],
        [s.supply, supplyAt(s, at)]
      ].map(([stream, v]) => ({ stream: stream!, at, count: 1, min: v!, max: v!, sum: v!, last: v!, lastAt: at }))
    )
  )
  await writeHistory(db, 'hour', rows)
  // The first station fell by twelve degrees three hours ago; its readings come as all do.
  const now = Date.now()
  const readings = stations.flatMap((s, i) =>
    Array.from({ length: 24 }, (_, k) => FAILED + k * 10 * MINUTE)
      .filter((at) => at <= now)
      .flatMap((at): [number, number, number][] => [
        [s.outdoor, at, outdoorAt(at)],
        [s.supply, at, supplyAt(s, at) - (i === 0 ? 12 : 0)]
      ])
  )
  await streams.followers.start()
  await streams.intake.submit(rowsBatch(readings))
  await streams.settle()
  // Roll-ups are written every five minutes, and when the process ends.
  await streams.followers.stop()
  // One of two days somebody is cold somewhere; others complain of other things.
  for (let k = 0; k < DAYS * 2; k++)
    await complain(stations[k % 5]!, FROM + (k * 12 + (k % 7)) * HOUR, k % 4 === 3 ? '路灯不亮' : '家里暖气不热')
  // What an alarm reports of the station is nobody's complaint.
  await complain(stations[0]!, FAILED + 90 * MINUTE, '监测报警：1号换热站供热温度低', 'iot')
}, 120_000)
afterAll(() => t.close())

/** By the hotline, somewhere in the streets around the station. */
async function complain(
  s: Station,
  at: number,
  description = '暖气不热，室温只有15度',
  sourceType: 'hotline' | 'iot' = 'hotline'
): Promise<void> {
  const [lng, lat] = s.place
  const location: [number, number] = [lng + ((at / MINUTE) % 7) * 0.0003, lat - ((at / MINUTE) % 5) * 0.0003]
  const report = { kind: 'matter' as const, classCode: '06010', description, location, sourceType }
  await reportCase(runningEnv()!, SYSTEM, report, { now: new Date(at) })
}

async function asked(): Promise<CorrelationData> {
  const { status, body } = await leader.call<CorrelationData>('GET', '/api/scenarios/heating-hotline/pages/main/widgets/0')
  expect(status, JSON.stringify(body)).toBe(200)
  return body
}

/** So many within 105 minutes, from 70 minutes after the failure on: all within the last three hours, at whatever minute this runs. */
const many = async (s: Station, count: number): Promise<void> => {
  for (let k = 0; k < count; k++) await complain(s, FAILED + 70 * MINUTE + k * Math.floor((105 * MINUTE) / count))
}

test('a quiet city: complaints now and then are nobody’s burst', async () => {
  const quiet = await asked()
  expect(quiet).toMatchObject({ bursts: [], headline: null, sources: 5 })
  expect(quiet.complaints).toBe(30)
  expect(quiet.joined).toBe(30)
})

test('many in the area of a station whose supply fell: explained by it, with lag, expected and observed', async () => {
  await many(stations[0]!, 17)
  const { bursts, headline, places } = await asked()
  expect(bursts.map((b) => b.verdict)).toEqual(['explained'])
  const [burst] = bursts
  expect(burst).toMatchObject({ thing: { name: '1号换热站' }, observed: 17 })
  expect(Date.parse(burst!.since!) - FAILED).toBeGreaterThanOrEqual(0)
  expect(Date.parse(burst!.since!) - FAILED).toBeLessThanOrEqual(10 * MINUTE)
  expect(burst!.expected).toBeLessThan(3)
  // The complaint in the middle came 70 minutes and half of 105 after.
  expect(burst!.lagMinutes).toBeGreaterThanOrEqual(105)
  expect(burst!.lagMinutes).toBeLessThanOrEqual(125)
  expect(burst!.shortfall).toBeGreaterThan(9)
  expect(headline!.zh).toBe(
    `1号换热站可以解释：滞后 ${burst!.lagMinutes} 分钟，预期 ${Math.round(burst!.expected)} 件，实有 17 件`
  )
  expect(places.filter(([, , at]) => at === 0).length).toBeGreaterThanOrEqual(17)
})

test('many where the station is well: not explained, suspect the riser; that it turned down with the weather is no failure', async () => {
  await many(stations[1]!, 13)
  const { bursts } = await asked()
  expect(bursts.map((b) => [b.thing.name, b.verdict]).sort()).toEqual([
    ['1号换热站', 'explained'],
    ['2号换热站', 'notExplained']
  ])
  const well = bursts.find((b) => b.thing.name === '2号换热站')
  expect(well).toMatchObject({ observed: 13, lagMinutes: null, shortfall: null, since: null })
})
