import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Ways in which the server in between can be wrong, and the checks that must notice each. */
export const STA_FAULTS = {
  'a set left out of the root': ['root'],
  'conformance not told': ['root-conformance'],
  'entities without selfLink': ['model-Things', 'single-Sensors'],
  'entities without id': ['model-Datastreams'],
  'no navigation links': ['model-Observations', 'navigation'],
  'a property left out': ['model-Sensors'],
  '$value in quotes': ['property'],
  '$ref tells everything': ['ref'],
  'not found is 200': ['not-found', 'patch', 'delete'],
  'errors as HTML': ['not-found'],
  'unknown options swallowed': ['bad-queries'],
  'top ignored': ['top', 'orderby', 'order'],
  'skip ignored': ['skip', 'order'],
  'count off by one': ['count'],
  'count told unasked': ['count'],
  'count of the page': ['count'],
  'order ignored': ['orderby', 'order'],
  'no nextLink': ['pagination'],
  'nextLink begins again': ['pagination'],
  'select ignored': ['select'],
  'expand ignored': ['expand', 'expand-options'],
  'expand flat': ['expand'],
  'options of expand ignored': ['expand-options'],
  'filter ignored': ['filter-observations', 'filter-things', 'filter-nested'],
  'filter ignored below others': ['filter-nested', 'filter-observations'],
  'or is and': ['filter-observations', 'filter-things'],
  'texts compared without case': ['filter-things'],
  'mod is div': ['filter-observations'],
  'places not compared': ['filter-things'],
  'dataArray as entities': ['data-array'],
  'batch loses an answer': ['batch'],
  'batch always 200': ['batch'],
  '200 instead of 201': ['deep-insert'],
  'no Location header': ['deep-insert'],
  'what is inside is not made': ['deep-insert'],
  'properties lost': ['deep-insert', 'patch'],
  'incomplete entities taken': ['incomplete'],
  'wrong links taken': ['link-unknown'],
  'half of a deep insert stays': ['deep-insert-whole'],
  'no feature of its own place': ['feature-of-interest'],
  'phenomenonTime is the time of arrival': ['create-observations'],
  'rows of arrays lost': ['create-observations'],
  'PATCH does nothing': ['patch', 'json-patch'],
  'PATCH wipes the rest': ['patch'],
  'PUT does nothing': ['put'],
  'no history of places': ['historical-location'],
  'old places stay': ['historical-location'],
  'DELETE does nothing': ['delete', 'delete-cascade', 'delete-sensor'],
  'streams outlive their Thing': ['delete-cascade'],
  'Sensors go with the Thing': ['delete-cascade'],
  'streams outlive their Sensor': ['delete-sensor']
} as const
export type StaFault = keyof typeof STA_FAULTS

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape are bent here
type Any = any
interface Exchange {
  method: string
  path: string
  query: [string, string][]
  body: Any
  status: number
  headers: Record<string, string>
  reply: Any
}

/** What every entity and list of an answer goes through. */
function eachEntity(value: Any, visit: (entity: Any) => void): void {
  if (Array.isArray(value)) for (const one of value) eachEntity(one, visit)
  else if (typeof value === 'object' && value !== null) {
    if (Object.keys(value).some((k) => k.includes('@iot.')) || 'name' in value) visit(value)
    for (const inner of Object.values(value)) eachEntity(inner, visit)
  }
}

