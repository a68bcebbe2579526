// The same filter on rows (as SQL) and on packed days (in memory) finds the same readings.
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestApp, testApp } from '../../../testing.ts'
import { packDay } from '../commands/pack.ts'
import { observationId } from '../domain/sta/address.ts'
import { bindFilter } from '../domain/sta/bind.ts'
import { StaError } from '../domain/sta/fault.ts'
import type { Observation } from '../domain/sta/observation.ts'
import { readOptions } from '../domain/sta/options.ts'
import { parseFilter } from '../domain/sta/parse.ts'
import { streamsOf } from '../runtime.ts'
import { makeStation, makeStream } from '../streams.testing.ts'
import { PackedTest } from './sta-facts.ts'
import type { Sight } from './sta-model.ts'
import { countObservations, readObservations } from './sta-observations.ts'
import type { ObservationQuery } from './sta-packs.ts'
import type { Compiled } from './sta-sql.ts'

let t: TestApp
let all: Observation[]
const sight: Sight = { reach: { all: true }, hiddenTypes: [], hiddenAttributes: new Map(), showsHidden: false }
const NOW = Date.now()
const c: Compiled = { sight, now: NOW, found: new Map(), packed: new Map() }
const DAY = 86_400_000
const today = Math.floor(NOW / DAY) * DAY
const ask = (filter: string | undefined, more: Partial<ObservationQuery> = {}): ObservationQuery => ({
  streams: null,
  filter: filter === undefined ? undefined : bindFilter(parseFilter(filter), 'Observation'),
  order: [],
  skip: 0,
  top: 10_000,
  ...more
})
const key = (o: Observation): string => observationId(o.stream, o.at)

beforeAll(async () => {
  t = await testApp()
  const { db } = t.database
  const streams = await streamsOf(db)
  const west = await makeStation(db)
  const east = await makeStation(db, true)
  const ids = [
    await makeStream(db, west.thing, 'supplyC'),
    await makeStream(db, east.thing, 'flow', { properties: { limit: 3 } }),
    await makeStream(db, east.thing, 'door', { kind: 'truth' }),
    await makeStream(db, west.thing, 'word', { kind: 'category', name: '状态 State' }),
    await makeStream(db, west.thing, 'where', { kind: 'position' }),
    await makeStream(db, west.thing, 'many', { kind: 'complex' })
  ]
  await streams.hear({ name: 'streams.changed', payload: { what: 'stream', ids } })
  const [supply, flow, door, word, where, many] = ids as [number, number, number, number, number, number]
  const rows: { s: number; at: number; v?: number; v2?: number; q?: number; x?: object | undefined }[] = []
  for (let d = 1; d <= 2; d += 1)
    for (let i = 0; i < 12; i += 1) {
      const at = today - d * DAY + i * 3_600_000 + i * 61_007
      rows.push({
        s: supply,
        at,
        v: i - 3 + d / 2,
        q: i % 3 === 0 ? 2 : 0,
        x: i % 4 === 0 ? { parameters: { depth: i, by: `p${i}` }, resultTime: new Date(at + 1500).toISOString() } : undefined
      })
      rows.push({ s: flow, at, v: i * 0.5 })
      rows.push({ s: door, at, v: i % 2 })
      rows.push({ s: word, at, x: { result: ['open', 'Shut', '关', ' x '][i % 4] } })
      rows.push({ s: where, at, v: 120.3 + i * 0.01, v2: 36.06 })
      rows.push({
        s: many,
        at,
        x: {
          result: i % 2 ? { a: i, list: [1, i], text: `t${i}` } : i % 3 === 0 ? true : `plain${i}`,
          validTime: `${new Date(at).toISOString()}/${new Date(at + 1000).toISOString()}`
        }
      })
    }
  for (const d of [1, 2]) {
    const text = new Date(today - d * DAY).toISOString().slice(0, 10).replaceAll('-', '')
    const [from, to] = [today - d * DAY, today - d * DAY + DAY].map((ms) => new Date(ms).toISOString())
    await sql
      .raw(`create table streams.reading_${text} partition of streams.reading for values from ('${from}') to ('${to}')`)
      .execute(db)
    await sql`insert into streams.day (day, state, changed_at) values (${text}::date, 'hot', now())`.execute(db)
  }
  for (const r of rows)
    await sql`insert into streams.reading (at, value, value2, stream_id, quality, extra) values (${new Date(r.at)}, ${r.v ?? null}, ${r.v2 ?? null},
      ${r.s}, ${r.q ?? 0}, ${r.x === undefined ? null : JSON.stringify(r.x)}::jsonb)`.execute(db)
  all = await readObservations(db, ask(undefined), c)
})
afterAll(() => t.close())

