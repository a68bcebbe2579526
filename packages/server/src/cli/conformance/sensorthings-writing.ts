import { type Check, demand, demandStatus, Failure, jsonOf, need, type Row } from './kit.ts'
import { ask, idText, type Made, made, object, REQ, type StaReply, type StaServer, set } from './sensorthings.ts'

const CUD = `${REQ}/create-update-delete`
const OM = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement'
const GEO = 'application/geo+json'

const thingOf = (mark: string) => ({
  name: `Check ${mark}`,
  description: 'Made by a conformance check',
  properties: { mark, number: 42 }
})
const locationOf = (mark: string, lng = 120.3155, lat = 36.0655) => ({
  name: `Place ${mark}`,
  description: 'Where the check is',
  encodingType: GEO,
  location: { type: 'Point', coordinates: [lng, lat] }
})
const streamOf = (mark: string) => ({
  name: `Stream ${mark}`,
  description: 'Of a conformance check',
  observationType: OM,
  unitOfMeasurement: { name: 'metre', symbol: 'm', definition: 'ucum:m' }
})
const sensorOf = (mark: string) => ({
  name: `Sensor ${mark}`,
  description: 'Of a check',
  encodingType: 'text/html',
  metadata: 'https://example.org/'
})
const propertyOf = (mark: string) => ({ name: `Property ${mark}`, definition: `urn:check:${mark}`, description: 'Of a check' })

const post = (server: StaServer, path: string, body: unknown): Promise<StaReply> => ask(server, path, { method: 'POST', body })

/** Makes an entity; answers its id as it stands in brackets. */
async function create(server: StaServer, path: string, body: unknown): Promise<string> {
  const reply = await post(server, path, body)
  demandStatus(reply, [201])
  const id = /\(([^()]*)\)\/?$/.exec(reply.location)?.[1]
  demand(id !== undefined, `POST ${path} is answered with Location "${reply.location}"`)
  if (!path.endsWith('Observations')) server.left.push(`${path.split('/').at(-1)}(${id})`)
  return id
}

