import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SYSTEM } from '../../../platform/actor.ts'
import { AT_EAST, AT_WEST, EAST, type TestApp, testApp, WEST } from '../../../testing.ts'
import { saveTemplate } from '../commands/templates.ts'
import { streamsOf } from '../runtime.ts'
import { makeStation, makeStream } from '../streams.testing.ts'
import { answer } from './answer.ts'
import { type Asking, askingOf } from './asking.ts'
import { type Any, HEAT, PROPERTY, place, SENSOR, type StaClient, staClient } from './sta.testing.ts'
import { envOf } from './write.ts'

let t: TestApp
let c: StaClient
let west: number
let east: number
beforeAll(async () => {
  t = await testApp()
  c = await staClient(t)
  const db = t.database.db
  west = await makeStream(db, (await makeStation(db)).thing)
  east = await makeStream(db, (await makeStation(db, true)).thing)
  await (await streamsOf(db)).hear({ name: 'streams.changed', payload: { what: 'stream', ids: [west, east] } })
  for (const s of [west, east]) await c.post(`Datastreams(${s})/Observations`, { result: 40 })
})
afterAll(() => t.close())
const q = (text: string): string => encodeURIComponent(text)
const names = (r: { body: Any }): unknown[] => r.body.value.map((v: Any) => v['@iot.id'])

describe('SensorThings: who sees what', () => {
  it('a district sees its things and what hangs on them, by whatever way it asks', async () => {
    const db = t.database.db
    const streams = await streamsOf(db)
    const all = await askingOf(streams, db, SYSTEM, 'http://x/sta/v1.1', Date.now())
    const inWest = { ...all, sight: { ...all.sight, reach: { all: false as const, regions: [WEST], unitIds: [], grids: [] } } }
    const count = async (asking: Asking, path: string): Promise<number> => {
      const reply = await answer(asking, await envOf(db), { method: 'GET', path, query: '$count=true' })
      return (reply.body as Any)['@iot.count']
    }
    for (const set of ['Things', 'Locations', 'HistoricalLocations', 'Datastreams', 'Observations']) {
      expect([set, await count(all, set)]).toEqual([set, 2])
      expect([set, await count(inWest, set)]).toEqual([set, 1])
    }
    // Each thing has the feature of its place, and one for the time when it had none.
    expect(await count(inWest, 'FeaturesOfInterest')).toBe((await count(all, 'FeaturesOfInterest')) / 2)
    const filtered = async (asking: Asking, path: string, filter: string): Promise<number> => {
      const query = `$filter=${q(filter)}`
      return ((await answer(asking, await envOf(db), { method: 'GET', path, query })).body as Any).value.length
    }
    const guess = `Datastreams/id eq ${east}`
    expect(await filtered(all, 'Sensors', guess)).toBe(1)
    expect(await filtered(inWest, 'Sensors', guess)).toBe(0)
    expect(await filtered(inWest, 'Sensors', `Datastreams/Thing/properties/gridCode gt '${EAST}'`)).toBe(0)
    for (const path of [`Datastreams(${east})`, `Datastreams(${east})/Observations`, `Datastreams(${east})/Thing`])
      await expect(answer(inWest, await envOf(db), { method: 'GET', path, query: '' })).rejects.toMatchObject({ status: 404 })
  })

  it('who may only read is refused writing, also inside a batch', async () => {
    const reader = await staClient(t, 'leader')
    expect((await reader.get('Things')).status).toBe(200)
    const refusedWrite = await reader.post('Sensors', SENSOR)
    expect(refusedWrite.status).toBe(403)
    expect(refusedWrite.body).toMatchObject({ code: 403 })
    const batch = await reader.post('$batch', {
      requests: [
        { id: '1', method: 'post', url: 'Sensors', body: SENSOR },
        { id: '2', method: 'get', url: 'Things?$top=1' }
      ]
    })
    expect(batch.body.responses.map((r: Any) => r.status)).toEqual([403, 200])
  })

  it('a token may be the password of Basic', async () => {
    const authorization = `Basic ${Buffer.from(`dataadmin:${c.token}`).toString('base64')}`
    const reply = await t.app.http.inject({ url: '/sta/v1.1/Things', headers: { authorization } })
    expect(reply.statusCode).toBe(200)
  })

  it('readings of hidden streams are shown to nobody', async () => {
    const declaration = {
      key: 'supplyC',
      name: { zh: '供水温度', en: 'Supply' },
      kind: 'number',
      unit: HEAT.unitOfMeasurement,
      property: { name: 'x', definition: 'urn:x' },
      hidden: true
    } as never
    const before = await c.get('Observations?$count=true')
    expect(before.body['@iot.count']).toBe(2)
    await saveTemplate(t.database.db, SYSTEM, { typeId: 'heat-station', template: declaration })
    await (await streamsOf(t.database.db)).hear({ name: 'streams.changed', payload: { what: 'stream', ids: [] } })
    expect((await c.get('Observations?$count=true')).body).toMatchObject({ '@iot.count': 0, value: [] })
    expect((await c.get(`Datastreams(${west})/Observations`)).body.value).toEqual([])
    expect(
      (await c.get(`Datastreams(${west})?$expand=${q('Observations($orderby=phenomenonTime desc;$top=1)')}`)).body.Observations
    ).toEqual([])
    expect((await c.get(`Datastreams?$filter=${q('Observations/result gt 0')}`)).body.value).toEqual([])
  })
})

