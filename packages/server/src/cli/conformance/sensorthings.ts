import { type Check, call, demand, demandStatus, Failure, jsonOf, need, type Reply, type Row } from './kit.ts'

export interface StaOptions {
  /** Address of the version: …/v1.1. */
  url: string
  /** Sent as Bearer. */
  token?: string | undefined
  /** May entities be made (they say that they are a check) and ended again? */
  write?: boolean | undefined
}

/** What the checks know of the server under test. */
export interface StaServer {
  options: StaOptions
  base: string
  /** A word that only entities of this run have. */
  mark: string
  /** What was made for the checks; undefined until then, or where nothing may be made. */
  made?: Made
  /** Addresses of what the run made, to be ended when it is over. */
  left: string[]
}

/** Entities of this run, by what they are for. */
export interface Made {
  thing: string
  location: string
  sensor: string
  property: string
  stream: string
  /** Results of the Observations, by their phenomenonTime, oldest first. */
  results: { at: string; result: number }[]
}

export const REQ = 'http://www.opengis.net/spec/iot_sensing/1.1/req'
export const SETS = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Datastreams',
  'Sensors',
  'ObservedProperties',
  'Observations',
  'FeaturesOfInterest'
] as const

/** Properties every entity of a set has, and its links. */
export const ENTITIES: Readonly<Record<(typeof SETS)[number], { properties: readonly string[]; links: readonly string[] }>> = {
  Things: { properties: ['name', 'description'], links: ['Locations', 'HistoricalLocations', 'Datastreams'] },
  Locations: { properties: ['name', 'description', 'encodingType', 'location'], links: ['Things', 'HistoricalLocations'] },
  HistoricalLocations: { properties: ['time'], links: ['Thing', 'Locations'] },
  Datastreams: {
    properties: ['name', 'description', 'observationType', 'unitOfMeasurement'],
    links: ['Thing', 'Sensor', 'ObservedProperty', 'Observations']
  },
  Sensors: { properties: ['name', 'description', 'encodingType', 'metadata'], links: ['Datastreams'] },
  ObservedProperties: { properties: ['name', 'definition', 'description'], links: ['Datastreams'] },
  Observations: { properties: ['phenomenonTime', 'result', 'resultTime'], links: ['Datastream', 'FeatureOfInterest'] },
  FeaturesOfInterest: { properties: ['name', 'description', 'encodingType', 'feature'], links: ['Observations'] }
}

export interface StaReply extends Reply {
  location: string
}

/** A request with the account of the options. Query options are encoded. */
export async function ask(
  server: StaServer,
  path: string,
  { method = 'GET', body, type = 'application/json' }: { method?: string; body?: unknown; type?: string } = {}
): Promise<StaReply> {
  const { token } = server.options
  const url = /^https?:/.test(path) ? path : `${server.base}${path === '' ? '' : `/${encodePath(path)}`}`
  const headers = {
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': type })
  }
  const init: RequestInit = { method, headers }
  if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body)
  let location = ''
  const reply = await call(url, init, (r) => {
    location = r.headers.get('location') ?? ''
  })
  return { ...reply, location }
}

/** Addresses of the checks are written to be read. */
function encodePath(path: string): string {
  const at = path.indexOf('?')
  if (at < 0) return path
  const query = path
    .slice(at + 1)
    .split('&')
    .map((part) => {
      const eq = part.indexOf('=')
      return `${part.slice(0, eq)}=${encodeURIComponent(part.slice(eq + 1))}`
    })
  return `${path.slice(0, at)}?${query.join('&')}`
}

/** An answer with this status and a JSON object. */
export async function object(server: StaServer, path: string, wanted: readonly number[] = [200]): Promise<Row> {
  const reply = await ask(server, path)
  demandStatus(reply, wanted)
  demand(/^application\/json/i.test(reply.type), `${reply.url} is sent as "${reply.type}" instead of application/json`)
  const value = jsonOf(reply)
  demand(typeof value === 'object' && value !== null && !Array.isArray(value), `${reply.url} is no JSON object`)
  return value as Row
}

/** The entities of a set, and what stands beside them. */
export async function set(server: StaServer, path: string): Promise<{ rows: Row[]; page: Row }> {
  const page = await object(server, path)
  demand(Array.isArray(page.value), `${path} has no list "value"`)
  return { rows: page.value as Row[], page }
}

export const idText = (id: unknown): string => (typeof id === 'number' ? String(id) : `'${String(id)}'`)

/** What was made for the checks. @throws Skipped where nothing may be made */
export function made(server: StaServer): Made {
  need(server.made !== undefined, server.options.write ? 'the entities for the checks could not be made' : 'needs --write')
  return server.made
}

/** A refusal: a status of 4xx with the JSON that says why. */
export async function refused(server: StaServer, path: string, wanted: readonly number[]): Promise<void> {
  const reply = await ask(server, path)
  demandStatus(reply, wanted)
}

/** An entity has its control information, its properties and its links. */
export function demandEntity(row: Row, name: (typeof SETS)[number]): void {
  const { properties, links } = ENTITIES[name]
  for (const control of ['@iot.id', '@iot.selfLink']) demand(row[control] !== undefined, `an entity of ${name} has no ${control}`)
  for (const p of properties) demand(row[p] !== undefined, `an entity of ${name} has no ${p}`)
  for (const link of links)
    demand(
      row[`${link}@iot.navigationLink`] !== undefined || row[link] !== undefined,
      `an entity of ${name} has no ${link}@iot.navigationLink`
    )
}

const first = async (server: StaServer, name: (typeof SETS)[number]): Promise<Row> => {
  const { rows } = await set(server, `${name}?$top=1`)
  need(rows[0] !== undefined, `there are no ${name}`)
  return rows[0]
}

