/** The layer of four million cases: built, restored, held and cut. */
import { rmSync } from 'node:fs'
import pg from 'pg'
import type { Bench } from '../../lib/bed.ts'
import { CASES } from '../../lib/data.ts'
import { scratch } from '../../lib/machine.ts'
import { startProduct } from '../../lib/product.ts'
import { type BenchRow, round, sleep } from '../../lib/stats.ts'
import { packedTile, zoomRow } from './cut.ts'
import { pathOf, plain, untilReady } from './wanted.ts'

const LAYER = 'cases'
/** What is open, as the map opens; and everything that ended within the layer's days, which is nearly all there are. */
const VIEWS = [
  ['open ones', ''],
  ['closed ones', '?status=closed']
] as const

export async function casesLayer(bench: Bench): Promise<BenchRow[]> {
  const cluster = await bench.cluster('full')
  const databaseUrl = cluster.url('full')
  const dataDir = scratch('chengyun-bench-cases-')
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  const rows: BenchRow[] = []
  let product = await startProduct({ databaseUrl, dataDir })
  try {
    const built = await untilReady(product, LAYER)
    bench.say(`  cases: built in ${round(built.seconds)} s`)
    rows.push(
      plain(
        'cases: index read from the database',
        's',
        built.seconds,
        '≤ 60 s',
        built.seconds <= 60,
        `${CASES.full} cases, ${built.count} of them open`
      )
    )
    await sleep(10_000)
    await product.stop()
    product = await startProduct({ databaseUrl, dataDir })
    const bare = product.rssMb()
    const restored = await untilReady(product, LAYER)
    const memory = product.rssMb() - bare
    bench.say(`  cases: from the file in ${round(restored.seconds)} s, ${memory} MB`)
    rows.push(plain('cases: index from the file at start', 's', restored.seconds, '≤ 5 s', restored.seconds <= 5, ''))
    rows.push(plain('cases: index, memory', 'MB', memory, '≤ 400 MB', memory <= 400, `resident ${product.rssMb()} MB in all`))
    const session = await product.signIn('acceptor')
    for (const [name, query] of VIEWS) {
      // The first of a kind works its view out.
      const began = performance.now()
      await packedTile(product.url, session, pathOf({ z: 0, x: 0, y: 0 }, query, LAYER))
      bench.say(`  cases, ${name}: first tile after ${round(performance.now() - began, 0)} ms`)
      for (let z = 10; z <= 16; z += 1) {
        const { rows: tiles } = await pool.query<{ x: number; y: number }>(
          `select x, y from (select distinct floor((lng + 180) / 360 * (1 << $1::int))::int as x,
             floor((1 - asinh(tan(radians(lat))) / pi()) / 2 * (1 << $1::int))::int as y
           from (select lng, lat from cases."case" order by id desc limit 200000) c) t order by hashint8(x::bigint * 1000003 + y), x, y limit 300`,
          [z]
        )
        const asked: { ms: number; bytes: number }[] = []
        for (const { x, y } of tiles) asked.push(await packedTile(product.url, session, pathOf({ z, x, y }, query, LAYER)))
        rows.push(zoomRow({ bench }, `cases, ${name}, z${z}, uncached`, z, asked))
      }
    }
    return rows
  } finally {
    await product.stop()
    await pool.end()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
