/** GET /open311/v2/requests.json with 4,000,000 cases, each question beside the SQL it needs. */
import { listPublicCases } from '../../packages/server/src/modules/citizen/queries/open311.ts'
import type { Bed, Bench } from '../lib/bed.ts'
import { type BenchRow, quantile, round, timesOf } from '../lib/stats.ts'

const TARGET_MS = 100
const ASKED = 40
const DAY_MS = 86_400_000

interface Question {
  name: string
  /** What is asked besides the dates. */
  ask: Record<string, string>
  /** How long ago the span began and ended, days; without it the newest ninety. */
  span?: [number, number]
}

const ago = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString()

const QUESTIONS: readonly Question[] = [
  { name: 'newest 1,000 (the default page)', ask: {} },
  { name: 'newest 100', ask: { page_size: '100' } },
  { name: 'page 5 of 100', ask: { page_size: '100', page: '5' } },
  { name: 'open ones', ask: { status: 'open', page_size: '100' } },
  { name: 'closed ones', ask: { status: 'closed', page_size: '100' } },
  { name: 'a common service', ask: { service_code: 'litter', page_size: '100' } },
  { name: 'a service, closed', ask: { service_code: 'bin-full', status: 'closed', page_size: '100' } },
  { name: 'four services', ask: { service_code: 'litter,bin-full,dirty-road,dumped-goods', page_size: '100' } },
  { name: 'ninety days a year ago', ask: { page_size: '100' }, span: [340, 251] },
  { name: 'one day half a year ago', ask: { page_size: '100' }, span: [180, 179] },
  { name: 'changed in the last hour', ask: { updated_after: ago(1 / 24), page_size: '100' } },
  { name: 'changed since yesterday', ask: { updated_after: ago(0.9), page_size: '100' } },
  { name: 'changed in a week', ask: { updated_after: ago(7), page_size: '100' } },
  { name: 'extended', ask: { extensions: 'true', page_size: '100' } }
]

export async function run(bench: Bench): Promise<BenchRow[]> {
  const bed = await bench.bed('full')
  const rows: BenchRow[] = []
  for (const question of QUESTIONS) rows.push(await measure(bench, bed, question))
  rows.push(await byId(bench, bed))
  return rows
}

async function get(bed: Bed, query: Record<string, string>): Promise<unknown[]> {
  const res = await fetch(`${bed.product.url}/open311/v2/requests.json?${new URLSearchParams(query)}`)
  if (!res.ok) throw new Error(`${JSON.stringify(query)} answered ${res.status}: ${await res.text()}`)
  return (await res.json()) as unknown[]
}

async function measure(bench: Bench, bed: Bed, { name, ask, span }: Question): Promise<BenchRow> {
  const query = { ...ask, ...(span && { start_date: ago(span[0]), end_date: ago(span[1]) }) }
  const found = await get(bed, query)
  const ours = await timesOf(() => get(bed, query), ASKED)
  const services = ask.service_code === undefined
  const size = Number(ask.page_size ?? 1000)
  // The bare reading of as many rows as the answer has, by the driver; what is asked for by class is compared with its own page only.
  const raw = services
    ? await timesOf(
        () =>
          listPublicCases(
            bed.db,
            {
              services: undefined,
              open: ask.status === undefined ? undefined : ask.status === 'open',
              updated: { after: ask.updated_after ? new Date(ask.updated_after) : undefined, before: undefined },
              from: new Date(query.start_date ?? ago(90)),
              to: new Date(query.end_date ?? Date.now()),
              offset: (Number(ask.page ?? 1) - 1) * size,
              size
            },
            undefined,
            []
          ),
        ASKED
      )
    : null
  return row(bench, name, ours, raw, `${found.length} requests`)
}

/** The state of thirty requests at once, as a partner asks that looks after its own. */
async function byId(bench: Bench, bed: Bed): Promise<BenchRow> {
  const some = (await get(bed, { page_size: '30', start_date: ago(200), end_date: ago(199) })) as { service_request_id: string }[]
  const ids = some.map((r) => r.service_request_id).join(',')
  const ours = await timesOf(() => get(bed, { service_request_id: ids }), ASKED)
  return row(bench, 'thirty by their numbers', ours, null, `${some.length} requests`)
}

function row(bench: Bench, name: string, ours: number[], raw: number[] | null, what: string): BenchRow {
  const p95 = quantile(ours, 0.95)
  const ratio = raw && quantile(ours, 0.5) / quantile(raw, 0.5)
  bench.say(`  ${name}: p50 ${round(quantile(ours, 0.5))}, p95 ${round(p95)} ms, ${what}`)
  return {
    suite: 'open311',
    name,
    unit: 'ms',
    ours: p95,
    limit: raw && quantile(raw, 0.95),
    ratio,
    target: 'p95 ≤ 100 ms',
    ok: p95 <= TARGET_MS,
    note: `p50 ${round(quantile(ours, 0.5), 1)} ms; ${what}; limit: its SQL by the bare driver`
  }
}
