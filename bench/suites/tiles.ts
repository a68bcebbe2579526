/** The map over three and a half million components: tiles beside PostGIS on the same points in the same run, questions, one edit. */
import { existsSync, rmSync } from 'node:fs'
import { Agent, get as httpGet } from 'node:http'
import { join } from 'node:path'
import type { Bench } from '../lib/bed.ts'
import { busyTiles, type MapBed, POSTGIS_TILE, type TileAt, tilesWithComponents } from '../lib/components.ts'
import { get } from '../lib/load.ts'
import type { Product, Session } from '../lib/product.ts'
import { type BenchRow, median, quantile, round, sleep } from '../lib/stats.ts'
import { componentsBed } from './registers.ts'

const LAYER = 'reg-component'
const IN_FLIGHT = 4
const ROUNDS = 5
const READERS = ['acceptor', 'leader', 'inspector', 'dispatcher'] as const

interface Wanted {
  bench: Bench
  bed: MapBed
  product: Product
  session: Session
}

export async function run(bench: Bench): Promise<BenchRow[]> {
  const bed = await componentsBed(bench)
  const snapshots = join(bed.dataDir, 'tiles')
  if (existsSync(snapshots)) rmSync(snapshots, { recursive: true })
  const rows: BenchRow[] = []
  // First start: nothing on disk, the layer is read from the database. Second: from the file.
  let product = await bed.start()
  const before = product.rssMb()
  const built = await untilReady(product)
  rows.push(
    plain('index: read from the database', 's', built.seconds, '≤ 60 s', built.seconds <= 60, `${built.count} components`)
  )
  await sleep(15_000)
  await product.stop()
  product = await bed.start()
  const bare = product.rssMb()
  const restored = await untilReady(product)
  rows.push(
    plain('index: from the file at start', 's', restored.seconds, '≤ 5 s', restored.seconds <= 5, `${restored.count} components`)
  )
  const memory = product.rssMb() - Math.min(bare, before)
  rows.push(plain('index: memory', 'MB', memory, '≤ 400 MB', memory <= 400, `resident ${product.rssMb()} MB in all`))
  try {
    const wanted: Wanted = { bench, bed, product, session: await product.signIn('acceptor') }
    rows.push(...(await lowZooms(wanted)))
    for (const z of [15, 16]) rows.push(...(await highZoom(wanted, z)))
    rows.push(await warm(wanted))
    rows.push(...(await questions(wanted)))
    rows.push(...(await oneEdit(wanted)))
  } finally {
    await product.stop()
  }
  return rows
}

const plain = (name: string, unit: BenchRow['unit'], ours: number, target: string, ok: boolean, note: string): BenchRow => ({
  suite: 'tiles',
  name,
  unit,
  ours,
  limit: null,
  ratio: null,
  target,
  ok,
  note
})

interface Tree {
  layers: { id: string; state: 'ready' | 'loading'; count: number }[]
}

async function untilReady(product: Product): Promise<{ seconds: number; count: number }> {
  const session = await product.signIn('acceptor')
  const began = performance.now()
  for (;;) {
    const res = await fetch(`${product.url}/api/map/layers`, { headers: { cookie: session.cookie } })
    if (!res.ok) throw new Error(`layers answered ${res.status}: ${await res.text()}`)
    const layer = ((await res.json()) as Tree).layers.find((l) => l.id === LAYER)
    if (layer?.state === 'ready') return { seconds: (performance.now() - began) / 1000, count: layer.count }
    if (performance.now() - began > 300_000) throw new Error(`the layer was not ready: ${JSON.stringify(layer)}`)
    await sleep(200)
  }
}

const path = ({ z, x, y }: TileAt, query = ''): string => `/tiles/${LAYER}/${z}/${x}/${y}.mvt${query}`

const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT })

