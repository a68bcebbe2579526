import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { daysToPack, packDay } from '../commands/pack.ts'
import { basicOf, type GatewayBed, gatewayBed, type MadeDevice, station } from '../gateways/gateways.testing.ts'
import { type StaClient, staClient } from './sta.testing.ts'

// What comes late, weeks late, out of order, twice, by every way in over HTTP, is read as by keeping a plain list.
let t: GatewayBed
let reader: StaClient
let device: MadeDevice
beforeAll(async () => {
  t = await gatewayBed({ CHENGYUN_GATEWAYS: 'none' })
  reader = await staClient(t)
  device = await station(t, { supplyC: 'number' }, { protocol: 'push' })
})
afterAll(() => t?.close())

const MINUTE = 60_000
const DAY = 1440 * MINUTE
type Reading = readonly [at: number, value: number]

const post = async (url: string, payload: object) => {
  const headers = { authorization: basicOf(device) }
  const reply = await t.app.http.inject({ method: 'POST', url, headers, payload })
  expect([200, 201, 202, 204], reply.body).toContain(reply.statusCode)
}
const iso = (at: number): string => new Date(at).toISOString()
const WAYS: Record<string, (stream: number, readings: readonly Reading[]) => Promise<void>> = {
  push: (_stream, readings) =>
    post(
      '/api/streams/push/telemetry',
      readings.map(([ts, supplyC]) => ({ ts, values: { supplyC } }))
    ),
  async one(stream, readings) {
    for (const [at, result] of readings)
      await post('/sta/v1.1/Observations', { phenomenonTime: iso(at), result, Datastream: { '@iot.id': stream } })
  },
  array: (stream, readings) =>
    post('/sta/v1.1/CreateObservations', [
      {
        Datastream: { '@iot.id': stream },
        components: ['phenomenonTime', 'result'],
        dataArray: readings.map(([at, value]) => [iso(at), value])
      }
    ])
}

/** Both sides of midnight in UTC and in China, of a month and of a year, and any minute of the last sixty days. */
const now = Math.floor(Date.now() / MINUTE) * MINUTE
const midnight = Math.floor(now / DAY) * DAY
const thisMonth = Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth(), 1)
const newYear = Date.UTC(new Date(now).getUTCFullYear(), 0, 1)
const edges = [
  midnight,
  midnight - 8 * 60 * MINUTE,
  thisMonth,
  thisMonth - 8 * 60 * MINUTE,
  newYear,
  midnight - 3 * DAY,
  midnight - 4 * DAY
]
const instant = fc.oneof(
  fc.integer({ min: 1, max: 60 * 1440 }).map((ago) => now - ago * MINUTE),
  fc.tuple(fc.constantFrom(...edges), fc.integer({ min: -3, max: 3 })).map(([edge, by]) => edge + by * 1000)
)
const batch = fc.record({
  way: fc.constantFrom('push', 'one', 'array'),
  readings: fc.array(
    fc.tuple(
      instant,
      fc.integer({ min: 0, max: 400 }).map((v) => v / 4)
    ),
    { minLength: 1, maxLength: 12 }
  )
})

interface Page {
  '@iot.count'?: number
  '@iot.nextLink'?: string
  value: { phenomenonTime: string; result: number }[]
}
const listed = ({ value }: Page): Reading[] => value.map((o) => [Date.parse(o.phenomenonTime), o.result])

/** All pages, by their links. */
async function readAll(path: string): Promise<{ all: Reading[]; count: number | undefined }> {
  const all: Reading[] = []
  let count: number | undefined
  for (let next: string | undefined = path; next !== undefined; ) {
    const { status, body } = await reader.get(next)
    expect(status, JSON.stringify(body)).toBe(200)
    const page = body as Page
    count ??= page['@iot.count']
    all.push(...listed(page))
    next = page['@iot.nextLink']?.split('/sta/v1.1/')[1]
  }
  return { all, count }
}

test('late readings of any age are listed, counted, filtered and paged as a plain list says, before and after their days are packed', async () => {
  const stream = device.streams.supplyC!
  const kept = new Map<number, number>()
  const check = async (from: number, skip: number, top: number): Promise<void> => {
    const plain = [...kept].sort(([a], [b]) => a - b)
    const root = `Datastreams(${stream})/Observations`
    expect(await readAll(`${root}?$count=true&$orderby=phenomenonTime asc&$top=${top}`)).toEqual({
      all: plain,
      count: plain.length
    })
    const since = plain.filter(([at]) => at >= from)
    const filter = `$filter=phenomenonTime ge ${iso(from)}`
    expect(await readAll(`${root}?$count=true&${filter}&$orderby=phenomenonTime desc`)).toEqual({
      all: [...since].reverse(),
      count: since.length
    })
    const one = (await reader.get(`${root}?${filter}&$orderby=phenomenonTime asc&$skip=${skip}&$top=${top}`)).body as Page
    expect(listed(one)).toEqual(since.slice(skip, skip + top))
    const high = plain.filter(([, value]) => value > 50)
    const everywhere = `Observations?$count=true&$filter=Datastream/id eq ${stream} and result gt 50&$orderby=result desc,phenomenonTime asc`
    expect((await readAll(everywhere)).all).toEqual([...high].sort((a, b) => b[1] - a[1] || a[0] - b[0]))
    if (plain.length > 0) expect(t.latest(stream)).toBe(plain.at(-1)![1])
  }
  const step = fc.record({
    batch,
    packs: fc.boolean(),
    from: instant,
    skip: fc.integer({ min: 0, max: 6 }),
    top: fc.integer({ min: 1, max: 7 })
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      for (const { batch: said, packs, from, skip, top } of steps) {
        await WAYS[said.way]!(stream, said.readings)
        // Of one instant the first that came stays.
        for (const [at, value] of said.readings) if (!kept.has(at)) kept.set(at, value)
        if (packs)
          for (const day of await daysToPack(t.database.db, Math.floor(midnight / DAY) - 3)) await packDay(t.database.db, day)
        await check(from, skip, top)
      }
    }),
    { numRuns: 12 }
  )
}, 120_000)
