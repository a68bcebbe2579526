/** Tiles nobody asked for before, at every zoom: of single objects beside PostGIS, and those that have just been asked for. */
import { get as httpGet } from 'node:http'
import { CELL_MAX_ZOOM } from '@chengyun/contract/geo'
import { busyTiles, POSTGIS_TILE, type TileAt, tilesWithComponents } from '../../lib/components.ts'
import { type Flown, fly } from '../../lib/fly.ts'
import { get } from '../../lib/load.ts'
import type { Session } from '../../lib/product.ts'
import { type BenchRow, median, quantile, round } from '../../lib/stats.ts'
import { startTilePeer } from '../../lib/tile-peer.ts'
import { pathOf, plain, type Wanted } from './wanted.ts'

const IN_FLIGHT = 4
const ROUNDS = 5
const READERS = ['acceptor', 'leader', 'inspector', 'dispatcher'] as const

interface Asked {
  ms: number
  bytes: number
}

/** One tile, packed as browsers ask for it. */
export function packedTile(url: string, session: Session, path: string): Promise<Asked> {
  const began = performance.now()
  const headers = { cookie: session.cookie, 'accept-encoding': 'gzip' }
  return new Promise((resolve, reject) => {
    httpGet(url + path, { headers }, (res) => {
      let bytes = 0
      res.on('data', (piece: Buffer) => {
        bytes += piece.length
      })
      res.on('error', reject)
      res.on('end', () => {
        if (res.statusCode === 200 || res.statusCode === 204) resolve({ ms: performance.now() - began, bytes })
        else reject(new Error(`${path} answered ${res.statusCode}`))
      })
    }).on('error', reject)
  })
}

/** The row of a zoom. Only tiles of cells are promised to be small. */
export function zoomRow(w: Pick<Wanted, 'bench'>, name: string, z: number, asked: readonly Asked[]): BenchRow {
  const times = asked.map((a) => a.ms)
  const p95 = quantile(times, 0.95)
  const largest = Math.max(...asked.map((a) => a.bytes))
  w.bench.say(
    `  ${name}: ${asked.length} tiles, p50 ${round(median(times))}, p95 ${round(p95)} ms, at most ${round(largest / 1000, 1)} kB`
  )
  const note = `p50 ${round(median(times), 1)} ms; ${asked.length} tiles; largest ${round(largest / 1000, 1)} kB`
  const isCells = z <= CELL_MAX_ZOOM
  const target = isCells ? 'p95 ≤ 12 ms, ≤ 100 kB' : 'p95 ≤ 12 ms'
  return plain(name, 'ms', p95, target, p95 <= 12 && (!isCells || largest <= 100_000), note)
}

