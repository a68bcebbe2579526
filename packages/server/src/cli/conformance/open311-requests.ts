import { type Check, children, demand, demandStatus, demandType, need, type Row, rowsOf, textOf, xmlOf } from './kit.ts'
import { ask, demandErrors, type Format, GEOREPORT, needJson, type Server, W3C } from './open311.ts'

const DAY_MS = 86_400_000
const FIELDS = [
  'service_request_id',
  'status',
  'status_notes',
  'service_name',
  'service_code',
  'description',
  'requested_datetime',
  'updated_datetime',
  'address',
  'lat',
  'long',
  'media_url'
]
/** What may be sent with a report and must not come back to everybody. */
const PERSONAL = ['email', 'phone', 'first_name', 'last_name', 'device_id', 'api_key']

/** Requests as rows of text, from either format. */
export async function requestsOf(
  server: Server,
  query: Record<string, string>,
  path = 'requests',
  format: Format = 'xml'
): Promise<Row[]> {
  const reply = await ask(server, path, format, query)
  demandStatus(reply, [200])
  demandType(reply, format)
  if (format === 'json') return rowsOf(reply)
  return children(xmlOf(reply, 'service_requests'), 'request').map((r) =>
    Object.fromEntries([...FIELDS, ...PERSONAL].map((name) => [name, textOf(r, name)]).filter(([, v]) => v !== undefined))
  )
}
const idOf = (row: Row): string => String(row.service_request_id ?? '')
const timeOf = (row: Row): number => Date.parse(String(row.requested_datetime))
const someRequest = (server: Server): Row => {
  const row = server.requests.find((r) => idOf(r) !== '')
  need(row !== undefined, 'the server has no requests to ask for')
  return row
}

/** One request, field by field. */
export function checkRequest(row: Row): void {
  const id = idOf(row)
  demand(id !== '' || !!row.token, 'a request has neither service_request_id nor token')
  demand(row.status === 'open' || row.status === 'closed', `request ${id} has the status "${String(row.status)}"`)
  demand(!!row.service_code, `request ${id} has no service_code`)
  for (const name of ['requested_datetime', 'updated_datetime', 'expected_datetime']) {
    const value = row[name]
    if (value === undefined || value === null || value === '')
      demand(name !== 'requested_datetime', `request ${id} has no requested_datetime`)
    else demand(W3C.test(String(value)), `${name} of request ${id} is "${String(value)}": no W3C date-time with time zone`)
  }
  for (const [name, limit] of [
    ['lat', 90],
    ['long', 180]
  ] as const) {
    const value = row[name]
    if (value === undefined || value === null || value === '') continue
    demand(Math.abs(Number(value)) <= limit, `${name} of request ${id} is "${String(value)}"`)
  }
  for (const name of PERSONAL) demand(!row[name], `request ${id} tells everybody its ${name}`)
}

