import { type Check, demand, type Row } from './kit.ts'
import { ask, made, object, REQ, type StaServer, set } from './sensorthings.ts'

const results = (rows: readonly Row[]): unknown[] => rows.map((r) => r.result)
const same = (a: readonly unknown[], b: readonly unknown[]): boolean => JSON.stringify(a) === JSON.stringify(b)
function demandSame(found: readonly unknown[], wanted: readonly unknown[], what: string): void {
  demand(
    same(found, wanted),
    `${what}: ${JSON.stringify(found).slice(0, 120)} instead of ${JSON.stringify(wanted).slice(0, 120)}`
  )
}

/** Filters of the Observations that were made (results 1 to 8), and what they must find. */
const OBSERVATION_FILTERS: readonly [
  filter: string,
  wanted: readonly number[],
  clause: 'built-in-filter-operations' | 'built-in-query-functions'
][] = [
  ['result eq 3', [3], 'built-in-filter-operations'],
  ['result ne 3', [1, 2, 4, 5, 6, 7, 8], 'built-in-filter-operations'],
  ['result gt 6', [7, 8], 'built-in-filter-operations'],
  ['result ge 6', [6, 7, 8], 'built-in-filter-operations'],
  ['result lt 3', [1, 2], 'built-in-filter-operations'],
  ['result le 3', [1, 2, 3], 'built-in-filter-operations'],
  ['result gt 2 and result lt 5', [3, 4], 'built-in-filter-operations'],
  ['result lt 2 or result gt 7', [1, 8], 'built-in-filter-operations'],
  ['not (result lt 7)', [7, 8], 'built-in-filter-operations'],
  ['(result lt 3 or result gt 7) and result ne 1', [2, 8], 'built-in-filter-operations'],
  ['result add 1 eq 5', [4], 'built-in-filter-operations'],
  ['result sub 1 eq 5', [6], 'built-in-filter-operations'],
  ['result mul 2 eq 10', [5], 'built-in-filter-operations'],
  ['result div 2 eq 4', [8], 'built-in-filter-operations'],
  ['result mod 4 eq 0', [4, 8], 'built-in-filter-operations'],
  ['round(result div 4) eq 2', [6, 7, 8], 'built-in-query-functions'],
  ['floor(result div 4) eq 1', [4, 5, 6, 7], 'built-in-query-functions'],
  ['ceiling(result div 4) eq 1', [1, 2, 3, 4], 'built-in-query-functions'],
  ['minute(phenomenonTime) eq 3', [4], 'built-in-query-functions'],
  ['phenomenonTime lt now() and result gt 7', [8], 'built-in-query-functions']
]

/** Filters of the Thing that was made, true and false; `{m}` is its mark. */
const THING_FILTERS: readonly [filter: string, holds: boolean][] = [
  ["name eq 'Check {m}'", true],
  ["name eq 'check {m}'", false],
  ["substringof('heck {m}', name)", true],
  ["startswith(name, 'Check')", true],
  ["startswith(name, 'heck')", false],
  ["endswith(name, '{m}')", true],
  ['length(name) gt 100', false],
  ["indexof(name, 'heck') eq 1", true],
  ["substring(name, 6) eq '{m}'", true],
  ["tolower(name) eq tolower('CHECK {m}')", true],
  ["toupper(name) eq toupper('check {m}')", true],
  ["trim(concat(name, ' ')) eq 'Check {m}'", true],
  ["properties/mark eq '{m}'", true],
  ['properties/number gt 41', true],
  ['properties/number gt 42', false],
  ['properties/nothing eq 1', false],
  ["Datastreams/name eq 'Stream {m}'", true],
  ["Datastreams/ObservedProperty/name eq 'Property {m}'", true],
  ['Datastreams/Observations/result gt 7', true],
  ['Datastreams/Observations/result gt 8', false],
  ["st_within(Locations/location, geography'POLYGON((120.30 36.05,120.33 36.05,120.33 36.08,120.30 36.08,120.30 36.05))')", true],
  ["st_within(Locations/location, geography'POLYGON((10 10,11 10,11 11,10 11,10 10))')", false],
  ["geo.distance(Locations/location, geography'POINT(120.3155 36.0655)') lt 0.01", true],
  ["geo.distance(Locations/location, geography'POINT(10 10)') lt 0.01", false],
  ["name eq 'O''Neill' or name eq 'Check {m}'", true]
]