/** Zooms 10 to 14: every tile that there is, each asked once by readers of different reach, so that none comes from the cache. */
export async function lowZooms(w: Wanted): Promise<BenchRow[]> {
  const sessions = await Promise.all(READERS.map((name) => w.product.signIn(name)))
  const rows: BenchRow[] = []
  for (const z of [10, 11, 12, 13, 14]) {
    const tiles = await tilesWithComponents(w.bed.pool, z, 400)
    const asked: Asked[] = []
    for (const [i, session] of sessions.entries()) {
      // Another filter for each reader: readers of one reach share their tiles.
      const query = i === 0 ? '' : await statusQuery(w, i)
      for (const at of tiles.slice(0, 150)) asked.push(await packedTile(w.product.url, session, pathOf(at, query)))
    }
    rows.push(zoomRow(w, `z${z}: cells, uncached`, z, asked))
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

/**
 * Single objects: tiles a second with four in flight, taking turns on tiles nobody asked for before. Ours and PostGIS behind HTTP are asked
 * by the same client; the bare driver asks PostGIS without HTTP between. Bytes as they are drawn, not packed: none of the others packs.
 */
export async function highZoom(w: Wanted, z: number): Promise<BenchRow[]> {
  const tiles = await busyTiles(w.bed.pool, z, 18_000)
  const share = Math.floor(tiles.length / (ROUNDS + 1))
  const peer = await startTilePeer(w.bed.url)
  const sides: Record<'ours' | 'served' | 'bare', Flown[]> = { ours: [], served: [], bare: [] }
  const cluster = await w.bench.cluster('small')
  // Seconds of processor time: they say what a tile costs even where other work shares the cores.
  const spent = { ours: 0, postgres: 0 }
  try {
    for (let turn = 0; turn <= ROUNDS; turn += 1) {
      const mine = tiles.slice(turn * share, (turn + 1) * share)
      const paths = mine.map((at) => pathOf(at))
      const before = { ours: w.product.cpuS(), postgres: cluster.cpuS() }
      const ours = await fly(w.product.url, w.session.cookie, paths, IN_FLIGHT)
      const bare = await bareFlight(w, mine)
      const after = { ours: w.product.cpuS(), postgres: cluster.cpuS() }
      const served = await fly(
        peer.url,
        '-',
        mine.map(({ x, y }) => `/${z}/${x}/${y}`),
        IN_FLIGHT
      )
      // The first round warms connections and plans on all sides.
      if (turn === 0) continue
      spent.ours += after.ours - before.ours
      spent.postgres += after.postgres - before.postgres
      sides.ours.push(ours)
      sides.served.push(served)
      sides.bare.push(bare)
    }
  } finally {
    await peer.stop()
  }
  const each = (seconds: number): number => round((seconds * 1e6) / (share * ROUNDS), 0)
  const cost = `processor time a tile: ${each(spent.ours)} µs of ours, HTTP and permission within; ${each(spent.postgres)} µs of PostgreSQL`
  w.bench.say(`  z${z}: ${cost}`)
  const perS = (side: readonly Flown[]): number => median(side.map((f) => f.perS))
  const p95 = (side: readonly Flown[]): number =>
    quantile(
      side.flatMap((f) => f.times),
      0.95
    )
  const compared = (name: string, limit: readonly Flown[], judged: boolean, what: string): BenchRow[] => {
    const ratio = median(sides.ours.map((f, i) => f.perS / limit[i]!.perS))
    const slower = median(sides.ours.map((f, i) => quantile(f.times, 0.95) / quantile(limit[i]!.times, 0.95)))
    w.bench.say(
      `  z${z} ÷ ${name}: ${round(perS(sides.ours), 0)}/s against ${round(perS(limit), 0)}/s, ratio ${round(ratio)}; p95 ${round(p95(sides.ours))} against ${round(p95(limit))} ms, ratio ${round(slower)}`
    )
    const common = { suite: 'tiles' } as const
    return [
      {
        ...common,
        name: `z${z}: objects, uncached, 4 in flight ÷ ${name}`,
        unit: '/s',
        ours: perS(sides.ours),
        limit: perS(limit),
        ratio,
        target: judged ? '≥ 2 × PostGIS' : 'none',
        ok: judged ? ratio >= 2 : null,
        note: `${share * ROUNDS} tiles a side; limit: ${what}; ${cost}`
      },
      {
        ...common,
        name: `z${z}: objects, uncached, p95 ÷ ${name}`,
        unit: 'ms',
        ours: p95(sides.ours),
        limit: p95(limit),
        ratio: slower,
        target: judged ? 'p95 ≤ 0.75 × PostGIS' : 'none',
        ok: judged ? slower <= 0.75 : null,
        note: what
      }
    ]
  }
  return [
    ...compared('PostGIS, bare driver', sides.bare, true, 'ST_AsMVT of the same tiles by the driver, no HTTP, no permission'),
    ...compared(
      'PostGIS behind HTTP',
      sides.served,
      false,
      'the same statement behind an HTTP server of its own process, no permission'
    )
  ]
}

async function bareFlight({ bed }: Wanted, tiles: readonly TileAt[]): Promise<Flown> {
  const flown: Flown = { perS: 0, times: [], bytes: 0 }
  const waiting = [...tiles]
  const one = async (): Promise<void> => {
    for (let at = waiting.shift(); at; at = waiting.shift()) {
      const began = performance.now()
      const asked = { name: 'tile', text: POSTGIS_TILE, values: [at.z, at.x, at.y] }
      const { rows } = await bed.pool.query<{ tile: Buffer }>(asked)
      flown.bytes += rows[0]!.tile.length
      flown.times.push(performance.now() - began)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: IN_FLIGHT }, one))
  flown.perS = tiles.length / ((performance.now() - began) / 1000)
  return flown
}

/** Tiles that have just been asked for, by wrk over 32 connections. */
export async function warm(w: Wanted): Promise<BenchRow> {
  const tiles = (await Promise.all([11, 13, 14, 15, 16].map((z) => tilesWithComponents(w.bed.pool, z, 40)))).flat()
  for (const at of tiles) await packedTile(w.product.url, w.session, pathOf(at))
  const shots = await get(
    w.bench.wrk(),
    w.product.url,
    w.session,
    tiles.map((at) => pathOf(at)),
    { connections: 32, seconds: w.bench.seconds * 2 }
  )
  if (shots.failed > 0) throw new Error(`${shots.failed} of ${shots.done} tiles failed`)
  // wrk tells the 99th percentile: stricter than what is asked for.
  const p95 = shots.p95Ms ?? shots.p99Ms
  const note = `p50 ${round(shots.p50Ms, 1)}, p95 ${round(p95, 1)} ms with 32 connections`
  return plain('tiles, warm', '/s', shots.perS, '≥ 2,000/s, p95 ≤ 5 ms', shots.perS >= 2000 && p95 <= 5, note)
}
