/** The same data through the running product: the town's network by its import into the pack's page, a winter of a station by its gateway into the dry run. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { RuleDryRunView } from '../../../packages/contract/src/alarms/index.ts'
import type { BatchView } from '../../../packages/contract/src/registry/index.ts'
import type { PackPage, TopologyData } from '../../../packages/contract/src/scenarios/index.ts'
import type { Bench } from '../../lib/bed.ts'
import { scratch } from '../../lib/machine.ts'
import { type Product, type Session, startProduct } from '../../lib/product.ts'
import { packOf, replay } from '../../lib/replay.ts'
import { type BenchRow, round, sleep } from '../../lib/stats.ts'
import map from './heating.json' with { type: 'json' }
import { readStations, seasonOf } from './heating-series.ts'
import { rowOf } from './row.ts'
import { featuresOf, NETWORK } from './water-net.ts'

/** From the town to open land of the demonstration city: the codes of its registers need a county. */
const SHIFT = [120.5 - 18.86, 36.87 + 33.945] as const
/** Winter that is sent. */
const WINTER = 2022

const HOUR = 3_600_000
const DAY = 24 * HOUR

type Call = <T>(method: string, path: string, body?: unknown) => Promise<T>

export async function throughProduct(bench: Bench, root: string): Promise<BenchRow[]> {
  const dataDir = scratch('chengyun-bench-real-')
  bench.say('  product: setting a city up')
  const product = await startProduct({ dataDir, env: { CHENGYUN_STREAM_RAW_DAYS: '36525' } })
  try {
    const admin = await product.signIn('dataadmin')
    const call = caller(product, admin)
    const rows = [await unseen(product, call), ...(await network(bench, root, product, admin, call))]
    return existsSync(join(root, map.folder)) ? [...rows, await winter(bench, root, call)] : rows
  } finally {
    await product.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const caller =
  (product: Product, who: Session): Call =>
  async <T>(method: string, path: string, body?: unknown) => {
    const { 'content-type': type, ...rest } = who.headers
    const headers = body === undefined ? rest : { ...rest, 'content-type': type! }
    const res = await fetch(product.url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
    const text = await res.text()
    if (!res.ok) throw new Error(`${method} ${path}: ${res.status} ${text.slice(0, 400)}`)
    return JSON.parse(text || 'null') as T
  }

const FILES = [
  {
    register: 'water-pipe',
    file: 'pipelines_exported',
    columns: { material: 'attr.material', diameter_mm: 'attr.diameterMm', length_m: 'attr.lengthM' },
    defaults: { name: 'pipe' }
  },
  // The file knows neither customers nor set pressures: they are said to be 0 customers and 0.4 MPa.
  { register: 'metered-area', file: 'suburbs', columns: { SUBURB: 'name' }, defaults: { 'attr.customers': '0' } },
  { register: 'pump-house', file: 'pump_stations', columns: { name: 'name' }, defaults: { 'attr.setMpa': '0.4' } }
] as const

async function network(bench: Bench, root: string, product: Product, admin: Session, call: Call): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const { register, file, columns, defaults } of FILES) {
    const began = performance.now()
    const made = await call<BatchView>('POST', '/api/registry/batches', { type: register, kind: 'import', name: NETWORK })
    const form = new FormData()
    form.append('file', new Blob([moved(root, file)]), `${file}.geojson`)
    const { 'content-type': _json, ...headers } = admin.headers
    const sent = await fetch(`${product.url}/api/registry/batches/${made.id}/files`, { method: 'POST', headers, body: form })
    const opened = (await sent.json()) as BatchView
    if (!sent.ok) throw new Error(JSON.stringify(opened))
    const said = columns as Readonly<Record<string, string>>
    await call('PUT', `/api/registry/batches/${made.id}/files/1`, {
      mapping: { columns: opened.files[0]!.columns.map((column) => ({ column, to: said[column] ?? '-' })), defaults }
    })
    const checked = await through(call, made.id, 'check')
    const done = await through(call, made.id, 'publish', {})
    const t = checked.totals
    const why = checked.rejectsBy.map((r) => `${r.rows} ${r.name.en}`).join(', ')
    rows.push(
      rowOf(
        `water, the network by the product’s import: ${register}`,
        t.accepted,
        '',
        `${t.accepted} of ${t.read} features taken, ${done.state} after ${round((performance.now() - began) / 1000, 1)} s${why && `; refused: ${why}`}`,
        'all with a geometry',
        done.state === 'published'
      )
    )
    bench.say(`  product: ${rows.at(-1)!.note}`)
  }
  return [...rows, await topology(call)]
}

async function through(call: Call, id: string, act: 'check' | 'publish', body?: object): Promise<BatchView> {
  await call('POST', `/api/registry/batches/${id}/${act}`, body)
  for (let i = 0; i < 1200; i++) {
    const now = await call<BatchView>('GET', `/api/registry/batches/${id}`)
    if (now.progress === null) {
      if (now.error) throw new Error(JSON.stringify(now.error))
      return now
    }
    await sleep(100)
  }
  throw new Error('the batch does not come to an end')
}

/** A file of the network at its new place; outlines become the point in their middle, because a metered area is one. */
function moved(root: string, file: string): string {
  const shift = (c: unknown): unknown =>
    Array.isArray(c) && typeof c[0] === 'number'
      ? [Number(c[0]) + SHIFT[0], Number(c[1]) + SHIFT[1]]
      : (c as unknown[]).map(shift)
  const features = featuresOf(root, file).map((f) => {
    if (file !== 'suburbs')
      return { ...f, type: 'Feature', geometry: { ...f.geometry, coordinates: shift(f.geometry.coordinates) } }
    const ring = f.geometry.coordinates as [number, number][]
    const middle = [0, 1].map((k) => ring.reduce((sum, p) => sum + p[k]!, 0) / ring.length)
    return { ...f, type: 'Feature', geometry: { type: 'Point', coordinates: shift(middle) } }
  })
  return JSON.stringify({ type: 'FeatureCollection', features })
}

/** The pipe diagram of the pack's page: what of the imported network it draws, and how fast. */
async function topology(call: Call): Promise<BenchRow> {
  const page = await call<PackPage>('GET', '/api/scenarios/water/pages/main')
  const n = page.widgets.findIndex((w) => w.type === 'topology')
  const began = performance.now()
  const data = await call<TopologyData>('GET', `/api/scenarios/water/pages/main/widgets/${n}`)
  const ms = performance.now() - began
  const here = (path: readonly number[] | undefined): boolean =>
    path !== undefined && Math.abs(path[0]! - 120.5) < 0.1 && Math.abs(path[1]! - 36.87) < 0.1
  const edges = (data.net?.edges ?? []).filter((e) => here(e.path))
  const met = edges.filter((e) => e.from >= 0 || e.to >= 0).length
  return rowOf(
    'water, pipe diagram of the pack’s page: imported pipes drawn',
    edges.length,
    '',
    `${data.net?.edges.length ?? 0} lines and ${data.net?.codes.length ?? 0} nodes in ${round(ms, 0)} ms; ${met} imported pipes end at a pump house`,
    'all imported',
    edges.length > 2000
  )
}

/** A winter of a station through the SensorThings gateway; each rule in the product's dry run and in the replay of this suite. */
async function winter(bench: Bench, root: string, call: Call): Promise<BenchRow> {
  const station = readStations(root)[0]!
  const { items } = await call<{ items: { id: number; key: string; item: { code: string } }[] }>(
    'GET',
    '/api/streams?type=heat-station&key=supplyTemp'
  )
  const code = items[0]!.item.code
  const streams = (await call<{ items: { id: number; key: string }[] }>('GET', `/api/streams?type=heat-station&item=${code}`))
    .items
  let readings = 0
  const sent: Record<string, { at: Float64Array; values: Float64Array }> = {}
  for (const [key, c] of Object.entries(station.streams)) {
    const kept = [...c.at.keys()].filter((i) => seasonOf(c.at[i]!) === WINTER)
    sent[key] = { at: Float64Array.from(kept, (i) => c.at[i]!), values: Float64Array.from(kept, (i) => c.values[i]!) }
    const id = streams.find((s) => s.key === key)!.id
    for (let i = 0; i < kept.length; i += 1000) {
      const part = kept.slice(i, i + 1000)
      await call('POST', '/sta/v1.1/CreateObservations', [
        {
          Datastream: { '@iot.id': id },
          components: ['phenomenonTime', 'result'],
          'dataArray@iot.count': part.length,
          dataArray: part.map((k) => [new Date(c.at[k]!).toISOString(), c.values[k]!])
        }
      ])
    }
    readings += kept.length
  }
  bench.say(`  product: ${readings} readings of ${station.name} sent to ${code}`)
  const pack = await packOf('heating')
  const rules = pack.rules.filter((r) => r.on.type === map.register && Object.hasOwn(sent, r.on.stream))
  const from = Math.floor(sent.supplyTemp!.at[0]!)
  const to = sent.supplyTemp!.at.at(-1)! + 1
  let [alarms, same] = [0, 0]
  const differ: string[] = []
  for (const rule of rules) {
    const mine = replay(pack, [rule], [{ name: station.name, streams: sent }], to)
    const theirs = await dryRun(call, { rule, from: new Date(from).toISOString(), to: new Date(to).toISOString(), items: [code] })
    alarms += theirs.alarms
    const wanted = new Map(mine.map((a) => [new Date(a.raised).toISOString(), a]))
    const equal = theirs.list.filter((a) => {
      const b = wanted.get(a.raisedAt)
      return (
        b &&
        b.level === a.level &&
        (b.cleared === null ? a.clearedAt === null : new Date(b.cleared).toISOString() === a.clearedAt)
      )
    }).length
    same += equal
    if (theirs.alarms !== mine.length || equal !== theirs.list.length)
      differ.push(`${rule.key} ${theirs.alarms} and ${mine.length}`)
  }
  return rowOf(
    'heating, dry run of the product = replay of this suite',
    same,
    '',
    `${alarms} alarms of ${rules.length} rules over ${readings} readings of ${station.name}, winter ${WINTER}/${WINTER + 1}${differ.length > 0 ? `; different: ${differ.join(', ')}` : '; each at the same instants and level'}`,
    'the same alarms',
    differ.length === 0
  )
}

/** A meter of a lone elder with readings that cannot be mistaken: who finds one of them, wherever the product answers with streams, observations or alarms? */
async function unseen(product: Product, call: Call): Promise<BenchRow> {
  const { items } = await call<{ items: { id: number; item: { code: string } }[] }>(
    'GET',
    '/api/streams?type=watched-home&key=water'
  )
  const { id, item } = items[0]!
  const now = Math.floor(Date.now() / HOUR) * HOUR
  const readings = Array.from({ length: 49 }, (_, h) => [
    new Date(now - (49 - h) * HOUR + 1234).toISOString(),
    7777.123 + Math.max(0, h - 24) * 0.1357
  ])
  await call('POST', '/sta/v1.1/CreateObservations', [
    {
      Datastream: { '@iot.id': id },
      components: ['phenomenonTime', 'result'],
      'dataArray@iot.count': readings.length,
      dataArray: readings
    }
  ])
  await sleep(3000)
  const span = `from=${new Date(now - 3 * DAY).toISOString()}&to=${new Date(now + HOUR).toISOString()}`
  const paths = [
    `/api/streams?item=${item.code}&type=watched-home`,
    `/api/streams/${id}`,
    `/api/streams/${id}/readings?${span}`,
    `/api/streams/chart?streams=${id}&${span}&pixels=400`,
    `/sta/v1.1/Datastreams(${id})?$expand=Observations`,
    `/sta/v1.1/Datastreams(${id})/Observations`,
    `/sta/v1.1/Observations?$filter=Datastream/id%20eq%20${id}`,
    '/sta/v1.1/Observations?$top=1000&$orderby=phenomenonTime%20desc',
    '/api/alarms?type=watched-home',
    `/api/alarms/explain?stream=${id}`,
    `/api/alarms/band?stream=${id}&${span}`
  ]
  const seen: string[] = []
  const roles = ['leader', 'shiftleader', 'dispatcher', 'acceptor', 'dataadmin', 'dept']
  for (const role of roles) {
    const who = await product.signIn(role)
    for (const path of paths)
      if ((await (await fetch(product.url + path, { headers: who.headers })).text()).includes('7777.'))
        seen.push(`${role} ${path}`)
  }
  const peek = {
    key: 'peek',
    name: { zh: '试', en: 'Peek' },
    on: { type: 'watched-home', stream: 'water' },
    condition: { kind: 'threshold', levels: [{ level: 4, above: 7000 }] },
    source: { standard: 'bench' }
  }
  const ran = await dryRun(call, {
    rule: peek,
    from: new Date(now - 3 * DAY).toISOString(),
    to: new Date(now + HOUR).toISOString(),
    items: [item.code]
  })
  if (JSON.stringify(ran.list).includes('7777.')) seen.push('dataadmin dry run')
  return rowOf(
    'elders, raw use: places where somebody finds a reading',
    seen.length,
    '',
    `${paths.length} addresses × ${roles.length} roles and a dry run that raised ${ran.alarms}${seen.length > 0 ? `: ${seen.join(', ')}` : ''}`,
    '0',
    seen.length === 0 && ran.alarms > 0
  )
}

async function dryRun(
  call: Call,
  input: object
): Promise<{ alarms: number; list: NonNullable<RuleDryRunView['outcome']>['list'] }> {
  const { id } = await call<RuleDryRunView>('POST', '/api/alarms/rules/dry-run', input)
  for (let i = 0; i < 1200; i++) {
    const now = await call<RuleDryRunView>('GET', `/api/alarms/rules/dry-run/${id}`)
    if (now.status === 'done') return { alarms: now.outcome!.figures.alarms, list: now.outcome!.list }
    if (now.status !== 'running') throw new Error(`the dry run ${now.status}`)
    await sleep(100)
  }
  throw new Error('the dry run does not come to an end')
}
