// The demonstration of a pack on a small city: items, streams, history, what they say now; a second time nothing.
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SYSTEM } from '../../platform/actor.ts'
import { type TestApp, testApp } from '../../testing.ts'
import { streamsOf } from '../streams/index.ts'
import { setUpPackDemo } from './demo.ts'
import { SCENARIOS } from './folder.ts'
import { soundOffer } from './offers.ts'
import { change } from './scenarios.testing.ts'

let t: TestApp
beforeAll(async () => {
  t = await testApp()
})
afterAll(() => t.close())

test('heat stations with a fortnight and more of history, once', async () => {
  const { db } = t.database
  const { document } = await soundOffer(db, SCENARIOS, 'heating')
  await change(db, SCENARIOS, 'heating', 'install')
  const options = { scale: 0.01, hourDays: 2, now: new Date() }
  const made = await setUpPackDemo(db, SYSTEM, document, options)
  const stations = document.things.things.find((x) => x.register === 'heat-station')!
  expect(made.items).toBe(12)
  expect(made.streams).toBe(12 * stations.streams.length)
  expect(made.rollups).toBeGreaterThanOrEqual(made.streams * document.demo!.historyDays)
  const streams = await streamsOf(db)
  await streams.settle()
  const said = [...streams.catalogue.things.values()].flatMap((thing) => streams.catalogue.streamsOfThing.get(thing.id) ?? [])
  expect(said.filter((id) => streams.latest.get(id) !== undefined)).toHaveLength(made.streams)
  const { rows } = await sql<{ wrong: number; named: number }>`select
    (select count(*)::int from streams.rollup_hour where not (min <= max and sum / count between min - 1e-6 and max + 1e-6)) as wrong,
    (select count(*)::int from registry.item where type_id = 'heat-station' and grid_code is not null and code <> '') as named`.execute(
    db
  )
  expect(rows[0]).toEqual({ wrong: 0, named: 12 })
  expect(await setUpPackDemo(db, SYSTEM, document, options)).toEqual({ items: 0, streams: 0, rollups: 0 })
}, 60_000)
