import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** Ways in which the little server can be wrong, and the checks that must notice each. */
export const FAULTS = {
  'discovery without XML format': ['discovery-json'],
  'discovery with another address in XML': ['discovery-xml'],
  'XML sent as text/html': ['services-xml', 'requests-xml'],
  'no charset': ['services-xml', 'services-json', 'requests-xml'],
  'XML that is not well-formed': ['post-then-get'],
  'no XML declaration': ['services-xml'],
  'a service without metadata': ['services-xml'],
  'metadata as text in JSON': ['services-json'],
  'JSON with a wrapper': ['requests-json'],
  'other services in JSON': ['services-json'],
  'a list without values': ['definition-xml'],
  'unknown service answered with 200': ['service-unknown-xml', 'service-unknown-json'],
  'errors as plain text': ['service-unknown-xml', 'request-unknown-json', 'post-no-key'],
  'errors without description': ['request-unknown-xml'],
  'times without zone': ['requests-xml'],
  'a third status': ['requests-xml'],
  'e-mail addresses told': ['requests-xml'],
  'old requests by default': ['requests-xml'],
  'status ignored': ['requests-status'],
  'service_code ignored': ['requests-service'],
  'dates ignored': ['requests-dates', 'requests-span'],
  'wrong dates swallowed': ['requests-bad-date'],
  'numbers do not override': ['requests-ids-override'],
  'empty is not absent': ['requests-empty-arguments'],
  'single request without a list': ['request-single'],
  'unknown request answered empty': ['request-unknown-xml', 'request-unknown-json'],
  'unknown token answered empty': ['token-unknown'],
  'keys not checked': ['post-no-key', 'post-wrong-key'],
  'keys refused with 400': ['post-no-key', 'post-wrong-key'],
  'unknown service filed': ['post-unknown-service'],
  'no place needed': ['post-no-place'],
  'half a place taken': ['post-half-place'],
  'required attributes not demanded': ['post-required-attribute'],
  'number and token together': ['post-then-get', 'post-then-list'],
  'text read as Latin-1': ['post-then-get'],
  'lat and long exchanged': ['post-then-get'],
  'reports lost': ['post-then-get', 'post-then-list']
} as const
export type FaultName = keyof typeof FAULTS

export const KEY = 'key-of-the-little-server'
type Row = Record<string, unknown>
const SERVICES = [
  {
    service_code: 'hole',
    service_name: 'Pothole',
    description: '',
    metadata: false,
    type: 'realtime',
    keywords: '',
    group: 'road'
  },
  {
    service_code: 'lamp',
    service_name: 'Street light',
    description: '',
    metadata: true,
    type: 'realtime',
    keywords: '',
    group: 'road'
  }
]
const ATTRIBUTE = {
  variable: true,
  code: 'state',
  datatype: 'singlevaluelist',
  required: true,
  datatype_description: '',
  order: 1,
  description: 'State'
}
const MEMBER: Record<string, string> = { attributes: 'attribute', values: 'value', endpoints: 'endpoint', formats: 'format' }