/** One tile by the leanest client Node has; the bytes as they are drawn, not packed: packing has its own price and its own cache. */
function tile(
  { product }: Wanted,
  session: Session,
  at: TileAt,
  query = '',
  packed = false
): Promise<{ ms: number; bytes: number }> {
  const began = performance.now()
  const headers = { cookie: session.cookie, 'accept-encoding': packed ? 'gzip' : 'identity' }
  return new Promise((resolve, reject) => {
    httpGet(product.url + path(at, query), { agent, headers }, (res) => {
      let bytes = 0
      res.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      res.on('error', reject)
      res.on('end', () => {
        if (res.statusCode === 200 || res.statusCode === 204) resolve({ ms: performance.now() - began, bytes })
        else reject(new Error(`${path(at, query)} answered ${res.statusCode}`))
      })
    }).on('error', reject)
  })
}

/** Zooms 10 to 14: every tile that there is, each asked once by readers of different reach, so that none comes from the cache. */
async function lowZooms(w: Wanted): Promise<BenchRow[]> {
  const sessions = await Promise.all(READERS.map((name) => w.product.signIn(name)))
  const rows: BenchRow[] = []
  for (const z of [10, 11, 12, 13, 14]) {
    const tiles = await tilesWithComponents(w.bed.pool, z, 400)
    const asked: { ms: number; bytes: number }[] = []
    for (const [i, session] of sessions.entries()) {
      // Another filter for each reader: readers of one reach share their tiles.
      const query = i === 0 ? '' : await statusQuery(w, i)
      for (const at of tiles.slice(0, 150)) asked.push(await tile(w, session, at, query, true))
    }
    const p95 = quantile(
      asked.map((a) => a.ms),
      0.95
    )
    const largest = Math.max(...asked.map((a) => a.bytes))
    w.bench.say(
      `  z${z}: ${asked.length} tiles, p50 ${round(median(asked.map((a) => a.ms)))}, p95 ${round(p95)} ms, at most ${round(largest / 1000, 1)} kB`
    )
    rows.push(
      plain(
        `z${z}: cells, uncached`,
        'ms',
        p95,
        'p95 ≤ 12 ms, ≤ 100 kB',
        p95 <= 12 && largest <= 100_000,
        `p50 ${round(median(asked.map((a) => a.ms)), 1)} ms; ${asked.length} tiles; largest ${round(largest / 1000, 1)} kB`
      )
    )
  }
  return rows
}

let statuses: string[] | undefined
/** A filter that keeps nearly everything and makes another tile of it. */
async function statusQuery({ bed }: Wanted, i: number): Promise<string> {
  statuses ??= (
    await bed.pool.query<{ status: string }>(
      "select distinct status from registry.item where type_id = 'component' and removed_at is null order by 1"
    )
  ).rows.map((r) => r.status)
  const kept = statuses.filter((_s, n) => n !== statuses!.length - (i % statuses!.length))
  return `?status=${kept.join(',')}`
}

/** Single objects: tiles a second with four in flight, PostGIS and ours taking turns on tiles nobody asked for before. */
async function highZoom(w: Wanted, z: number): Promise<BenchRow[]> {
  const tiles = await busyTiles(w.bed.pool, z, 3000)
  const share = Math.floor(tiles.length / (ROUNDS + 1))
  const [ours, theirs, ratios, p95s]: [number[], number[], number[], number[]] = [[], [], [], []]
  const times: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
  for (let round = 0; round <= ROUNDS; round += 1) {
    const mine = tiles.slice(round * share, (round + 1) * share)
    const a = await flight(mine, (at) => tile(w, w.session, at).then((t) => t.ms))
    const b = await flight(mine, async (at) => {
      const began = performance.now()
      await w.bed.pool.query({ name: 'tile', text: POSTGIS_TILE, values: [at.z, at.x, at.y] })
      return performance.now() - began
    })
    // The first round warms connections and plans on both sides.
    if (round === 0) continue
    ours.push(a.perS)
    theirs.push(b.perS)
    ratios.push(a.perS / b.perS)
    p95s.push(quantile(a.times, 0.95) / quantile(b.times, 0.95))
    times.ours.push(...a.times)
    times.theirs.push(...b.times)
  }
  const ratio = median(ratios)
  const slower = median(p95s)
  w.bench.say(
    `  z${z}: ${round(median(ours), 0)}/s, PostGIS ${round(median(theirs), 0)}/s, ratio ${round(ratio)}; p95 ${round(quantile(times.ours, 0.95))} against ${round(quantile(times.theirs, 0.95))} ms`
  )
  return [
    {
      suite: 'tiles',
      name: `z${z}: objects, uncached, 4 in flight`,
      unit: '/s',
      ours: median(ours),
      limit: median(theirs),
      ratio,
      target: '≥ 2 × PostGIS',
      ok: ratio >= 2,
      note: `${share * ROUNDS} tiles a side; limit: ST_AsMVT of the same tiles by the bare driver`
    },
    {
      suite: 'tiles',
      name: `z${z}: objects, uncached, p95`,
      unit: 'ms',
      ours: quantile(times.ours, 0.95),
      limit: quantile(times.theirs, 0.95),
      ratio: slower,
      target: 'p95 ≤ 0.75 × PostGIS',
      ok: slower <= 0.75,
      note: `p50 ${round(median(times.ours), 1)} against ${round(median(times.theirs), 1)} ms`
    }
  ]
}

