import {
  type Check,
  call,
  children,
  demand,
  demandStatus,
  demandType,
  need,
  type Reply,
  type Row,
  rowsOf,
  textOf,
  xmlOf
} from './kit.ts'
import { ask, at, demandErrors, type Format, GEOREPORT, needJson, type Server } from './open311.ts'
import { checkRequest, requestsOf } from './open311-requests.ts'

const WORDS = 'Conformance check 符合性检查 <&> "é" 😀'

type Fields = Record<string, string>

function post(server: Server, format: Format, fields: Fields): Promise<Reply> {
  const { jurisdiction } = server.options
  const body = new URLSearchParams({ ...(jurisdiction && { jurisdiction_id: jurisdiction }), ...fields })
  const url = at(server, 'requests', format).replace(/\?.*$/, '')
  return call(url, {
    method: 'POST',
    body: body.toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
  })
}

/** A report the server should take; the checks leave parts of it out. */
async function report(server: Server): Promise<Fields & { service_code: string }> {
  const { apiKey, serviceCode, place } = server.options
  need(apiKey !== undefined, 'needs --api-key')
  const service =
    server.services.find((s) => (serviceCode ? s.code === serviceCode : s.type === 'realtime' && !s.metadata)) ??
    (serviceCode ? undefined : server.services.find((s) => s.type === 'realtime'))
  need(
    service !== undefined,
    serviceCode ? `there is no service ${serviceCode}` : 'no service of type realtime; choose one with --service-code'
  )
  const somewhere = place ?? placeOf(server.requests.find((r) => Number(r.lat) && Number(r.long)))
  need(somewhere !== undefined, 'needs a place: --place LAT,LONG')
  const attributes = service.metadata ? await requiredAttributes(server, service.code) : {}
  return { api_key: apiKey, service_code: service.code, ...somewhere, description: WORDS, ...attributes }
}
const placeOf = (row: Row | undefined) => row && { lat: String(row.lat), long: String(row.long) }

/** A value for each attribute the service demands: the first of a list, or something of its datatype. */
async function requiredAttributes(server: Server, code: string): Promise<Fields> {
  const definition = xmlOf(await ask(server, `services/${encodeURIComponent(code)}`, 'xml'), 'service_definition')
  const demanded = children(children(definition, 'attributes')[0], 'attribute').filter((a) => textOf(a, 'required') === 'true')
  return Object.fromEntries(
    demanded.map((a) => {
      const datatype = textOf(a, 'datatype') ?? 'string'
      const listed = textOf(children(children(a, 'values')[0], 'value')[0], 'key')
      const value = listed ?? (datatype === 'number' ? '1' : datatype === 'datetime' ? new Date().toISOString() : 'x')
      return [`attribute[${textOf(a, 'code')}]${datatype === 'multivaluelist' ? '[]' : ''}`, value]
    })
  )
}

const without = (fields: Fields, ...names: string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([k]) => !names.includes(k)))

/** A refusal in each format the server has. */
async function refused(server: Server, fields: Fields, wanted: readonly number[]): Promise<void> {
  for (const format of server.formats) demandErrors(await post(server, format, fields), format, wanted)
}

const keyless = (fields: Fields): Fields => ({ service_code: 'x', lat: '0', long: '0', description: WORDS, ...fields })

function filed(reply: Reply, format: Format): Row {
  demandStatus(reply, [200, 201])
  demandType(reply, format)
  const rows =
    format === 'json'
      ? rowsOf(reply)
      : children(xmlOf(reply, 'service_requests'), 'request').map((r) => ({
          service_request_id: textOf(r, 'service_request_id'),
          token: textOf(r, 'token')
        }))
  demand(rows.length === 1, `a report is answered with ${rows.length} requests`)
  const { service_request_id: id, token } = rows[0] as Row
  demand(!(id && token), 'a report is answered with both service_request_id and token')
  return rows[0]!
}

async function numberOf(server: Server, row: Row): Promise<string> {
  if (row.service_request_id) return String(row.service_request_id)
  need(!!row.token, 'the service gives neither a number nor a token')
  const [found] = await requestsOf(server, {}, `tokens/${encodeURIComponent(String(row.token))}`)
  need(!!found?.service_request_id, 'the token has no number yet')
  return String(found.service_request_id)
}