/** A server between the checks and ours that lets everything through but for the faults named. */
export async function brokenService(target: string, ...names: StaFault[]): Promise<{ url: string; close(): Promise<void> }> {
  const has = (fault: StaFault): boolean => names.includes(fault)
  const kept = new Map<string, Any>()
  let own = ''
  const forward = async (x: Exchange, auth: string | undefined, type: string): Promise<void> => {
    const query = x.query.map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join('&')
    const init: RequestInit = {
      method: x.method,
      headers: { ...(auth && { authorization: auth }), ...(x.body !== undefined && { 'content-type': type }) }
    }
    if (x.body !== undefined) init.body = typeof x.body === 'string' ? x.body : JSON.stringify(x.body)
    const reply = await fetch(`${target}${x.path}${query ? `?${query}` : ''}`, init)
    const raw = (await reply.text()).replaceAll(target, own)
    x.status = reply.status
    x.headers = {
      'content-type': reply.headers.get('content-type') ?? '',
      location: (reply.headers.get('location') ?? '').replaceAll(target, own)
    }
    x.reply = /json/.test(x.headers['content-type'] ?? '') && raw !== '' ? JSON.parse(raw) : raw
  }

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = new URL(req.url ?? '/', own)
    const sent = await text(req)
    const type = req.headers['content-type'] ?? 'application/json'
    const x: Exchange = {
      method: req.method ?? 'GET',
      path: url.pathname.replace('/sta/v1.1', ''),
      query: [...url.searchParams],
      body: parsed(sent),
      status: 0,
      headers: {},
      reply: undefined
    }
    const auth = req.headers.authorization
    if (!(await instead(x, auth, type))) {
      before(x)
      await forward(x, auth, type)
      await after(x, auth)
    }
    const body = typeof x.reply === 'string' ? x.reply : x.reply === undefined ? '' : JSON.stringify(x.reply)
    res.writeHead(x.status, Object.fromEntries(Object.entries(x.headers).filter(([, v]) => v !== ''))).end(body)
  }

  const answer = (x: Exchange, status: number, reply: Any = ''): true => {
    Object.assign(x, { status, reply, headers: { 'content-type': 'application/json' } })
    return true
  }
  /** Answers without asking ours. */
  const instead = async (x: Exchange, auth: string | undefined, type: string): Promise<boolean> => {
    if (has('DELETE does nothing') && x.method === 'DELETE') return answer(x, 200)
    if (has('PUT does nothing') && x.method === 'PUT') return answer(x, 200, {})
    if (has('PATCH does nothing') && x.method === 'PATCH') return answer(x, 200, {})
    if (has('half of a deep insert stays') && x.method === 'POST' && x.path === '/Things') {
      await forward(x, auth, type)
      if (x.status !== 400 || !x.body?.Datastreams) return true
      const { Datastreams: _gone, ...half } = x.body
      await forward({ ...x, body: half }, auth, type)
      return true
    }
    const outlives = (has('streams outlive their Thing') || has('streams outlive their Sensor')) && x.method === 'GET'
    if (outlives && kept.has(x.path) && x.query.length === 0) return answer(x, 200, kept.get(x.path))
    return false
  }

  /** Bends the question. */
  const before = (x: Exchange): void => {
    const drop = (name: string): void => {
      x.query = x.query.filter(([k]) => k !== name)
    }
    const bend = (name: string, by: (v: string) => string): void => {
      x.query = x.query.map(([k, v]) => [k, k === name ? by(v) : v])
    }
    if (has('top ignored')) drop('$top')
    if (has('skip ignored')) drop('$skip')
    if (has('order ignored')) drop('$orderby')
    if (has('select ignored')) drop('$select')
    if (has('expand ignored')) drop('$expand')
    if (has('filter ignored')) drop('$filter')
    if (has('filter ignored below others') && x.path.includes(')/')) drop('$filter')
    if (has('dataArray as entities')) drop('$resultFormat')
    if (has('count told unasked')) bend('$count', () => 'true')
    if (has('nextLink begins again')) drop('$skiptoken')
    if (has('options of expand ignored')) bend('$expand', (v) => v.replace(/^Observations\(.*\)$/, 'Observations'))
    if (has('or is and')) bend('$filter', (v) => v.replaceAll(' or ', ' and '))
    if (has('mod is div')) bend('$filter', (v) => v.replaceAll(' mod ', ' div '))
    if (has('texts compared without case'))
      bend('$filter', (v) => v.replace(/\(name eq ('[^']*')\)/, '(tolower(name) eq tolower($1))'))
    if (has('places not compared'))
      bend('$filter', (v) => v.replace(/\(st_within\(.*\)\)$/, '(1 eq 1)').replace(/\(geo\.distance\(.*\)$/, '(1 eq 1)'))
    if (has('unknown options swallowed')) x.query = x.query.filter(([k]) => k !== '$nothing')
    if (has('$ref tells everything')) x.path = x.path.replace('/$ref', '')
    if (x.method === 'POST' && x.body) bendBody(x)
    if (has('PATCH wipes the rest') && x.method === 'PATCH' && x.path.startsWith('/Things')) x.body = { name: 'wiped', ...x.body }
  }
  const bendBody = (x: Exchange): void => {
    if (has('what is inside is not made') && x.path === '/Things')
      for (const name of ['Datastreams', 'Locations']) delete x.body[name]
    if (has('properties lost') && x.path === '/Things') delete x.body.properties
    if (has('incomplete entities taken') && x.path === '/Things' && x.body.name === undefined) x.body.name = 'no name'
    if (has('phenomenonTime is the time of arrival') && x.path.endsWith('Observations')) delete x.body.phenomenonTime
    if (has('rows of arrays lost') && x.path === '/CreateObservations') x.body[0].dataArray.pop()
  }

  const isList = (reply: Any): boolean => Array.isArray(reply?.value)
  /** Bends the answer. */
  const after = async (x: Exchange, auth: string | undefined): Promise<void> => {
    const { reply } = x
    if (x.method === 'GET' && x.path === '' && isList(reply)) {
      if (has('a set left out of the root')) reply.value.splice(2, 1)
      if (has('conformance not told')) delete reply.serverSettings
      return
    }
    if (has('not found is 200') && x.status === 404) answer(x, 200, {})
    if (has('errors as HTML') && x.status >= 400)
      Object.assign(x, { reply: '<h1>Error</h1>', headers: { 'content-type': 'text/html' } })
    if (has('$value in quotes') && x.path.endsWith('/$value')) x.reply = JSON.stringify(reply)
    if (has('wrong links taken') && x.method === 'POST' && x.path === '/Observations' && x.status === 400) x.status = 201
    if (has('200 instead of 201') && x.status === 201) x.status = 200
    if (has('no Location header')) x.headers.location = ''
    if (has('batch loses an answer') && x.path === '/$batch') reply.responses.pop()
    if (has('batch always 200') && x.path === '/$batch') for (const r of reply.responses) r.status = 200
    if (x.method === 'GET' && x.status === 200) bendAnswer(x)
    await bendDeath(x, auth)
  }
  const bendAnswer = ({ reply, path, query }: Exchange): void => {
    const asked = (name: string): boolean => query.some(([k]) => k === name)
    if (has('count off by one') && reply?.['@iot.count'] !== undefined) reply['@iot.count'] += 1
    if (has('count of the page') && reply?.['@iot.count'] !== undefined) reply['@iot.count'] = reply.value.length
    if (has('no nextLink')) delete reply?.['@iot.nextLink']
    if (has('no history of places') && path.includes('HistoricalLocations') && isList(reply)) reply.value = []
    if (has('old places stay') && path.endsWith('/Locations') && isList(reply)) reply.value = [...reply.value, ...reply.value]
    eachEntity(reply, (e) => {
      if (has('entities without selfLink')) delete e['@iot.selfLink']
      if (has('entities without id') && !asked('$select')) delete e['@iot.id']
      if (has('a property left out')) delete e.encodingType
      if (has('no navigation links')) for (const k of Object.keys(e)) if (k.endsWith('@iot.navigationLink')) delete e[k]
      if (has('no feature of its own place')) delete e.FeatureOfInterest
      if (has('expand flat') && asked('$expand')) for (const d of e.Datastreams ?? []) delete d.ObservedProperty
    })
  }
  /** What ends otherwise than it should. */
  const bendDeath = async (x: Exchange, auth: string | undefined): Promise<void> => {
    if (x.method === 'POST' && /\/(Datastreams|Things)$/.test(x.path) && x.status === 201) {
      const { pathname } = new URL(x.headers.location || own)
      const at = pathname.replace('/sta/v1.1', '')
      if (at.startsWith('/Datastreams') && has('streams outlive their Sensor')) kept.set(at, x.reply)
      if (at.startsWith('/Things') && has('streams outlive their Thing')) {
        const look: Exchange = { ...x, method: 'GET', path: `${at}/Datastreams`, query: [], body: undefined }
        await forward(look, auth, 'application/json')
        for (const d of look.reply?.value ?? []) kept.set(`/Datastreams(${d['@iot.id']})`, d)
      }
    }
    if (has('Sensors go with the Thing') && x.method === 'DELETE' && x.path.startsWith('/Things') && x.status === 200) {
      const look: Exchange = {
        ...x,
        method: 'GET',
        path: '/Sensors',
        query: [['$filter', "startswith(name, 'Sensor ')"]],
        body: undefined
      }
      await forward(look, auth, 'application/json')
      for (const s of look.reply?.value ?? [])
        await forward(
          { ...x, method: 'DELETE', path: `/Sensors(${s['@iot.id']})`, query: [], body: undefined },
          auth,
          'application/json'
        )
    }
  }

  const server = createServer((req, res) => {
    handle(req, res).catch((error: unknown) => res.writeHead(500).end(String(error)))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  own = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sta/v1.1`
  return {
    url: own,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
  }
}

function parsed(sent: string): Any {
  if (sent === '') return undefined
  try {
    return JSON.parse(sent)
  } catch {
    return sent
  }
}
