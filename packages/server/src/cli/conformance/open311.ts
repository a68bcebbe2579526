import {
  type Check,
  call,
  children,
  demand,
  demandStatus,
  demandType,
  Failure,
  jsonOf,
  need,
  type Reply,
  type Row,
  rowsOf,
  textOf,
  xmlOf
} from './kit.ts'

export interface Options {
  /** The server, its GeoReport address, or its discovery document. */
  url: string
  apiKey?: string | undefined
  serviceCode?: string | undefined
  jurisdiction?: string | undefined
  /** Where a report may lie, WGS-84; taken from a request of the server when not given. */
  place?: { lat: string; long: string } | undefined
}

export type Format = 'xml' | 'json'

/** What the checks know of the server under test. */
export interface Server {
  options: Options
  discovery: { json: string; xml: string } | undefined
  /** Address of GeoReport v2, without a slash at its end. */
  base: string
  formats: readonly Format[]
  /** What earlier checks learnt. */
  services: { code: string; metadata: boolean; type: string }[]
  requests: Row[]
}

export const GEOREPORT = 'GeoReport v2'
export const W3C = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/
const TYPES = ['realtime', 'batch', 'blackbox']
const DATATYPES = ['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist']

/** The address of a resource with its arguments. */
export function at(server: Server, path: string, format: Format, query: Record<string, string> = {}): string {
  const { jurisdiction } = server.options
  const all = { ...(jurisdiction && { jurisdiction_id: jurisdiction }), ...query }
  const text = new URLSearchParams(all).toString()
  return `${server.base}/${path}.${format}${text ? `?${text}` : ''}`
}
export const ask = (server: Server, path: string, format: Format, query?: Record<string, string>): Promise<Reply> =>
  call(at(server, path, format, query))

export function needJson(server: Server): void {
  need(server.formats.includes('json'), 'the server does not announce JSON')
}

/** A refusal: its HTTP status, and the error document in the format of the address with a code and words. */
export function demandErrors(reply: Reply, format: Format, wanted: readonly number[]): void {
  demandStatus(reply, wanted)
  demandType(reply, format)
  const faults = format === 'json' ? rowsOf(reply) : children(xmlOf(reply, 'errors'), 'error')
  demand(faults.length > 0, `${reply.url} refuses without an error in its document`)
  for (const fault of faults) {
    const code = format === 'json' ? (fault as Row).code : textOf(fault as never, 'code')
    const words = format === 'json' ? (fault as Row).description : textOf(fault as never, 'description')
    demand(/^\d+/.test(String(code ?? '')), `${reply.url} has an error without a code`)
    demand(typeof words === 'string' && words !== '', `${reply.url} has an error without a description`)
  }
}

interface Endpoint {
  specification: string
  url: string
  type: string
  changeset: string
  formats: string[]
}
const isGeoReport = (e: Endpoint): boolean => /georeport_v2/i.test(e.specification)

function endpointsOfJson(reply: Reply): Endpoint[] {
  const document = jsonOf(reply) as { endpoints?: unknown }
  demand(Array.isArray(document?.endpoints), 'the discovery document has no list "endpoints"')
  return (document.endpoints as Row[]).map((e) => ({
    specification: String(e.specification ?? ''),
    url: String(e.url ?? ''),
    type: String(e.type ?? ''),
    changeset: String(e.changeset ?? ''),
    formats: Array.isArray(e.formats) ? e.formats.map(String) : []
  }))
}