/** Reading requests. */
export const REQUESTS: readonly Check<Server>[] = [
  {
    id: 'requests-xml',
    clause: `${GEOREPORT}: GET Service Requests`,
    title: 'requests.xml answers with sound requests of at most 90 days and 1000 rows',
    run: async (server) => {
      server.requests = await requestsOf(server, {})
      for (const row of server.requests) checkRequest(row)
      demand(server.requests.length <= 1000, `${server.requests.length} requests are more than 1000`)
      const old = server.requests.find((r) => timeOf(r) < Date.now() - 91 * DAY_MS)
      demand(old === undefined, `without dates request ${old ? idOf(old) : ''} is older than 90 days`)
    }
  },
  {
    id: 'requests-json',
    clause: `${GEOREPORT}: GET Service Requests`,
    title: 'requests.json is an array of sound requests',
    run: async (server) => {
      needJson(server)
      for (const row of await requestsOf(server, {}, 'requests', 'json')) checkRequest(row)
    }
  },
  {
    id: 'requests-status',
    clause: `${GEOREPORT}: GET Service Requests, status`,
    title: 'status=open and status=closed give only such requests, and both together both',
    run: async (server) => {
      for (const status of ['open', 'closed']) {
        const wrong = (await requestsOf(server, { status })).find((r) => r.status !== status)
        demand(
          wrong === undefined,
          `status=${status} gives request ${wrong ? idOf(wrong) : ''}, which is ${String(wrong?.status)}`
        )
      }
      const both = await requestsOf(server, { status: 'open,closed' })
      demand(both.length >= server.requests.length, 'status=open,closed gives fewer requests than no status')
    }
  },
  {
    id: 'requests-service',
    clause: `${GEOREPORT}: GET Service Requests, service_code`,
    title: 'service_code gives only requests of the services listed',
    run: async (server) => {
      const code = String(someRequest(server).service_code)
      const rows = await requestsOf(server, { service_code: code })
      demand(rows.length > 0, `service_code=${code} gives nothing, although there is such a request`)
      const wrong = rows.find((r) => r.service_code !== code)
      demand(wrong === undefined, `service_code=${code} gives a request of ${String(wrong?.service_code)}`)
    }
  },
  {
    id: 'requests-dates',
    clause: `${GEOREPORT}: GET Service Requests, start_date and end_date`,
    title: 'start_date and end_date bound requested_datetime',
    run: async (server) => {
      const at = timeOf(someRequest(server))
      const [from, to] = [at - 60_000, at + 60_000]
      const rows = await requestsOf(server, { start_date: new Date(from).toISOString(), end_date: new Date(to).toISOString() })
      demand(rows.length > 0, 'the minute around a request is empty')
      const wrong = rows.find((r) => timeOf(r) < from - 1000 || timeOf(r) > to + 1000)
      demand(
        wrong === undefined,
        `request ${wrong ? idOf(wrong) : ''} of ${String(wrong?.requested_datetime)} lies outside the dates asked for`
      )
    }
  },
  {
    id: 'requests-span',
    clause: `${GEOREPORT}: GET Service Requests, start_date and end_date`,
    title: 'a span of more than 90 days is refused, or cut to 90 days',
    run: async (server) => {
      const end = new Date()
      const query = { start_date: new Date(end.getTime() - 200 * DAY_MS).toISOString(), end_date: end.toISOString() }
      const reply = await ask(server, 'requests', 'xml', query)
      if (reply.status !== 200) return demandErrors(reply, 'xml', [400])
      const times = (await requestsOf(server, query)).map(timeOf)
      demand(Math.max(...times) - Math.min(...times) <= 91 * DAY_MS || times.length < 2, 'the answer spans more than 90 days')
    }
  },
  {
    id: 'requests-bad-date',
    clause: `${GEOREPORT}: Errors`,
    title: 'a date that is none is a 400 with the error document',
    run: async (server) => demandErrors(await ask(server, 'requests', 'xml', { start_date: 'yesterday' }), 'xml', [400])
  },
  {
    id: 'requests-unknown-service',
    clause: `${GEOREPORT}: Errors`,
    title: 'requests of an unknown service are a 404 with the error document',
    run: async (server) =>
      demandErrors(await ask(server, 'requests', 'xml', { service_code: 'no-such-service-code-0' }), 'xml', [404])
  },
  {
    id: 'requests-ids-override',
    clause: `${GEOREPORT}: GET Service Requests, service_request_id`,
    title: 'a list of service_request_id overrides every other argument',
    run: async (server) => {
      const ids = server.requests
        .filter((r) => idOf(r) !== '')
        .slice(0, 2)
        .map(idOf)
      need(ids.length > 0, 'the server has no requests to ask for')
      const first = server.requests.find((r) => idOf(r) === ids[0])!
      const query = {
        service_request_id: ids.join(),
        status: first.status === 'open' ? 'closed' : 'open',
        start_date: '2001-01-01T00:00:00Z',
        end_date: '2001-01-02T00:00:00Z'
      }
      const found = (await requestsOf(server, query)).map(idOf).sort()
      demand(
        found.join() === [...ids].sort().join(),
        `asked for ${ids.join()}, with other arguments beside, and got ${found.join() || 'nothing'}`
      )
    }
  },
  {
    id: 'requests-empty-arguments',
    clause: `${GEOREPORT}: optional arguments`,
    title: 'an empty optional argument counts as absent',
    run: async (server) => {
      const rows = await requestsOf(server, { service_code: '', status: '', service_request_id: '', start_date: '' })
      demand(rows.length >= server.requests.length, 'with empty arguments fewer requests are given than without')
    }
  },
  {
    id: 'request-single',
    clause: `${GEOREPORT}: GET Service Request`,
    title: 'one request is still a list of one, in both formats',
    run: async (server) => {
      const id = idOf(someRequest(server))
      for (const format of server.formats) {
        const rows = await requestsOf(server, {}, `requests/${encodeURIComponent(id)}`, format)
        demand(rows.length === 1 && idOf(rows[0]!) === id, `requests/${id}.${format} does not hold exactly request ${id}`)
        checkRequest(rows[0]!)
      }
    }
  },
  ...(['xml', 'json'] as const).map(
    (format): Check<Server> => ({
      id: `request-unknown-${format}`,
      clause: `${GEOREPORT}: Errors`,
      title: `an unknown service_request_id is a 404 with the error document (${format})`,
      run: async (server) => {
        if (format === 'json') needJson(server)
        demandErrors(await ask(server, 'requests/no-such-request-0', format), format, [404])
      }
    })
  ),
  {
    id: 'token-unknown',
    clause: `${GEOREPORT}: GET service_request_id from a token`,
    title: 'an unknown token is an error, not a request',
    run: async (server) => demandErrors(await ask(server, 'tokens/no-such-token-0', 'xml'), 'xml', [400, 404])
  }
]