/** Making entities, and what must be refused. They say that they are a check; the last rule ends them. */
export const MAKING: readonly Check<StaServer>[] = [
  {
    id: 'deep-insert',
    clause: `${CUD}/deep-insert`,
    title: 'a Thing is made with its Location, Datastream, Sensor and ObservedProperty in one request: 201 and Location',
    run: async (server) => {
      need(server.options.write === true, 'needs --write')
      const { mark } = server
      const thing = await create(server, 'Things', {
        ...thingOf(mark),
        Locations: [locationOf(mark)],
        Datastreams: [{ ...streamOf(mark), Sensor: sensorOf(mark), ObservedProperty: propertyOf(mark) }]
      })
      const row = await object(server, `Things(${thing})`)
      const [stream] = (await set(server, `Things(${thing})/Datastreams`)).rows
      const [location] = (await set(server, `Things(${thing})/Locations`)).rows
      demand(stream !== undefined && location !== undefined, 'what was sent inside was not made')
      const at = `Datastreams(${idText(stream['@iot.id'])})`
      const [sensor, property] = [await object(server, `${at}/Sensor`), await object(server, `${at}/ObservedProperty`)]
      server.left.push(`Sensors(${idText(sensor['@iot.id'])})`, `ObservedProperties(${idText(property['@iot.id'])})`)
      server.made = {
        thing,
        location: idText(location['@iot.id']),
        sensor: idText(sensor['@iot.id']),
        property: idText(property['@iot.id']),
        stream: idText(stream['@iot.id']),
        results: []
      }
      for (const [name, value] of Object.entries(thingOf(mark)))
        if (name !== 'properties') demand(row[name] === value, `${name} of the Thing is ${JSON.stringify(row[name])}`)
      demand((row.properties as Row | undefined)?.number === 42, 'properties of the Thing are not kept')
    }
  },
  {
    id: 'create-observations',
    clause: `${CUD}/create-entity`,
    title: 'Observations are made below their Datastream and in their set, and found again',
    run: async (server) => {
      const m = made(server)
      const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 7_200_000
      for (let i = 1; i <= 6; i += 1) await observe(server, m, hour + (i - 1) * 60_000, i, i % 2 === 0)
      const rows = [7, 8].map((i) => [new Date(hour + (i - 1) * 60_000).toISOString(), i])
      const reply = await post(server, 'CreateObservations', [
        {
          Datastream: { '@iot.id': idOf(m.stream) },
          components: ['phenomenonTime', 'result'],
          'dataArray@iot.count': 2,
          dataArray: rows
        }
      ])
      demandStatus(reply, [201])
      const links = jsonOf(reply)
      demand(
        Array.isArray(links) && links.length === 2 && links.every((l) => /Observations\(/.test(String(l))),
        'CreateObservations does not answer a selfLink for each row'
      )
      for (const [at, result] of rows as [string, number][]) m.results.push({ at, result })
      const { rows: found } = await set(server, `Datastreams(${m.stream})/Observations?$orderby=phenomenonTime asc`)
      demand(
        JSON.stringify(found.map((r) => r.result)) === JSON.stringify(m.results.map((r) => r.result)),
        'the Observations are not all there'
      )
      for (const [i, row] of found.entries())
        demand(
          Date.parse(String(row.phenomenonTime)) === Date.parse(m.results[i]?.at ?? ''),
          `phenomenonTime is ${String(row.phenomenonTime)}`
        )
    }
  },
  {
    id: 'feature-of-interest',
    clause: `${CUD}/create-entity`,
    title: 'an Observation without a feature is of the place of its Thing',
    run: async (server) => {
      const { stream } = made(server)
      const { rows } = await set(server, `Datastreams(${stream})/Observations?$top=1&$expand=FeatureOfInterest`)
      const feature = rows[0]?.FeatureOfInterest as Row | undefined
      demand(feature !== undefined, 'the Observation has no FeatureOfInterest')
      const place = JSON.stringify(feature.feature ?? null)
      demand(place.includes('120.3155') && place.includes('36.0655'), `the feature is ${place.slice(0, 120)}`)
    }
  },
  {
    id: 'incomplete',
    clause: `${CUD}/create-entity`,
    title: 'entities without what they need are a 400',
    run: async (server) => {
      const { thing, stream } = made(server)
      const link = { '@iot.id': idOf(thing) }
      for (const [path, body] of [
        ['Things', { description: 'no name' }],
        ['Datastreams', { ...streamOf(server.mark), Thing: link }],
        ['Observations', { result: 1 }],
        [`Datastreams(${stream})/Observations`, { phenomenonTime: new Date().toISOString() }],
        ['Things', { ...thingOf(server.mark), name: 7 }]
      ] as const)
        demandStatus(await post(server, path, body), [400])
      const broken = await ask(server, 'Things', { method: 'POST', body: '{"name":' })
      demandStatus(broken, [400])
    }
  },
  {
    id: 'link-unknown',
    clause: `${CUD}/link-to-existing-entities`,
    title: 'a link to what is not there is refused',
    run: async (server) => {
      made(server)
      demandStatus(await post(server, 'Observations', { result: 1, Datastream: { '@iot.id': 999999999 } }), [400, 404])
    }
  },
  {
    id: 'deep-insert-whole',
    clause: `${CUD}/deep-insert-status-code`,
    title: 'where one of the entities cannot be made, none is',
    run: async (server) => {
      made(server)
      const name = `Half ${server.mark}`
      const body = {
        ...thingOf(server.mark),
        name,
        Datastreams: [{ ...streamOf(server.mark), Sensor: { name: 'no metadata' }, ObservedProperty: propertyOf(server.mark) }]
      }
      demandStatus(await post(server, 'Things', body), [400])
      demand((await set(server, `Things?$filter=name eq '${name}'`)).rows.length === 0, 'half of what was sent was made')
    }
  }
]

const idOf = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text.replaceAll("'", ''))

async function observe(server: StaServer, m: Made, at: number, result: number, below: boolean): Promise<void> {
  const time = new Date(at).toISOString()
  const body = { phenomenonTime: time, resultTime: time, result, ...(!below && { Datastream: { '@iot.id': idOf(m.stream) } }) }
  await create(server, below ? `Datastreams(${m.stream})/Observations` : 'Observations', body)
  m.results.push({ at: time, result })
}

async function gone(server: StaServer, path: string): Promise<void> {
  demandStatus(await ask(server, path), [404])
}