const escaped = (value: unknown): string =>
  String(value ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
function toXml(value: unknown, name: string): string {
  if (Array.isArray(value)) return `<${name}>${value.map((v) => toXml(v, MEMBER[name] ?? name)).join('')}</${name}>`
  if (typeof value === 'object' && value !== null)
    return `<${name}>${Object.entries(value)
      .map(([k, v]) => toXml(v, k))
      .join('')}</${name}>`
  return `<${name}>${escaped(value)}</${name}>`
}

class Refused extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** A small GeoReport server that keeps to the standard, but for the faults named. Answers its address and how to stop it. */
export async function littleServer(...names: FaultName[]): Promise<{ url: string; close(): Promise<void> }> {
  const faults = new Set<FaultName>(names)
  const has = (fault: FaultName): boolean => faults.has(fault)
  const day = (n: number): string => new Date(Date.now() - n * 86_400_000).toISOString()
  const requests: Row[] = [1, 2, 3, 4].map((n) => ({
    service_request_id: String(n),
    status: n % 2 ? 'open' : 'closed',
    service_name: n > 2 ? 'Pothole' : 'Street light',
    service_code: n > 2 ? 'hole' : 'lamp',
    description: `Request ${n}`,
    requested_datetime: day(n),
    updated_datetime: day(n),
    lat: 36.06,
    long: 120.31
  }))
  if (has('times without zone')) requests[0]!.requested_datetime = day(1).slice(0, 19)
  if (has('a third status')) requests[0]!.status = 'in progress'
  if (has('e-mail addresses told')) requests[0]!.email = 'a@example.com'
  const old: Row = { ...requests[0]!, service_request_id: '99', requested_datetime: day(150) }

  const listed = (q: URLSearchParams): Row[] => {
    const given = (name: string): string | undefined => q.get(name) || undefined
    const ids = given('service_request_id')
    if (ids && !has('numbers do not override'))
      return requests.filter((r) => ids.split(',').includes(String(r.service_request_id)))
    if (has('empty is not absent') && q.get('status') === '') return []
    const [start, end] = ['start_date', 'end_date'].map((name) => {
      const value = given(name)
      if (value && Number.isNaN(Date.parse(value)) && !has('wrong dates swallowed')) throw new Refused(400, `${name} is no date`)
      return value && !Number.isNaN(Date.parse(value)) ? Date.parse(value) : undefined
    }) as [number | undefined, number | undefined]
    const all = has('dates ignored') || has('old requests by default') ? [...requests, old] : requests
    if (start && end && end - start > 90 * 86_400_000 && !has('dates ignored')) throw new Refused(400, 'more than 90 days')
    const codes = given('service_code')?.split(',')
    if (codes?.some((c) => !SERVICES.some((s) => s.service_code === c))) throw new Refused(404, 'service_code was not found')
    return all.filter((r) => {
      const time = Date.parse(String(r.requested_datetime))
      if (!has('dates ignored') && ((start && time < start) || (end && time > end))) return false
      if (codes && !has('service_code ignored') && !codes.includes(String(r.service_code))) return false
      const status = given('status')
      return !status || has('status ignored') || status.split(',').includes(String(r.status))
    })
  }

  const file = async (req: IncomingMessage): Promise<Row> => {
    const raw = has('text read as Latin-1') ? latin1(await text(req)) : await text(req)
    const q = new URLSearchParams(raw)
    if (q.get('api_key') !== KEY && !has('keys not checked'))
      throw new Refused(has('keys refused with 400') ? 400 : 403, 'Invalid api_key received')
    const code = q.get('service_code')
    if (!code) throw new Refused(400, 'service_code was not provided')
    const service = SERVICES.find((s) => s.service_code === code)
    if (!service && !has('unknown service filed')) throw new Refused(404, 'service_code was not found')
    const [lat, long] = [q.get('lat'), q.get('long')]
    const half = (lat === null) !== (long === null)
    if (lat === null && long === null ? !has('no place needed') : half && !has('half a place taken'))
      throw new Refused(400, 'no place')
    if (service?.metadata && !q.get('attribute[state]') && !has('required attributes not demanded'))
      throw new Refused(400, 'no attribute[state]')
    const id = String(requests.length + 100)
    const now = new Date().toISOString()
    const [a, b] = has('lat and long exchanged') ? [long, lat] : [lat, long]
    const row = {
      service_request_id: id,
      status: 'open',
      service_name: service?.service_name,
      service_code: code,
      description: q.get('description') ?? ''
    }
    if (!has('reports lost'))
      requests.unshift({ ...row, requested_datetime: now, updated_datetime: now, lat: Number(a), long: Number(b) })
    return { service_request_id: id, ...(has('number and token together') && { token: 't' }) }
  }

  type Answer = { root: string; item?: string; body: Row | Row[]; status?: number }
  const answer = async (
    req: IncomingMessage,
    path: string,
    format: string,
    q: URLSearchParams,
    origin: string
  ): Promise<Answer> => {
    const [resource, id] = path.split('/') as [string, string | undefined]
    if (path === 'discovery') {
      const url = has('discovery with another address in XML') && format === 'xml' ? `${origin}/elsewhere` : `${origin}/v2`
      const formats = has('discovery without XML format') ? ['application/json'] : ['text/xml', 'application/json']
      const endpoint = { specification: 'http://wiki.open311.org/GeoReport_v2', url, changeset: day(1), type: 'test', formats }
      return { root: 'discovery', body: { changeset: day(1), contact: '', key_service: '', endpoints: [endpoint] } }
    }
    if (resource === 'services' && id === undefined) {
      const rows: Row[] = SERVICES.map((s) => ({
        ...s,
        ...(has('metadata as text in JSON') && { metadata: String(s.metadata) })
      }))
      if (has('a service without metadata')) delete rows[0]!.metadata
      return {
        root: 'services',
        item: 'service',
        body: has('other services in JSON') && format === 'json' ? rows.slice(1) : rows
      }
    }
    if (resource === 'services') {
      if (id !== 'lamp' && !has('unknown service answered with 200')) throw new Refused(404, 'service_code was not found')
      const values = has('a list without values') ? [] : [{ key: 'dark', name: 'Dark' }]
      return { root: 'service_definition', body: { service_code: id, attributes: [{ ...ATTRIBUTE, values }] } }
    }
    const wrapper = { root: 'service_requests', item: 'request' }
    if (resource === 'requests' && req.method === 'POST') return { ...wrapper, body: [await file(req)], status: 201 }
    if (resource === 'requests' && id === undefined) return { ...wrapper, body: listed(q) }
    const found = resource === 'requests' ? requests.filter((r) => r.service_request_id === id) : []
    const lenient = has(resource === 'tokens' ? 'unknown token answered empty' : 'unknown request answered empty')
    if (found.length === 0 && !lenient) throw new Refused(404, 'not found')
    return has('single request without a list') && found[0] ? { root: 'request', body: found[0] } : { ...wrapper, body: found }
  }

  const write = ({ root, item, body }: Answer, format: string): string => {
    if (format === 'json')
      return JSON.stringify(has('JSON with a wrapper') && root === 'service_requests' ? { [root]: body } : body)
    const declared = has('no XML declaration') ? '' : '<?xml version="1.0" encoding="utf-8"?>'
    const inside = Array.isArray(body)
      ? `<${root}>${body.map((row) => toXml(row, item ?? root)).join('')}</${root}>`
      : toXml(body, root)
    return declared + (has('XML that is not well-formed') ? inside.replaceAll('&amp;', '&').replaceAll('&lt;', '<') : inside)
  }

  const server: Server = createServer((req, reply) => {
    const origin = `http://${req.headers.host}`
    const url = new URL(req.url ?? '/', origin)
    const [, path = '', format = 'xml'] = /^\/(?:v2\/)?(.*)\.(xml|json)$/.exec(url.pathname) ?? []
    const send = (status: number, type: string, body: string) =>
      reply.writeHead(status, { 'content-type': has('no charset') ? type : `${type}; charset=utf-8` }).end(body)
    const type = format === 'json' ? 'application/json' : has('XML sent as text/html') ? 'text/html' : 'text/xml'
    answer(req, path, format, url.searchParams, origin).then(
      (a) => send(a.status ?? 200, type, write(a, format)),
      (error: Refused) => {
        if (has('errors as plain text')) return send(error.status, 'text/plain', error.message)
        const fault = { code: error.status, ...(!has('errors without description') && { description: error.message }) }
        return send(error.status, type, write({ root: 'errors', item: 'error', body: [fault] }, format))
      }
    )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      })
  }
}

/** What becomes of UTF-8 when every escaped byte is taken for a letter of its own. */
const latin1 = (body: string): string =>
  body.replace(/%([89A-F][0-9A-F])/gi, (_, hex: string) => encodeURIComponent(String.fromCharCode(Number.parseInt(hex, 16))))