/** Filing reports, and what must be refused. Whatever is filed says that it is a check. */
export const WRITING: readonly Check<Server>[] = [
  {
    id: 'post-no-key',
    clause: `${GEOREPORT}: POST Service Request, api_key`,
    title: 'a report without api_key is a 403 with the error document',
    run: (server) => refused(server, keyless({}), [403])
  },
  {
    id: 'post-wrong-key',
    clause: `${GEOREPORT}: POST Service Request, api_key`,
    title: 'a report with a wrong api_key is a 403 with the error document',
    run: (server) => refused(server, keyless({ api_key: 'no-such-key-0' }), [403])
  },
  {
    id: 'post-no-service',
    clause: `${GEOREPORT}: POST Service Request, service_code`,
    title: 'a report without service_code is a 400',
    run: async (server) => refused(server, without(await report(server), 'service_code'), [400])
  },
  {
    id: 'post-unknown-service',
    clause: `${GEOREPORT}: POST Service Request, service_code`,
    title: 'a report for an unknown service_code is a 404',
    run: async (server) => refused(server, { ...(await report(server)), service_code: 'no-such-service-code-0' }, [404])
  },
  {
    id: 'post-no-place',
    clause: `${GEOREPORT}: POST Service Request, lat & long`,
    title: 'a report without a place is a 400',
    run: async (server) => refused(server, without(await report(server), 'lat', 'long'), [400])
  },
  {
    id: 'post-half-place',
    clause: `${GEOREPORT}: POST Service Request, lat & long`,
    title: 'lat without long is a 400',
    run: async (server) => refused(server, without(await report(server), 'long'), [400])
  },
  {
    id: 'post-required-attribute',
    clause: `${GEOREPORT}: POST Service Request, attribute`,
    title: 'a report without a required attribute is a 400',
    run: async (server) => {
      const fields = await report(server)
      for (const { code } of server.services.filter((s) => s.metadata).slice(0, 60)) {
        const demanded = await requiredAttributes(server, code)
        if (Object.keys(demanded).length === 0) continue
        const bare = Object.fromEntries(Object.entries(fields).filter(([k]) => !k.startsWith('attribute[')))
        return refused(server, { ...bare, service_code: code }, [400])
      }
      need(false, 'no service demands an attribute')
    }
  },
  {
    id: 'post-then-get',
    clause: `${GEOREPORT}: POST Service Request; GET Service Request`,
    title: 'a report is answered with a number or a token, and can be read back as it was sent',
    run: async (server) => {
      const fields = await report(server)
      const id = await numberOf(server, filed(await post(server, 'xml', fields), 'xml'))
      const [row] = await requestsOf(server, {}, `requests/${encodeURIComponent(id)}`)
      demand(row !== undefined, `request ${id} was filed and cannot be read`)
      checkRequest(row)
      demand(
        row.service_code === fields.service_code,
        `request ${id} was filed for ${fields.service_code} and is shown under ${String(row.service_code)}`
      )
      demand(row.description === WORDS, `the description of request ${id} came back as "${String(row.description)}"`)
      demand(row.status === 'open', `request ${id} is ${String(row.status)} as soon as it was filed`)
      for (const name of ['lat', 'long'])
        demand(
          Math.abs(Number(row[name]) - Number(fields[name])) < 0.02,
          `${name} of request ${id} was ${fields[name]} and came back as ${String(row[name])}`
        )
      const off = Math.abs(Date.now() - Date.parse(String(row.requested_datetime)))
      demand(off < 3_600_000, `requested_datetime of request ${id} is ${Math.round(off / 60_000)} minutes away from now`)
    }
  },
  {
    id: 'post-then-list',
    clause: `${GEOREPORT}: GET Service Requests`,
    title: 'a new report stands in the list of its service (JSON)',
    run: async (server) => {
      needJson(server)
      const fields = await report(server)
      const id = await numberOf(server, filed(await post(server, 'json', fields), 'json'))
      const query = { service_code: fields.service_code, start_date: new Date(Date.now() - 3_600_000).toISOString() }
      const rows = await requestsOf(server, query, 'requests', 'json')
      demand(
        rows.some((r) => String(r.service_request_id) === id),
        `request ${id} is not in the list of ${fields.service_code}`
      )
    }
  }
]