const number = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'result',
      'parameters/depth',
      'result/a',
      'Datastream/properties/limit',
      'Datastream/id',
      'result/list/1'
    )
  },
  fc.integer({ min: -3, max: 12 }).map(String),
  fc.constantFrom('0.5', '2.25', '1e1', '.5'),
  fc.constantFrom(
    'length(Datastream/name)',
    'hour(phenomenonTime)',
    'fractionalseconds(phenomenonTime)',
    "indexof(Datastream/name, 't')"
  )
)
const reckoned = fc.oneof(
  number,
  fc.tuple(number, fc.constantFrom('add', 'sub', 'mul', 'div', 'mod'), number).map(([a, op, b]) => `(${a} ${op} ${b})`),
  fc.tuple(fc.constantFrom('round', 'floor', 'ceiling'), number).map(([f, a]) => `${f}(${a} div 2)`)
)
const text = fc.oneof(
  fc.constantFrom(
    'result',
    'resultQuality',
    'Datastream/name',
    'Datastream/properties/key',
    'Datastream/Thing/name',
    'parameters/by',
    'result/text',
    'Datastream/unitOfMeasurement/symbol',
    'FeatureOfInterest/name',
    'id'
  ),
  fc.constantFrom("'open'", "'Shut'", "'关'", "''", "'p4'", "'good'", "'it''s'", "'plain0'"),
  fc.constantFrom(
    'tolower(result)',
    'toupper(result)',
    'trim(result)',
    'substring(result, 1)',
    'substring(Datastream/name, 1, 2)',
    "concat(result, '!')",
    'date(phenomenonTime)',
    'time(phenomenonTime)'
  )
)
const time = fc.oneof(
  fc.constantFrom(
    'phenomenonTime',
    'resultTime',
    'validTime',
    'now()',
    'mindatetime()',
    'maxdatetime()',
    'Datastream/Thing/HistoricalLocations/time'
  ),
  fc.integer({ min: 0, max: 50 }).map((h) => new Date(today - 2 * DAY + h * 3_600_000).toISOString()),
  fc.integer({ min: -30, max: 30 }).map((h) => `phenomenonTime add duration'${h < 0 ? '-' : ''}PT${Math.abs(h)}H'`)
)
const compare = fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le')
const geo = fc.constantFrom(
  "st_within(result, geography'POLYGON((120.345 36,120.405 36,120.405 36.1,120.345 36.1,120.345 36))')",
  "geo.distance(result, geography'POINT(120.35 36.06)') lt 0.035",
  "st_intersects(FeatureOfInterest/feature, geography'POLYGON((120.3 36,120.33 36,120.33 36.1,120.3 36.1,120.3 36))')",
  "Datastream/Thing/Locations/name ne ''"
)
const atom = fc.oneof(
  fc.tuple(reckoned, compare, reckoned).map(([a, op, b]) => `${a} ${op} ${b}`),
  fc.tuple(text, compare, text).map(([a, op, b]) => `${a} ${op} ${b}`),
  fc.tuple(time, compare, time).map(([a, op, b]) => `${a} ${op} ${b}`),
  fc.tuple(fc.constantFrom('substringof', 'startswith', 'endswith'), text, text).map(([f, a, b]) => `${f}(${a}, ${b})`),
  fc
    .tuple(
      fc.constantFrom('result', 'parameters', 'resultTime', 'result/a', 'Datastream/properties/limit'),
      fc.constantFrom('eq', 'ne')
    )
    .map(([a, op]) => `${a} ${op} null`),
  fc.constantFrom('result eq true', 'result ne false', 'not (result eq true)', 'result'),
  geo
)
const filter = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'f' },
    { weight: 3, arbitrary: atom },
    fc.tuple(tie('any'), fc.constantFrom('and', 'or'), tie('any')).map(([a, op, b]) => `(${a}) ${op} (${b})`),
    tie('any').map((a) => `not (${a})`)
  )
})).any

describe('one filter, two ways', () => {
  it('finds the same readings', async () => {
    const { db } = t.database
    const seen = { asked: 0, some: 0 }
    await fc.assert(
      fc.asyncProperty(filter, async (f) => {
        let q: ObservationQuery
        try {
          q = ask(f)
        } catch (error) {
          if (error instanceof StaError) return
          throw error
        }
        const { judgePlaces } = await import('./sta-geo.ts')
        const compiled = { ...c, found: await judgePlaces(db, q.filter) }
        const rows = (await readObservations(db, q, compiled)).map(key)
        let test: PackedTest
        try {
          test = new PackedTest(db, compiled, q.filter)
        } catch (error) {
          if (error instanceof StaError) return
          throw error
        }
        await test.learn(
          all.map((o) => o.stream),
          { from: 0, to: 0 }
        )
        seen.asked += 1
        if (rows.length > 0 && rows.length < all.length) seen.some += 1
        expect(all.filter((o) => test.holds(o)).map(key)).toEqual(rows)
      }),
      { numRuns: 600 }
    )
    expect(seen.asked).toBeGreaterThan(300)
    expect(seen.some).toBeGreaterThan(100)
  }, 120_000)

  it('and so it is when one of the days is packed, in every order and on every page', async () => {
    const { db } = t.database
    const questions = [
      'result gt 2',
      "resultQuality eq 'good' and hour(phenomenonTime) lt 9",
      `phenomenonTime ge ${new Date(today - 1.6 * DAY).toISOString()}`,
      "Datastream/Thing/name eq '一号站' and result ne null",
      'result gt Datastream/properties/limit'
    ]
    const orders = ['', '&$orderby=phenomenonTime desc', '&$orderby=result desc,phenomenonTime', '&$orderby=phenomenonTime']
    const streams = [null, [all[0]!.stream]]
    const run = async () => {
      const out: string[][] = []
      for (const f of questions)
        for (const order of orders)
          for (const s of streams) {
            const options = readOptions(`$filter=${encodeURIComponent(f)}${order}`, 'Observation')
            const q = { streams: s, filter: options.filter, order: options.order, skip: 0, top: 10_000 }
            out.push((await readObservations(db, q, c)).map(key))
            out.push((await readObservations(db, { ...q, skip: 2, top: 5 }, c)).map(key))
            out.push([String(await countObservations(db, q, c))])
          }
      return out
    }
    const before = await run()
    const packed = await packDay(db, Math.floor(today / DAY) - 2)
    expect(packed.readings).toBe(72)
    expect(await run()).toEqual(before)
    expect((await readObservations(db, ask(undefined), c)).map(key)).toEqual(all.map(key))
    expect(await countObservations(db, ask(undefined), c)).toBe(144)
    const [one] = all
    const after = await readObservations(db, ask(undefined, { after: { stream: one!.stream, at: all[5]!.at } }), c)
    expect(after.map(key)).toEqual(all.slice(6).map(key))
  })
})