/** Find the GeoReport address behind what was given: its discovery document, or the address itself. @throws Failure */
export async function findServer(options: Options): Promise<Server> {
  const given = options.url.replace(/[?#].*$/, '').replace(/\/+$/, '')
  const roots = /discovery\.(json|xml)$/.test(given)
    ? [given.replace(/\.(json|xml)$/, '')]
    : [`${given}/discovery`, `${given}/open311/discovery`, `${given.replace(/\/v2$/, '')}/discovery`]
  const known = { options, services: [], requests: [] }
  for (const root of roots) {
    const reply = await call(`${root}.json`)
    if (reply.status !== 200) continue
    const endpoint = safely(() => endpointsOfJson(reply))?.find(isGeoReport)
    const discovery = { json: `${root}.json`, xml: `${root}.xml` }
    if (!endpoint) return { ...known, discovery, base: given, formats: ['xml', 'json'] }
    const formats: Format[] = endpoint.formats.some((f) => f.includes('json')) ? ['xml', 'json'] : ['xml']
    return { ...known, discovery, base: endpoint.url.replace(/\/+$/, ''), formats }
  }
  const direct = await call(`${given}/services.xml`)
  if (direct.status !== 200) throw new Failure(`neither a discovery document nor services.xml was found below ${given}`)
  const json = await call(`${given}/services.json`)
  return { ...known, discovery: undefined, base: given, formats: json.status === 200 ? ['xml', 'json'] : ['xml'] }
}

function safely<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

const bool = (text: unknown): boolean => text === 'true' || text === 'false'

/** Discovery, services and their definitions. */
export const READING: readonly Check<Server>[] = [
  {
    id: 'discovery-json',
    clause: 'Service Discovery',
    title: 'the discovery document names the GeoReport v2 address, its type and formats',
    run: async ({ discovery }) => {
      need(discovery !== undefined, 'no discovery document was found')
      const reply = await call(discovery.json)
      demandStatus(reply, [200])
      demandType(reply, 'json')
      const endpoint = endpointsOfJson(reply).find(isGeoReport)
      demand(endpoint !== undefined, 'no endpoint has the specification http://wiki.open311.org/GeoReport_v2')
      demand(/^https?:\/\//.test(endpoint.url), 'the endpoint has no url')
      demand(['production', 'test', 'acceptance'].includes(endpoint.type), `the type of the endpoint is "${endpoint.type}"`)
      demand(endpoint.formats.includes('text/xml'), 'the formats of the endpoint do not name text/xml, which every server has')
      demand(endpoint.changeset !== '', 'the endpoint has no changeset')
    }
  },
  {
    id: 'discovery-xml',
    clause: 'Service Discovery',
    title: 'the discovery document in XML says the same',
    run: async ({ discovery }) => {
      need(discovery !== undefined, 'no discovery document was found')
      const reply = await call(discovery.xml)
      demandStatus(reply, [200])
      demandType(reply, 'xml')
      const listed = children(children(xmlOf(reply, 'discovery'), 'endpoints')[0], 'endpoint').map((e) => textOf(e, 'url'))
      const wanted = endpointsOfJson(await call(discovery.json)).map((e) => e.url)
      demand(
        wanted.every((url) => listed.includes(url)),
        `XML lists ${listed.join(', ') || 'nothing'}, JSON ${wanted.join(', ')}`
      )
    }
  },
  {
    id: 'services-xml',
    clause: `${GEOREPORT}: GET Service List`,
    title: 'services.xml lists services with code, name, metadata and type',
    run: async (server) => {
      const reply = await ask(server, 'services', 'xml')
      demandStatus(reply, [200])
      demandType(reply, 'xml')
      const services = children(xmlOf(reply, 'services'), 'service')
      demand(services.length > 0, 'the list of services is empty')
      for (const service of services) {
        const code = textOf(service, 'service_code')
        demand(!!code, 'a service has no service_code')
        demand(!!textOf(service, 'service_name'), `service ${code} has no service_name`)
        demand(bool(textOf(service, 'metadata')), `metadata of service ${code} is neither true nor false`)
        const type = textOf(service, 'type') ?? ''
        demand(TYPES.includes(type), `type of service ${code} is "${type}"`)
        server.services.push({ code, metadata: textOf(service, 'metadata') === 'true', type })
      }
      demand(new Set(server.services.map((s) => s.code)).size === services.length, 'a service_code is listed twice')
    }
  },
  {
    id: 'services-json',
    clause: `${GEOREPORT}: GET Service List`,
    title: 'services.json is an array of the same services, metadata a truth value',
    run: async (server) => {
      needJson(server)
      const reply = await ask(server, 'services', 'json')
      demandStatus(reply, [200])
      demandType(reply, 'json')
      const rows = rowsOf(reply)
      const codes = rows.map((r) => String(r.service_code)).sort()
      demand(
        codes.join() ===
          server.services
            .map((s) => s.code)
            .sort()
            .join(),
        'XML and JSON list different services'
      )
      demand(
        rows.every((r) => typeof r.metadata === 'boolean'),
        'metadata is not a JSON truth value'
      )
    }
  },
  {
    id: 'definition-xml',
    clause: `${GEOREPORT}: GET Service Definition`,
    title: 'every service with metadata has a definition with sound attributes',
    run: async (server) => {
      const described = server.services.filter((s) => s.metadata).slice(0, 10)
      need(described.length > 0, 'no service has metadata')
      for (const { code } of described) {
        const reply = await ask(server, `services/${encodeURIComponent(code)}`, 'xml')
        demandStatus(reply, [200])
        demandType(reply, 'xml')
        const definition = xmlOf(reply, 'service_definition')
        demand(textOf(definition, 'service_code') === code, `the definition of ${code} names another service_code`)
        const attributes = children(children(definition, 'attributes')[0], 'attribute')
        demand(attributes.length > 0, `service ${code} has metadata and no attributes`)
        for (const a of attributes) checkAttribute(code, a as never)
      }
    }
  },
  {
    id: 'definition-json',
    clause: `${GEOREPORT}: GET Service Definition`,
    title: 'the definition in JSON has the same attributes, without wrappers',
    run: async (server) => {
      needJson(server)
      const code = server.services.find((s) => s.metadata)?.code
      need(code !== undefined, 'no service has metadata')
      const path = `services/${encodeURIComponent(code)}`
      const reply = await ask(server, path, 'json')
      demandStatus(reply, [200])
      demandType(reply, 'json')
      const { attributes } = jsonOf(reply) as { attributes?: unknown }
      demand(Array.isArray(attributes), 'attributes is not an array')
      const inXml = children(children(xmlOf(await ask(server, path, 'xml'), 'service_definition'), 'attributes')[0], 'attribute')
      const codes = attributes.map((a: Row) => String(a.code)).join()
      demand(codes === inXml.map((a) => textOf(a, 'code')).join(), 'XML and JSON list different attributes')
      demand(
        attributes.every((a: Row) => typeof a.required === 'boolean'),
        'required is not a JSON truth value'
      )
    }
  },
  ...(['xml', 'json'] as const).map(
    (format): Check<Server> => ({
      id: `service-unknown-${format}`,
      clause: `${GEOREPORT}: Errors`,
      title: `an unknown service is a 404 with the error document (${format})`,
      run: async (server) => {
        if (format === 'json') needJson(server)
        demandErrors(await ask(server, 'services/no-such-service-code-0', format), format, [404])
      }
    })
  )
]

function checkAttribute(service: string, attribute: Parameters<typeof textOf>[0]): void {
  const code = textOf(attribute, 'code')
  demand(!!code, `an attribute of ${service} has no code`)
  const where = `attribute ${code} of ${service}`
  const datatype = textOf(attribute, 'datatype') ?? ''
  demand(DATATYPES.includes(datatype), `${where} has the datatype "${datatype}"`)
  demand(bool(textOf(attribute, 'required')), `${where}: required is neither true nor false`)
  demand(bool(textOf(attribute, 'variable')), `${where}: variable is neither true nor false`)
  demand(/^\d+$/.test(textOf(attribute, 'order') ?? ''), `${where} has no order`)
  if (!datatype.endsWith('valuelist')) return
  const values = children(children(attribute, 'values')[0], 'value')
  demand(values.length > 0, `${where} is a list without values`)
  demand(
    values.every((v) => !!textOf(v, 'key') && !!textOf(v, 'name')),
    `${where} has a value without key or name`
  )
}