describe('SensorThings: what is refused', () => {
  it.each([
    ['$filter', "name eq 'a' or 1 eq 1; drop table streams.thing"],
    ['$filter', `${'('.repeat(60)}1 eq 1${')'.repeat(60)}`],
    ['$filter', 'not '.repeat(100) + '(1 eq 1)'],
    ['$filter', Array.from({ length: 700 }, (_, i) => `id eq ${i}`).join(' or ')],
    ['$filter', 'x'.repeat(9000)],
    ['$filter', "st_within(location, geography'POLYGON((1 1,2 2))')"],
    ['$filter', "st_within(location, geography'SRID=3857;POINT(1 1)')"],
    ['$filter', 'name'],
    ['$filter', '1'],
    ['$filter', 'name gt 5'],
    ['$filter', "unknown('a')"],
    ['$filter', 'constructor eq 1'],
    ['$filter', '__proto__/x eq 1'],
    ['$orderby', 'Datastreams/name'],
    ['$orderby', 'name sideways'],
    ['$expand', 'Datastreams($expand=Thing($expand=Datastreams($expand=Thing($expand=Datastreams($expand=Thing)))))'],
    ['$expand', 'Datastreams($nothing=1)'],
    ['$top', '99999999999999'],
    ['$skip', '-1'],
    ['$skiptoken', "1' or '1'='1"],
    ['$count', '1'],
    ['$resultFormat', 'csv']
  ])('%s=%s', async (name, value) => {
    const reply = await c.get(`Things?${name}=${q(value)}`)
    expect(reply.body).toMatchObject({ code: 400 })
    expect(typeof reply.body.message).toBe('string')
  })

  it('texts of SQL are texts', async () => {
    for (const text of ["'; drop table streams.thing; --", '%', '\\', '$1', '{}', '\u{1f600}', 'a\nb']) {
      const reply = await c.get(
        `Things?$filter=${q(`name eq '${text.replaceAll("'", "''")}' or properties/x eq '${text.replaceAll("'", "''")}'`)}`
      )
      expect(reply.body.value).toEqual([])
    }
    expect((await c.get(`Things?$filter=${q("properties/a'b eq 1")}`)).status).toBe(400)
  })

  it('numbers that cannot be reckoned with, instants beyond the calendar', async () => {
    expect((await c.get(`Datastreams?$filter=${q('id mul 1e308 mul 1e308 gt 1')}`)).status).toBe(400)
    expect((await c.get(`Observations?$filter=${q("phenomenonTime add duration'P999999999D' gt now()")}`)).status).toBeLessThan(
      401
    )
    expect((await c.get(`Observations?$filter=${q('phenomenonTime gt 0000-01-01T00:00:00Z')}`)).status).toBe(400)
  })

  it('places of other systems, broken geometry, too deep, too large', async () => {
    const at = (location: unknown) => c.post('Locations', { ...place(0, 0), location })
    expect(
      (await at({ type: 'Point', coordinates: [1, 2], crs: { type: 'name', properties: { name: 'EPSG:3857' } } })).status
    ).toBe(400)
    expect((await at({ type: 'Point', coordinates: [500, 2] })).status).toBe(400)
    expect(
      (
        await at({
          type: 'Polygon',
          coordinates: [
            [
              [0, 0],
              [1, 1],
              [0, 1],
              [1, 0],
              [0, 0]
            ]
          ]
        })
      ).status
    ).toBe(400)
    expect((await at('somewhere')).status).toBe(400)
    expect((await c.post('Locations', { ...place(0, 0), encodingType: 'application/gml' })).status).toBe(400)
    expect(
      (
        await c.send(
          'POST',
          'Things',
          `{"name":"x","description":"","properties":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`
        )
      ).status
    ).toBe(400)
    expect((await c.post('Things', { name: 'x', description: '', properties: { a: 'y'.repeat(200_000) } })).status).toBe(400)
  })

  it('a Thing in no register, outside the city, with wrong attributes', async () => {
    expect((await c.post('Things', { name: 'x', description: '', properties: { register: 'no-such' } })).status).toBe(400)
    const outside = await c.post('Things', { name: 'x', description: '', Locations: [place(10, 10)] })
    expect(outside.status).toBe(400)
    expect(outside.body.message).not.toBe('')
    const all = await c.get(`Things?$filter=${q("name eq 'x'")}`)
    expect(all.body.value).toEqual([])
  })
})