async function flight(
  tiles: readonly TileAt[],
  one: (at: TileAt) => Promise<number>
): Promise<{ perS: number; times: number[] }> {
  const waiting = [...tiles]
  const times: number[] = []
  const began = performance.now()
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (let at = waiting.pop(); at; at = waiting.pop()) times.push(await one(at))
    })
  )
  return { perS: tiles.length / ((performance.now() - began) / 1000), times }
}

/** Tiles that have just been asked for, by wrk over 32 connections. */
async function warm(w: Wanted): Promise<BenchRow> {
  const tiles = (await Promise.all([11, 13, 14, 15, 16].map((z) => tilesWithComponents(w.bed.pool, z, 40)))).flat()
  for (const at of tiles) await tile(w, w.session, at, '', true)
  const shots = await get(
    w.bench.wrk(),
    w.product.url,
    w.session,
    tiles.map((at) => path(at)),
    { connections: 32, seconds: w.bench.seconds * 2 }
  )
  if (shots.failed > 0) throw new Error(`${shots.failed} of ${shots.done} tiles failed`)
  // wrk tells the 99th percentile: stricter than what is asked for.
  return plain(
    'tiles, warm',
    '/s',
    shots.perS,
    '≥ 2,000/s, p95 ≤ 5 ms',
    shots.perS >= 2000 && (shots.p95Ms ?? shots.p99Ms) <= 5,
    `p50 ${round(shots.p50Ms, 1)}, p95 ${round(shots.p95Ms ?? shots.p99Ms, 1)} ms with 32 connections`
  )
}