/** Changing what was made, and ending it: the last rules of a run. */
export const CHANGING: readonly Check<StaServer>[] = [
  {
    id: 'patch',
    clause: `${CUD}/update-entity`,
    title: 'PATCH changes what it names and leaves the rest',
    run: async (server) => {
      const { thing } = made(server)
      demandStatus(await ask(server, `Things(${thing})`, { method: 'PATCH', body: { description: 'Changed' } }), [200, 204])
      const row = await object(server, `Things(${thing})`)
      demand(row.description === 'Changed', 'the description is not changed')
      demand(
        row.name === `Check ${server.mark}` && (row.properties as Row | undefined)?.number === 42,
        'something else changed too'
      )
      demandStatus(await ask(server, 'Things(999999999)', { method: 'PATCH', body: { description: 'x' } }), [404])
    }
  },
  {
    id: 'put',
    clause: `${CUD}/update-entity-put`,
    title: 'PUT puts an entity in place of what was',
    run: async (server) => {
      const { sensor } = made(server)
      const body = { ...sensorOf(server.mark), description: 'Put' }
      const reply = await ask(server, `Sensors(${sensor})`, { method: 'PUT', body })
      need(reply.status !== 405 && reply.status !== 501, 'PUT is not offered')
      demandStatus(reply, [200, 204])
      demand((await object(server, `Sensors(${sensor})`)).description === 'Put', 'the Sensor is not replaced')
    }
  },
  {
    id: 'json-patch',
    clause: `${CUD}/update-entity-jsonpatch`,
    title: 'a JSON Patch is carried out',
    run: async (server) => {
      const { thing } = made(server)
      const body = [{ op: 'replace', path: '/description', value: 'Patched' }]
      const reply = await ask(server, `Things(${thing})`, { method: 'PATCH', body, type: 'application/json-patch+json' })
      need(reply.status !== 415 && reply.status !== 501, 'JSON Patch is not offered')
      demandStatus(reply, [200, 204])
      demand((await object(server, `Things(${thing})`)).description === 'Patched', 'the description is not patched')
    }
  },
  {
    id: 'historical-location',
    clause: `${CUD}/historical-location-auto-creation`,
    title: 'a new Location of a Thing is where it is, and its history says so',
    run: async (server) => {
      const { thing } = made(server)
      const before = (await set(server, `Things(${thing})/HistoricalLocations`)).rows.length
      demand(before === 1, `a Thing that was made with a Location has ${before} HistoricalLocations instead of one`)
      const location = await create(server, `Things(${thing})/Locations`, locationOf(server.mark, 120.31, 36.06))
      const { rows } = await set(server, `Things(${thing})/Locations`)
      demand(rows.length === 1 && idText(rows[0]?.['@iot.id']) === location, 'the Thing is not at its new Location')
      const after = await set(server, `Things(${thing})/HistoricalLocations?$expand=Locations`)
      demand(after.rows.length === 2, `there are ${after.rows.length} HistoricalLocations instead of two`)
      const places = after.rows.flatMap((r) => ((r.Locations ?? []) as Row[]).map((l) => idText(l['@iot.id'])))
      demand(places.includes(location), 'the history does not know the new Location')
    }
  },
  {
    id: 'delete',
    clause: `${CUD}/delete-entity`,
    title: 'an Observation that is deleted is gone, and only it',
    run: async (server) => {
      const { stream } = made(server)
      const { rows } = await set(server, `Datastreams(${stream})/Observations?$orderby=phenomenonTime asc`)
      const id = idText(rows[0]?.['@iot.id'])
      demandStatus(await ask(server, `Observations(${id})`, { method: 'DELETE' }), [200, 204])
      await gone(server, `Observations(${id})`)
      const left = await set(server, `Datastreams(${stream})/Observations`)
      demand(left.rows.length === rows.length - 1, `${left.rows.length} of ${rows.length} Observations are left`)
      demandStatus(await ask(server, `Observations(${id})`, { method: 'DELETE' }), [404])
    }
  },
  {
    id: 'delete-cascade',
    clause: `${CUD}/delete-entity`,
    title:
      'with a Thing go its Datastreams, their Observations and its HistoricalLocations; Sensor, ObservedProperty and Location stay',
    run: async (server) => {
      const { thing, stream, sensor, property } = made(server)
      const one = (await set(server, `Datastreams(${stream})/Observations?$top=1`)).rows[0]
      const past = (await set(server, `Things(${thing})/HistoricalLocations`)).rows[0]
      demandStatus(await ask(server, `Things(${thing})`, { method: 'DELETE' }), [200, 204])
      await gone(server, `Things(${thing})`)
      await gone(server, `Datastreams(${stream})`)
      if (one) await gone(server, `Observations(${idText(one['@iot.id'])})`)
      if (past) await gone(server, `HistoricalLocations(${idText(past['@iot.id'])})`)
      await object(server, `Sensors(${sensor})`)
      await object(server, `ObservedProperties(${property})`)
    }
  },
  {
    id: 'delete-sensor',
    clause: `${CUD}/delete-entity`,
    title: 'with a Sensor go its Datastreams',
    run: async (server) => {
      const { sensor, property } = made(server)
      const thing = await create(server, 'Things', { ...thingOf(server.mark), name: `Second ${server.mark}` })
      const links = { Thing: thing, Sensor: sensor, ObservedProperty: property }
      const linked = Object.fromEntries(Object.entries(links).map(([name, id]) => [name, { '@iot.id': idOf(id) }]))
      const stream = await create(server, 'Datastreams', { ...streamOf(server.mark), ...linked })
      try {
        demandStatus(await ask(server, `Sensors(${sensor})`, { method: 'DELETE' }), [200, 204])
        await gone(server, `Sensors(${sensor})`)
        await gone(server, `Datastreams(${stream})`)
      } finally {
        await ask(server, `Things(${thing})`, { method: 'DELETE' })
      }
    }
  }
]

/** Ends what is left of a run. */
export async function tidyUp(server: StaServer): Promise<void> {
  for (const path of server.left)
    await ask(server, path, { method: 'DELETE' }).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error
    })
}
