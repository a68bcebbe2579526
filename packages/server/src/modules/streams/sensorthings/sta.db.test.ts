import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AT_EAST, AT_WEST, type TestApp, testApp } from '../../../testing.ts'
import { type Any, HEAT, PROPERTY, place, SENSOR, type StaClient, staClient } from './sta.testing.ts'

let t: TestApp
let c: StaClient
beforeAll(async () => {
  t = await testApp()
  c = await staClient(t)
})
afterAll(() => t.close())

const idOf = (location: string): string => /\(([^)]*)\)$/.exec(location)?.[1] ?? ''
const made = async (path: string, body: unknown): Promise<string> => {
  const reply = await c.post(path, body)
  if (reply.status !== 201) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`)
  return idOf(reply.location)
}
const q = (text: string): string => encodeURIComponent(text)

describe('SensorThings: root', () => {
  it('names its sets and what it keeps of the standard', async () => {
    const { status, body } = await c.get('')
    expect(status).toBe(200)
    expect(body.value.map((v: Any) => v.name)).toEqual([
      'Things',
      'Locations',
      'HistoricalLocations',
      'Datastreams',
      'Sensors',
      'ObservedProperties',
      'Observations',
      'FeaturesOfInterest'
    ])
    expect(body.serverSettings.conformance).not.toContain('http://www.opengis.net/spec/iot_sensing/1.1/req/multi-datastream')
  })

  it('asks who is there', async () => {
    const reply = await t.app.http.inject({ url: '/sta/v1.1/Things' })
    expect(reply.statusCode).toBe(401)
    expect(reply.headers['www-authenticate']).toMatch(/^Basic/)
    expect(reply.json()).toMatchObject({ code: 401 })
  })
})

describe('SensorThings: making and reading', () => {
  let thing: string
  it('makes a Thing with everything in it at once', async () => {
    const reply = await c.post('Things', {
      name: '一号物联点',
      description: 'A station',
      properties: { owner: 'Zhang', remark: 'M-1' },
      Locations: [place(...AT_WEST)],
      Datastreams: [
        {
          ...HEAT,
          Sensor: SENSOR,
          ObservedProperty: PROPERTY,
          Observations: [{ result: 21.5, phenomenonTime: new Date(Date.now() - 60_000).toISOString() }]
        }
      ]
    })
    expect(reply.body).toMatchObject({
      name: '一号物联点',
      properties: { owner: 'Zhang', remark: 'M-1', register: 'iot-thing' }
    })
    expect(reply.status).toBe(201)
    thing = idOf(reply.location)
    const all = await c.get(
      `Things(${thing})?$expand=Locations,HistoricalLocations($expand=Locations),Datastreams($expand=Observations,Sensor,ObservedProperty)`
    )
    expect(all.status).toBe(200)
    expect(all.body.Locations).toHaveLength(1)
    expect(all.body.Locations[0]).toMatchObject({ name: 'Yard', location: { type: 'Point', coordinates: AT_WEST } })
    expect(all.body.HistoricalLocations).toHaveLength(1)
    expect(all.body.HistoricalLocations[0].Locations[0]['@iot.id']).toBe(all.body.Locations[0]['@iot.id'])
    expect(all.body.Datastreams[0]).toMatchObject({
      ...HEAT,
      Sensor: SENSOR,
      ObservedProperty: PROPERTY,
      properties: { key: 'airTemperature' }
    })
    expect(all.body.Datastreams[0].Observations[0]).toMatchObject({ result: 21.5 })
  })

  it('is an item of the register with its place', async () => {
    const person = await t.as('dataadmin')
    const { body } = await c.get(`Things(${thing})`)
    const item = await person.call<Any>('GET', `/api/registry/items/iot-thing/${body.properties.code}`)
    expect(item.status).toBe(200)
    expect(item.body).toMatchObject({ name: '一号物联点', place: AT_WEST, attributes: { remark: 'M-1' } })
  })

  it('addresses: nested, property, value, ref', async () => {
    const stream = (await c.get(`Things(${thing})/Datastreams`)).body.value[0]['@iot.id']
    expect((await c.get(`Datastreams(${stream})/Thing`)).body['@iot.id']).toBe(Number(thing))
    expect((await c.get(`Things(${thing})/Datastreams(${stream})/ObservedProperty/name`)).body).toEqual({ name: PROPERTY.name })
    const raw = await c.get(`Datastreams(${stream})/name/$value`)
    expect(raw.body).toBe(HEAT.name)
    expect(String(raw.headers['content-type'])).toMatch(/^text\/plain/)
    const ref = await c.get(`Things(${thing})/Datastreams/$ref`)
    expect(Object.keys(ref.body.value[0])).toEqual(['@iot.selfLink'])
    expect((await c.get(`Things(${thing})/Datastreams(99999)`)).status).toBe(404)
    expect((await c.get('Things(99999)/Datastreams')).status).toBe(404)
    expect((await c.get('Nothing')).status).toBe(404)
    expect((await c.get(`Things(${thing})/nothing`)).status).toBe(404)
  })

  it('readings: one, by the stream, and what they are of', async () => {
    const stream = (await c.get(`Things(${thing})/Datastreams`)).body.value[0]['@iot.id']
    const at = new Date(Date.now() - 30_000).toISOString()
    const reply = await c.post(`Datastreams(${stream})/Observations`, {
      phenomenonTime: at,
      result: 30,
      resultTime: at,
      parameters: { depth: 3 },
      resultQuality: 'maintenance'
    })
    expect(reply.status).toBe(201)
    const id = `'${stream}-${Date.parse(at)}'`
    expect(reply.location).toMatch(new RegExp(`Observations\\(${id}\\)$`))
    const read = await c.get(`Observations(${id})?$expand=Datastream,FeatureOfInterest`)
    expect(read.body).toMatchObject({
      result: 30,
      phenomenonTime: at,
      resultTime: at,
      parameters: { depth: 3 },
      resultQuality: 'maintenance'
    })
    expect(read.body.Datastream['@iot.id']).toBe(stream)
    expect(read.body.FeatureOfInterest.feature).toEqual({ type: 'Point', coordinates: AT_WEST })
    const foi = read.body.FeatureOfInterest['@iot.id']
    expect((await c.get(`FeaturesOfInterest(${foi})/Observations?$count=true`)).body['@iot.count']).toBe(2)
    expect((await c.post('Observations', { result: 1, Datastream: { '@iot.id': 9999 } })).status).toBe(400)
    expect((await c.post('Observations', { result: 'warm', Datastream: { '@iot.id': stream } })).status).toBe(400)
    const own = await c.post('Observations', {
      result: 3,
      Datastream: { '@iot.id': stream },
      FeatureOfInterest: {
        name: 'Well',
        description: 'A well',
        encodingType: 'application/geo+json',
        feature: { type: 'Point', coordinates: [120.4, 36.1] }
      }
    })
    expect(own.status).toBe(201)
    expect((await c.get(`Observations(${idOf(own.location)})/FeatureOfInterest`)).body.name).toBe('Well')
  })

  it('pages: top, skip, count, order, nextLink that leads to the end', async () => {
    const sensor = await made('Sensors', SENSOR)
    const property = await made('ObservedProperties', { ...PROPERTY, name: 'Level' })
    const other = await made('Things', { name: 'Pages', description: '' })
    const stream = await made('Datastreams', {
      ...HEAT,
      name: 'Level',
      Thing: { '@iot.id': Number(other) },
      Sensor: { '@iot.id': Number(sensor) },
      ObservedProperty: { '@iot.id': Number(property) }
    })
    const start = Date.now() - 3_600_000
    const rows = Array.from({ length: 25 }, (_, i) => [new Date(start + i * 60_000).toISOString(), i])
    const sent = await c.post('CreateObservations', [
      {
        Datastream: { '@iot.id': Number(stream) },
        components: ['phenomenonTime', 'result'],
        'dataArray@iot.count': 25,
        dataArray: rows
      }
    ])
    expect(sent.status).toBe(201)
    expect(sent.body).toHaveLength(25)
    expect(sent.body[0]).toMatch(/Observations\('/)
    let next: string | undefined = `Datastreams(${stream})/Observations?$top=10&$count=true&$select=result`
    const seen: number[] = []
    while (next) {
      const page: Any = await c.get(next)
      expect(page.body['@iot.count']).toBe(25)
      seen.push(...page.body.value.map((v: Any) => v.result))
      next = page.body['@iot.nextLink']?.split('/sta/v1.1/')[1]
    }
    expect(seen).toEqual(rows.map((r) => r[1]))
    const last = await c.get(`Datastreams(${stream})/Observations?$orderby=phenomenonTime desc&$top=1`)
    expect(last.body.value[0].result).toBe(24)
    const byResult = await c.get(
      `Observations?$orderby=${q('result desc')}&$top=2&$skip=1&$filter=${q(`Datastream/@iot.id eq ${stream}`)}`
    )
    expect(byResult.body.value.map((v: Any) => v.result)).toEqual([23, 22])
    const arrays = await c.get(`Datastreams(${stream})/Observations?$resultFormat=dataArray&$top=3&$select=result`)
    expect(arrays.body.value[0]).toMatchObject({ components: ['result'], 'dataArray@iot.count': 3, dataArray: [[0], [1], [2]] })
    const latest = await c.get(
      `Things?$filter=${q(`name eq 'Pages'`)}&$expand=${q('Datastreams($expand=Observations($orderby=phenomenonTime desc;$top=1))')}`
    )
    expect(latest.body.value[0].Datastreams[0].Observations[0].result).toBe(24)
    const counted = await c.get(`Datastreams(${stream})?$expand=${q('Observations($top=2;$count=true;$filter=result gt 10)')}`)
    expect(counted.body['Observations@iot.count']).toBe(14)
    expect(counted.body.Observations).toHaveLength(2)
    const rest = await c.get(counted.body['Observations@iot.nextLink'].split('/sta/v1.1/')[1])
    expect(rest.body.value[0].result).toBe(13)
  })

  it('filters over links, by text, time, place and number', async () => {
    const found = async (set: string, filter: string): Promise<string[]> => {
      const reply = await c.get(`${set}?$filter=${q(filter)}`)
      if (reply.status !== 200) throw new Error(`${filter}: ${JSON.stringify(reply.body)}`)
      return reply.body.value.map((v: Any) => v.name ?? String(v.result))
    }
    expect(await found('Things', `Datastreams/ObservedProperty/name eq 'Level'`)).toEqual(['Pages'])
    expect(await found('Things', `Datastreams/Observations/result gt 23`)).toEqual(['一号物联点', 'Pages'])
    expect(await found('Datastreams', `Thing/name eq 'Pages' and Observations/result eq 24`)).toEqual(['Level'])
    expect(await found('Datastreams', `Thing/properties/remark eq 'M-1'`)).toEqual([HEAT.name])
    expect(await found('Things', `substringof('物联', name) or startswith(name, 'Pag')`)).toEqual(['一号物联点', 'Pages'])
    expect(await found('Things', `not (properties/register eq 'iot-thing')`)).toEqual([])
    expect(
      await found(
        'Things',
        `st_within(Locations/location, geography'POLYGON((120.3 36.05,120.33 36.05,120.33 36.08,120.3 36.08,120.3 36.05))')`
      )
    ).toEqual(['一号物联点'])
    expect(await found('Locations', `geo.distance(location, geography'POINT(${AT_WEST[0]} ${AT_WEST[1]})') lt 0.001`)).toEqual([
      'Yard'
    ])
    expect(
      await found(
        'Locations',
        `st_within(location, geography'POLYGON((120.35 36.05,120.4 36.05,120.4 36.08,120.35 36.08,120.35 36.05))')`
      )
    ).toEqual([])
    expect(
      await found('Observations', `result mul 2 eq 48 and phenomenonTime lt now() and year(phenomenonTime) gt 2000`)
    ).toEqual(['24'])
    expect(await found('Observations', `parameters/depth eq 3`)).toEqual(['30'])
    expect(await found('Observations', `phenomenonTime add duration'P1D' lt now()`)).toEqual([])
    expect(await found('Datastreams', `unitOfMeasurement/symbol eq '°C' and length(name) eq 5`)).toEqual(['Level'])
  })

  it('moves: a new Location is where the Thing is, in the register too; a move in the register is a Location', async () => {
    const moved = await c.post(`Things(${thing})/Locations`, place(...AT_EAST))
    expect(moved.status).toBe(201)
    const person = await t.as('dataadmin')
    const { body } = await c.get(`Things(${thing})?$expand=Locations,HistoricalLocations`)
    expect(body.Locations).toHaveLength(1)
    expect(body.HistoricalLocations).toHaveLength(2)
    const address = `/api/registry/items/iot-thing/${body.properties.code}`
    const item = await person.call<Any>('GET', address)
    expect(item.body.place).toEqual(AT_EAST)
    const edit = await person.call<Any>('PATCH', address, { version: item.body.version, changes: { place: [120.31, 36.06] } })
    expect(edit.status).toBe(200)
    await t.settle()
    const after = await c.get(`Things(${thing})?$expand=Locations,HistoricalLocations`)
    expect(after.body.Locations[0].location.coordinates).toEqual([120.31, 36.06])
    expect(after.body.HistoricalLocations).toHaveLength(3)
    const patch = await c.send('PATCH', `Locations(${after.body.Locations[0]['@iot.id']})`, {
      location: { type: 'Point', coordinates: AT_WEST }
    })
    expect(patch.status).toBe(200)
    expect((await person.call<Any>('GET', address)).body.place).toEqual(AT_WEST)
    await t.settle()
    expect((await c.get(`Things(${thing})/HistoricalLocations?$count=true`)).body['@iot.count']).toBe(3)
  })

  it('changes: merge, JSON Patch, replace', async () => {
    expect((await c.send('PATCH', `Things(${thing})`, { description: 'Changed' })).body.description).toBe('Changed')
    const patch = await c.send(
      'PATCH',
      `Things(${thing})`,
      [
        { op: 'replace', path: '/name', value: 'Patched' },
        { op: 'add', path: '/properties/floor', value: 2 }
      ],
      'application/json-patch+json'
    )
    expect(patch.body).toMatchObject({ name: 'Patched', properties: { floor: 2, owner: 'Zhang' } })
    const put = await c.send('PUT', `Things(${thing})`, { name: 'Put', description: 'Whole' })
    expect(put.body).toMatchObject({ name: 'Put', description: 'Whole' })
    expect(put.body.properties.owner).toBeUndefined()
    expect((await c.send('PUT', `Things(${thing})`, { name: 'Put' })).status).toBe(400)
    const stream = (await c.get(`Things(${thing})/Datastreams`)).body.value[0]['@iot.id']
    const some = (await c.get(`Datastreams(${stream})/Observations?$top=1`)).body.value[0]
    const fixed = await c.send('PATCH', `Observations('${some['@iot.id']}')`, { result: 20.25, parameters: { by: 'hand' } })
    expect(fixed.body).toMatchObject({ result: 20.25, parameters: { by: 'hand' }, resultQuality: 'manual' })
  })

  it('ends: what cannot be without it ends too', async () => {
    const stream = (await c.get(`Things(${thing})/Datastreams`)).body.value[0]['@iot.id']
    const code = (await c.get(`Things(${thing})`)).body.properties.code
    expect((await c.send('DELETE', `Things(${thing})`)).status).toBe(200)
    expect((await c.get(`Things(${thing})`)).status).toBe(404)
    expect((await c.get(`Datastreams(${stream})`)).status).toBe(404)
    expect((await c.get(`Observations?$filter=${q(`Datastream/id eq ${stream}`)}`)).body.value).toEqual([])
    const item = await (await t.as('dataadmin')).call<Any>('GET', `/api/registry/items/iot-thing/${code}`)
    expect(item.body.removedAt).not.toBeNull()
    expect((await c.send('DELETE', `Things(${thing})`)).status).toBe(404)
  })
})

describe('SensorThings: programs of others', () => {
  it('answers what a query builder for OData 4 asks', async () => {
    const { default: built } = (await import('odata-query')) as unknown as { default: (query: object) => string }
    const ask = (query: object): Promise<Any> => c.get(`Things${built(query)}`)
    expect((await ask({ filter: { name: 'Pages' } })).body.value).toHaveLength(1)
    const reply = await ask({
      filter: [{ name: { startswith: 'Pag' } }, { Datastreams: undefined }],
      expand: { Datastreams: { select: ['name'], expand: { Observations: { orderBy: ['phenomenonTime desc'], top: 2 } } } },
      select: ['name', 'Datastreams'],
      orderBy: 'name',
      count: true,
      top: 5
    })
    expect(reply.body).toMatchObject({ '@iot.count': 1, value: [{ name: 'Pages', Datastreams: [{ name: 'Level' }] }] })
    expect(reply.body.value[0].Datastreams[0].Observations.map((o: Any) => o.result)).toEqual([24, 23])
    expect(
      (await ask({ filter: { and: [{ name: { contains: 'age' } }, { not: { description: 'x' } }] } })).body.value
    ).toHaveLength(1)
  })

  it('answers queries that a map program writes over several lines', async () => {
    const id = (await c.get(`Things?$filter=${q("name eq 'Pages'")}`)).body.value[0]['@iot.id']
    const since = new Date(Date.now() - 7_200_000).toISOString()
    // As the browser sends it: line breaks are taken out, the blanks stay.
    const query = `?    $filter=ObservedProperty/name eq 'Level'&    $top=1&    $expand=Observations(      $filter=phenomenonTime ge ${since};      $top=3;      $orderby=phenomenonTime asc)`
    const { body } = await c.get(`Things(${id})/Datastreams${query.replaceAll(' ', '%20')}`)
    expect(body.value[0].Observations.map((o: Any) => o.result)).toEqual([0, 1, 2])
  })
})