describe('SensorThings: many in one', () => {
  it('multipart with a change set: what one makes the next can link', async () => {
    const part = (id: string, line: string, body?: unknown): string =>
      [
        `Content-Type: application/http`,
        `Content-ID: ${id}`,
        '',
        `${line} HTTP/1.1`,
        'Content-Type: application/json',
        '',
        body === undefined ? '' : JSON.stringify(body)
      ].join('\r\n')
    const set = [
      '--c',
      part('1', 'POST /v1.1/Sensors', SENSOR),
      '--c',
      part('2', 'PATCH /v1.1/$1', { description: 'New' }),
      '--c--'
    ].join('\r\n')
    const text = [
      '--b',
      part('0', 'GET /v1.1/Things?$top=1'),
      '--b',
      'Content-Type: multipart/mixed; boundary=c',
      '',
      set,
      '--b--',
      ''
    ].join('\r\n')
    const reply = await c.send('POST', '$batch', text, 'multipart/mixed; boundary=b')
    expect(reply.status).toBe(200)
    expect(String(reply.headers['content-type'])).toMatch(/^multipart\/mixed; ?boundary=/)
    expect(String(reply.body).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 201', 'HTTP/1.1 200'])
    expect(String(reply.body)).toContain('"description":"New"')
  })

  it('JSON: links to what was made, what depends on a failure is not tried', async () => {
    const thing = await c.post('Things', { name: 'Batch', description: '', Locations: [place(...AT_WEST)] })
    const id = thing.body['@iot.id']
    const { body } = await c.post('$batch', {
      requests: [
        { id: 's', method: 'post', url: 'Sensors', body: SENSOR },
        { id: 'p', method: 'post', url: '/ObservedProperties', body: PROPERTY },
        {
          id: 'd',
          method: 'post',
          url: `Things(${id})/Datastreams`,
          body: { ...HEAT, Sensor: { '@iot.id': '$s' }, ObservedProperty: { '@iot.id': '$p' } },
          dependsOn: ['s', 'p']
        },
        { id: 'o', method: 'post', url: '$d/Observations', body: { result: 7 }, dependsOn: ['d'] },
        { id: 'x', method: 'get', url: 'Things(99999)' },
        { id: 'y', method: 'delete', url: `Things(${id})`, dependsOn: ['x'] }
      ]
    })
    expect(body.responses.map((r: Any) => r.status)).toEqual([201, 201, 201, 201, 404, 424])
    expect(
      (await c.get(`Things(${id})?$expand=${q('Datastreams($expand=Observations)')}`)).body.Datastreams[0].Observations[0].result
    ).toBe(7)
  })

  it('arrays: a row that is wrong is an error in its place', async () => {
    const thing = await c.post('Things', {
      name: 'Arrays',
      description: '',
      Datastreams: [{ ...HEAT, Sensor: SENSOR, ObservedProperty: PROPERTY }],
      Locations: [place(...AT_EAST)]
    })
    const [stream] = names(await c.get(`Things(${thing.body['@iot.id']})/Datastreams`))
    const now = Date.now()
    const reply = await c.post('CreateObservations', [
      {
        Datastream: { '@iot.id': stream },
        components: ['phenomenonTime', 'result', 'resultTime', 'parameters'],
        dataArray: [
          [new Date(now - 3000).toISOString(), 1, null, { a: 1 }],
          ['yesterday', 2, null, null],
          [new Date(now - 2000).toISOString(), 'warm', null, null],
          [new Date(now + 86_400_000).toISOString(), 4, null, null],
          [new Date(now - 1000).toISOString(), 5, new Date(now).toISOString(), null],
          [1]
        ]
      }
    ])
    expect(reply.status).toBe(201)
    expect(reply.body.map((r: string) => r.startsWith('error'))).toEqual([false, true, true, true, false, true])
    expect((await c.get(`Datastreams(${stream})/Observations?$count=true`)).body['@iot.count']).toBe(2)
  })
})