/** What a click, a search and a drawn area ask. */
async function questions(w: Wanted): Promise<BenchRow[]> {
  const { rows } = await w.bed.pool.query<{ lng: number; lat: number }>(
    "select lng, lat from registry.item where type_id = 'component' and lng is not null and hashtext(code) % 20000 = 0 order by code limit 120"
  )
  const call = async (url: string, body?: object): Promise<number> => {
    const began = performance.now()
    const res = await fetch(w.product.url + url, {
      method: body ? 'POST' : 'GET',
      headers: w.session.headers,
      ...(body && { body: JSON.stringify(body) })
    })
    if (!res.ok) throw new Error(`${url} answered ${res.status}: ${await res.text()}`)
    await res.arrayBuffer()
    return performance.now() - began
  }
  const ask = async (
    name: string,
    target: number,
    one: (p: { lng: number; lat: number }, i: number) => Promise<number>
  ): Promise<BenchRow> => {
    const times: number[] = []
    for (const [i, p] of rows.entries()) times.push(await one(p, i))
    const p95 = quantile(times, 0.95)
    w.bench.say(`  ${name}: p50 ${round(median(times))}, p95 ${round(p95)} ms`)
    return plain(name, 'ms', p95, `p95 ≤ ${target} ms`, p95 <= target, `p50 ${round(median(times), 1)} ms; ${rows.length} asked`)
  }
  const star = ({ lng, lat }: { lng: number; lat: number }, size: number): object => ({
    type: 'Polygon',
    coordinates: [
      Array.from({ length: 25 }, (_, i) => {
        const [angle, far] = [((i % 24) / 24) * 2 * Math.PI, size * (i % 2 === 0 ? 1 : 0.55)]
        return [lng + Math.cos(angle) * far, lat + Math.sin(angle) * far * 0.8]
      })
    ]
  })
  return [
    await ask('identify', 15, (p) => call(`/api/map/identify?lng=${p.lng}&lat=${p.lat}&zoom=17&layers=${LAYER}`)),
    await ask('nearest 20', 15, (p) => call(`/api/map/nearest?layer=${LAYER}&lng=${p.lng}&lat=${p.lat}&n=20`)),
    await ask('nearest 20 of a rare class', 15, (p) =>
      call(`/api/map/nearest?layer=${LAYER}&lng=${p.lng}&lat=${p.lat}&n=20&class=05009`).catch(() =>
        call(`/api/map/nearest?layer=${LAYER}&lng=${p.lng}&lat=${p.lat}&n=20`)
      )
    ),
    await ask('counts by class: a block', 200, (p) => call('/api/map/counts', { layer: LAYER, area: star(p, 0.003) })),
    await ask('counts by class: a district', 200, (p) => call('/api/map/counts', { layer: LAYER, area: star(p, 0.08) })),
    await ask('counts by class: the city', 200, (p) => call('/api/map/counts', { layer: LAYER, area: star(p, 0.9) }))
  ]
}

/** Moves one component through the API and asks its tile until it shows; a tile elsewhere must stay as it was. */
async function oneEdit(w: Wanted): Promise<BenchRow[]> {
  const editor = await w.product.signIn('dataadmin')
  const { rows } = await w.bed.pool.query<{ code: string; lng: number; lat: number; version: number }>(
    "select code, lng, lat, version from registry.item where type_id = 'component' and lng is not null and shape is null and hashtext(code) % 90000 = 0 order by code limit 20"
  )
  const [here] = await tilesWithComponents(w.bed.pool, 16, 1)
  const etag = async (at: TileAt): Promise<string | null> => {
    const res = await fetch(w.product.url + path(at), { headers: { cookie: w.session.cookie } })
    await res.arrayBuffer()
    return res.headers.get('etag')
  }
  const far = await etag(here!)
  const times: number[] = []
  for (const item of rows) {
    const z = 16
    const at = {
      z,
      x: Math.floor(((item.lng + 180) / 360) * 2 ** z),
      y: Math.floor(((1 - Math.asinh(Math.tan((item.lat * Math.PI) / 180)) / Math.PI) / 2) * 2 ** z)
    }
    if (at.x === here!.x && at.y === here!.y) continue
    const old = await etag(at)
    const began = performance.now()
    const res = await fetch(`${w.product.url}/api/registry/items/component/${item.code}`, {
      method: 'PATCH',
      headers: editor.headers,
      body: JSON.stringify({
        version: item.version,
        changes: { geometry: { type: 'Point', coordinates: [item.lng + 0.00001, item.lat] } },
        note: 'bench'
      })
    })
    if (!res.ok) throw new Error(`the edit answered ${res.status}: ${await res.text()}`)
    while ((await etag(at)) === old) {
      if (performance.now() - began > 10_000) throw new Error('the edit did not show within 10 s')
      await sleep(5)
    }
    times.push(performance.now() - began)
  }
  const p95 = quantile(times, 0.95)
  const same = (await etag(here!)) === far
  w.bench.say(
    `  an edit shows after p50 ${round(median(times))}, p95 ${round(p95)} ms; a tile elsewhere ${same ? 'stayed' : 'CHANGED'}`
  )
  return [
    plain(
      'one edit: saved and in the next tile',
      'ms',
      p95,
      '≤ 1 s; unrelated tile stays',
      p95 <= 1000 && same,
      `p50 ${round(median(times), 0)} ms; ${times.length} edits; a tile elsewhere ${same ? 'kept its ETag' : 'lost its ETag'}`
    )
  ]
}