/** What can be asked of a set, of entities whose answer is known. */
export const ASKING: readonly Check<StaServer>[] = [
  {
    id: 'top',
    clause: `${REQ}/request-data/top`,
    title: '$top answers no more than asked, the first ones',
    run: async (server) => {
      const { stream } = made(server)
      const { rows } = await set(server, `Datastreams(${stream})/Observations?$top=3&$orderby=phenomenonTime asc`)
      demandSame(results(rows), [1, 2, 3], '$top=3')
      demandSame(results((await set(server, `Datastreams(${stream})/Observations?$top=0`)).rows), [], '$top=0')
    }
  },
  {
    id: 'skip',
    clause: `${REQ}/request-data/skip`,
    title: '$skip leaves out the first ones',
    run: async (server) => {
      const { stream } = made(server)
      const { rows } = await set(server, `Datastreams(${stream})/Observations?$skip=5&$orderby=phenomenonTime asc`)
      demandSame(results(rows), [6, 7, 8], '$skip=5')
    }
  },
  {
    id: 'count',
    clause: `${REQ}/request-data/count`,
    title: '$count tells how many there are, whatever the page; without it nothing is told',
    run: async (server) => {
      const at = `Datastreams(${made(server).stream})/Observations`
      const { page } = await set(server, `${at}?$count=true&$top=2`)
      demand(page['@iot.count'] === 8, `@iot.count is ${JSON.stringify(page['@iot.count'])} of 8`)
      const filtered = await set(server, `${at}?$count=true&$top=1&$filter=result gt 5`)
      demand(
        filtered.page['@iot.count'] === 3,
        `@iot.count is ${JSON.stringify(filtered.page['@iot.count'])} of 3 that are found`
      )
      demand((await set(server, `${at}?$count=false`)).page['@iot.count'] === undefined, '$count=false tells a count')
    }
  },
  {
    id: 'orderby',
    clause: `${REQ}/request-data/orderby`,
    title: '$orderby sorts both ways',
    run: async (server) => {
      const at = `Datastreams(${made(server).stream})/Observations`
      demandSame(results((await set(server, `${at}?$orderby=result desc`)).rows), [8, 7, 6, 5, 4, 3, 2, 1], 'result desc')
      demandSame(results((await set(server, `${at}?$orderby=result`)).rows), [1, 2, 3, 4, 5, 6, 7, 8], 'result')
      demandSame(results((await set(server, `${at}?$orderby=phenomenonTime desc&$top=1`)).rows), [8], 'the latest')
    }
  },
  {
    id: 'order',
    clause: `${REQ}/request-data/order`,
    title: 'first $filter, then $orderby, $skip, $top',
    run: async (server) => {
      const { rows } = await set(
        server,
        `Datastreams(${made(server).stream})/Observations?$top=2&$skip=1&$orderby=result desc&$filter=result lt 6`
      )
      demandSame(results(rows), [4, 3], '$filter, $orderby, $skip and $top together')
    }
  },
  {
    id: 'pagination',
    clause: `${REQ}/request-data/pagination`,
    title: '@iot.nextLink leads through everything once, and ends',
    run: async (server) => {
      const found: unknown[] = []
      let next: string | undefined = `Datastreams(${made(server).stream})/Observations?$top=3&$orderby=phenomenonTime asc`
      for (let n = 0; next !== undefined && n < 10; n += 1) {
        const { rows, page }: { rows: Row[]; page: Row } = await set(server, next)
        found.push(...results(rows))
        next = page['@iot.nextLink'] as string | undefined
      }
      demandSame(found, [1, 2, 3, 4, 5, 6, 7, 8], 'all pages')
    }
  },
  {
    id: 'select',
    clause: `${REQ}/request-data/select`,
    title: '$select answers what is named and no more',
    run: async (server) => {
      const row = await object(server, `Things(${made(server).thing})?$select=name,@iot.id`)
      demandSame(Object.keys(row).sort(), ['@iot.id', 'name'], '$select=name,@iot.id')
    }
  },
  {
    id: 'expand',
    clause: `${REQ}/request-data/expand`,
    title: '$expand puts linked entities inside, several and below each other',
    run: async (server) => {
      const { thing, property } = made(server)
      const row = await object(server, `Things(${thing})?$expand=Datastreams($expand=ObservedProperty),Locations`)
      const [stream] = (row.Datastreams ?? []) as Row[]
      demand(stream !== undefined, 'Datastreams are not expanded')
      demand(Array.isArray(row.Locations) && row.Locations.length === 1, 'Locations are not expanded')
      const inner = stream.ObservedProperty as Row | undefined
      demand(
        inner !== undefined && String(inner['@iot.id']) === property,
        'ObservedProperty is not expanded inside of Datastreams'
      )
    }
  },
  {
    id: 'expand-options',
    clause: `${REQ}/request-data/expand`,
    title: 'options inside of $expand are for what is expanded',
    run: async (server) => {
      const row = await object(
        server,
        `Datastreams(${made(server).stream})?$expand=Observations($filter=result gt 2;$orderby=result desc;$top=2;$select=result;$count=true)`
      )
      const rows = (row.Observations ?? []) as Row[]
      demandSame(rows, [{ result: 8 }, { result: 7 }], 'expanded Observations')
      demand(
        row['Observations@iot.count'] === 6,
        `Observations@iot.count is ${JSON.stringify(row['Observations@iot.count'])} of 6`
      )
    }
  },
  {
    id: 'filter-nested',
    clause: `${REQ}/request-data/filter`,
    title: 'a filter counts on nested addresses too',
    run: async (server) => {
      const { thing, mark } = { ...made(server), mark: server.mark }
      demand(
        (await set(server, `Things(${thing})/Datastreams?$filter=name eq 'Stream ${mark}'`)).rows.length === 1,
        'the Datastream is not found by its name'
      )
      demand(
        (await set(server, `Things(${thing})/Datastreams?$filter=name eq 'another'`)).rows.length === 0,
        'another name finds the Datastream'
      )
    }
  },
  {
    id: 'filter-observations',
    clause: `${REQ}/request-data/built-in-filter-operations`,
    title: 'operators compare, join and reckon as they should',
    run: (server) => filterObservations(server, 'built-in-filter-operations')
  },
  {
    id: 'filter-functions',
    clause: `${REQ}/request-data/built-in-query-functions`,
    title: 'functions of numbers and times answer as they should',
    run: (server) => filterObservations(server, 'built-in-query-functions')
  },
  {
    id: 'filter-things',
    clause: `${REQ}/request-data/built-in-query-functions`,
    title: 'functions of texts and places, links and properties in filters',
    run: async (server) => {
      const { thing } = made(server)
      for (const [pattern, holds] of THING_FILTERS) {
        const filter = pattern.replaceAll('{m}', server.mark)
        const { rows } = await set(server, `Things?$filter=properties/mark eq '${server.mark}' and (${filter})`)
        const found = rows.some((r) => String(r['@iot.id']) === thing)
        demand(found === holds, `${filter} ${found ? 'finds' : 'does not find'} the Thing`)
      }
    }
  },
  {
    id: 'data-array',
    clause: `${REQ}/data-array/data-array`,
    title: '$resultFormat=dataArray answers components and arrays',
    run: async (server) => {
      const { rows } = await set(
        server,
        `Datastreams(${made(server).stream})/Observations?$resultFormat=dataArray&$orderby=phenomenonTime asc`
      )
      const [group] = rows as { components?: unknown[]; dataArray?: unknown[][]; 'dataArray@iot.count'?: unknown }[]
      const at = group?.components?.indexOf('result') ?? -1
      demand(at >= 0 && Array.isArray(group?.dataArray), 'there are no components and dataArray')
      demandSame(
        group.dataArray.map((r) => r[at]),
        [1, 2, 3, 4, 5, 6, 7, 8],
        'results'
      )
      demand(group['dataArray@iot.count'] === 8, 'dataArray@iot.count is wrong')
    }
  },
  {
    id: 'batch',
    clause: `${REQ}/batch-request/batch-request`,
    title: 'a batch is answered request by request, each with its status',
    run: async (server) => {
      const { thing } = made(server)
      const requests = [
        { id: 'a', method: 'get', url: `Things(${thing})?$select=name` },
        { id: 'b', method: 'get', url: 'Things(999999999)' }
      ]
      const reply = await ask(server, '$batch', { method: 'POST', body: { requests } })
      demand(reply.status === 200, `$batch answered ${reply.status}`)
      const { responses } = JSON.parse(reply.text) as { responses?: { id: string; status: number; body?: Row }[] }
      const [a, b] = ['a', 'b'].map((id) => responses?.find((r) => r.id === id))
      demand(a?.status === 200 && a.body?.name === `Check ${server.mark}`, 'the first request is not answered with its Thing')
      demand(b?.status === 404, `the second request has status ${String(b?.status)} instead of 404`)
    }
  }
]

async function filterObservations(server: StaServer, clause: string): Promise<void> {
  const at = `Datastreams(${made(server).stream})/Observations?$orderby=phenomenonTime asc&$filter=`
  for (const [filter, wanted, of] of OBSERVATION_FILTERS)
    if (of === clause) demandSame(results((await set(server, at + filter)).rows), wanted, filter)
}
