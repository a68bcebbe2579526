/** The map on the embedded server, which a trial runs on: the same figures beside those of the outside server in the same run. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findRunningEmbedded } from '../../../packages/server/src/platform/db/embedded.ts'
import { openUrl } from '../../../packages/server/src/platform/db/open.ts'
import type { Bench } from '../../lib/bed.ts'
import { busyTiles, COMPONENTS, type MapBed } from '../../lib/components.ts'
import { fly } from '../../lib/fly.ts'
import { CACHE, schemaKey } from '../../lib/machine.ts'
import { type Product, startProduct } from '../../lib/product.ts'
import { type BenchRow, median, quantile, round, timesOf } from '../../lib/stats.ts'
import { importComponents } from '../registers.ts'
import { oneEdit } from './ask.ts'
import { pathOf, untilReady } from './wanted.ts'

const SEARCHES = ['q=井盖', 'q=路灯&sort=-updatedAt', 'sort=-updatedAt'] as const

interface Figures {
  buildS: number
  searchMs: number
  identifyMs: number
  tilesS: number
  editMs: number
}

export async function embeddedMap(bench: Bench, outside: MapBed): Promise<BenchRow[]> {
  const { dataDir, importS } = await prepareEmbedded(bench)
  const embedded = async (): Promise<Figures> => {
    rmSync(join(dataDir, 'tiles'), { recursive: true, force: true })
    const product = await startProduct({ dataDir })
    const url = urlOf(dataDir)
    const { pool, close } = await openUrl(url, 4)
    try {
      return await figuresOf(bench, product, { pool, url, dataDir, start: () => startProduct({ dataDir }), close })
    } finally {
      await close()
      await product.stop()
    }
  }
  const theirs = async (): Promise<Figures> => {
    rmSync(join(outside.dataDir, 'tiles'), { recursive: true, force: true })
    const product = await outside.start()
    try {
      return await figuresOf(bench, product, outside)
    } finally {
      await product.stop()
    }
  }
  const [a, b] = [await embedded(), await theirs()]
  const { rows } = await outside.pool.query<{ oursS: number }>(`select (filled->>'oursS')::float8 as "oursS" from raw.filled`)
  const row = (name: string, unit: BenchRow['unit'], ours: number, limit: number): BenchRow => {
    const ratio = unit === '/s' ? limit / ours : ours / limit
    bench.say(`  embedded: ${name} ${round(ours)} against ${round(limit)}`)
    const common = { suite: 'tiles', target: '≤ 1.5 × outside', ok: ratio <= 1.5, note: `embedded beside the outside server` }
    return { ...common, name: `embedded: ${name}`, unit, ours, limit, ratio }
  }
  return [
    row(`import of ${COMPONENTS} components, one command`, 's', importS, rows[0]!.oursS),
    row('index read from the database', 's', a.buildS, b.buildS),
    row('searches of the register, p95', 'ms', a.searchMs, b.searchMs),
    row('identify, p95', 'ms', a.identifyMs, b.identifyMs),
    row('z16: objects, uncached, 4 in flight', '/s', a.tilesS, b.tilesS),
    row('one edit: saved and in the next tile, p95', 'ms', a.editMs, b.editMs)
  ]
}

async function figuresOf(bench: Bench, product: Product, bed: MapBed): Promise<Figures> {
  const { seconds: buildS } = await untilReady(product, undefined, 50)
  const session = await product.signIn('acceptor')
  const ask = async (path: string): Promise<void> => {
    const res = await fetch(product.url + path, { headers: { cookie: session.cookie } })
    if (!res.ok) throw new Error(`${path} answered ${res.status}: ${await res.text()}`)
    await res.arrayBuffer()
  }
  const search: number[] = []
  for (const query of SEARCHES) search.push(...(await timesOf(() => ask(`/api/registry/items?type=component&${query}`), 30)))
  const { rows: places } = await bed.pool.query<{ lng: number; lat: number }>(
    "select lng, lat from registry.item where type_id = 'component' and lng is not null and hashtext(code) % 20000 = 0 order by code limit 100"
  )
  const identify: number[] = []
  for (const { lng, lat } of places)
    identify.push(...(await timesOf(() => ask(`/api/map/identify?lng=${lng}&lat=${lat}&zoom=17&layers=reg-component`), 1, 0)))
  const tiles = (await busyTiles(bed.pool, 16, 6000)).map((at) => pathOf(at))
  const rates: number[] = []
  for (let i = 0; i < 4; i += 1)
    rates.push((await fly(product.url, session.cookie, tiles.slice(i * 1500, (i + 1) * 1500), 4)).perS)
  const [edit] = await oneEdit({ bench, bed, product, session })
  return {
    buildS,
    searchMs: quantile(search, 0.95),
    identifyMs: quantile(identify, 0.95),
    tilesS: median(rates.slice(1)),
    editMs: edit!.ours
  }
}

function urlOf(dataDir: string): string {
  const url = findRunningEmbedded(dataDir)?.url
  if (!url) throw new Error('the embedded server does not run')
  return url
}

/** A data directory of the product with the same file of components imported; kept in the cache. */
async function prepareEmbedded(bench: Bench): Promise<{ dataDir: string; importS: number }> {
  const dataDir = join(CACHE, `embedded-map-${schemaKey()}`)
  const done = join(dataDir, 'bench.done')
  if (!existsSync(done)) {
    rmSync(dataDir, { recursive: true, force: true })
    mkdirSync(dataDir, { recursive: true })
    bench.say('  setting the embedded city up')
    const product = await startProduct({ dataDir })
    try {
      const { pool, close } = await openUrl(urlOf(dataDir), 2)
      const importS = await importComponents(bench, { url: urlOf(dataDir), pool }, product)
      await pool.query('vacuum analyze registry.item')
      await close()
      writeFileSync(done, String(importS))
    } finally {
      await product.stop()
    }
  }
  return { dataDir, importS: Number(readFileSync(done, 'utf8')) }
}