/** The root document, every kind of entity, and how they are addressed. */
export const MODEL_RULES: readonly Check<StaServer>[] = [
  {
    id: 'root',
    clause: `${REQ}/resource-path/resource-path-to-entities`,
    title: 'the root document names every set with its address',
    run: async (server) => {
      const page = await object(server, '')
      const value = page.value as { name?: unknown; url?: unknown }[]
      demand(Array.isArray(value), 'the root document has no list "value"')
      for (const name of SETS) {
        const one = value.find((v) => v.name === name)
        demand(one !== undefined, `the root document does not name ${name}`)
        demand(typeof one.url === 'string' && one.url.endsWith(`/${name}`), `the address of ${name} is "${String(one.url)}"`)
      }
    }
  },
  {
    id: 'root-conformance',
    clause: `${REQ}/resource-path/resource-path-to-entities`,
    title: 'serverSettings list the conformance of the server',
    run: async (server) => {
      const { serverSettings: settings } = (await object(server, '')) as { serverSettings?: { conformance?: unknown } }
      const list = settings?.conformance
      demand(Array.isArray(list) && list.length > 0, 'serverSettings has no conformance')
      demand(
        list.includes(`${REQ}/datamodel`) || list.some((u) => String(u).startsWith(`${REQ}/datamodel/`)),
        'it does not keep the data model'
      )
    }
  },
  ...SETS.map(
    (name): Check<StaServer> => ({
      id: `model-${name}`,
      clause: `${REQ}/datamodel`,
      title: `${name} have their properties, control information and links`,
      run: async (server) => demandEntity(await first(server, name), name)
    })
  ),
  ...SETS.map(
    (name): Check<StaServer> => ({
      id: `single-${name}`,
      clause: `${REQ}/resource-path/resource-path-to-entities`,
      title: `one of ${name} is found by its id and by its selfLink`,
      run: async (server) => {
        const row = await first(server, name)
        const byId = await object(server, `${name}(${idText(row['@iot.id'])})`)
        demand(byId['@iot.id'] === row['@iot.id'], `${name}(${idText(row['@iot.id'])}) is another entity`)
        const bySelf = await object(server, String(row['@iot.selfLink']))
        demand(bySelf['@iot.id'] === row['@iot.id'], 'the selfLink leads to another entity')
      }
    })
  ),
  {
    id: 'navigation',
    clause: `${REQ}/resource-path/resource-path-to-entities`,
    title: 'navigation links lead to what they name',
    run: async (server) => {
      const row = await first(server, 'Datastreams')
      const thing = await object(server, String(row['Thing@iot.navigationLink']))
      demandEntity(thing, 'Things')
      const { rows } = await set(server, `Things(${idText(thing['@iot.id'])})/Datastreams`)
      demand(rows.length > 0, 'the Thing of a Datastream has no Datastreams')
    }
  },
  {
    id: 'property',
    clause: `${REQ}/resource-path/resource-path-to-entities`,
    title: 'a property is an object of that name, its $value the bare text',
    run: async (server) => {
      const row = await first(server, 'ObservedProperties')
      const at = `ObservedProperties(${idText(row['@iot.id'])})/name`
      const body = await object(server, at)
      demand(body.name === row.name && Object.keys(body).length === 1, `${at} is not {"name": …}`)
      const raw = await ask(server, `${at}/$value`)
      demandStatus(raw, [200])
      demand(raw.text === row.name, `${at}/$value is "${raw.text.slice(0, 60)}"`)
    }
  },
  {
    id: 'ref',
    clause: `${REQ}/resource-path/resource-path-to-entities`,
    title: '$ref answers nothing but selfLinks',
    run: async (server) => {
      const { rows } = await set(server, 'Things/$ref')
      need(rows.length > 0, 'there are no Things')
      for (const row of rows) demand(Object.keys(row).join() === '@iot.selfLink', `$ref tells ${Object.keys(row).join(', ')}`)
    }
  },
  {
    id: 'not-found',
    clause: `${REQ}/request-data/status-code`,
    title: 'what is not there is a 404, with an error in JSON',
    run: async (server) => {
      for (const path of ['Things(999999999)', 'Nothings', 'Things(999999999)/Datastreams']) {
        const reply = await ask(server, path)
        demandStatus(reply, [404])
        demand(/json/i.test(reply.type), `${path} is refused with "${reply.type}"`)
        jsonOf(reply)
      }
    }
  },
  {
    id: 'bad-queries',
    clause: `${REQ}/request-data/query-status-code`,
    title: 'options that are unknown or not understood are a 400',
    run: async (server) => {
      for (const query of [
        '$filter=nothing eq 1',
        '$filter=name eq',
        '$orderby=nothing',
        '$top=-1',
        '$top=x',
        '$expand=Nothings',
        '$select=nothing',
        '$nothing=1',
        '$count=maybe'
      ])
        await refused(server, `Things?${query}`, [400, 501])
    }
  }
]

/** Find the root document behind what was given. @throws Failure */
export async function findService(options: StaOptions, mark: string): Promise<StaServer> {
  const given = options.url.replace(/[?#].*$/, '').replace(/\/+$/, '')
  for (const base of [given, `${given}/v1.1`, `${given}/sta/v1.1`]) {
    const server: StaServer = { options, base, mark, left: [] }
    const reply = await ask(server, '')
    if (reply.status === 401 || reply.status === 403) throw new Failure(`${base} answered ${reply.status}: give it a --token`)
    if (reply.status !== 200 || !/json/.test(reply.type)) continue
    const body = jsonOf(reply) as { value?: unknown }
    if (Array.isArray(body?.value)) return server
  }
  throw new Failure(`no root document of SensorThings was found below ${given}`)
}
