/** The map over three and a half million components and four million cases: tiles beside PostGIS, questions, edits, a browser. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../lib/bed.ts'
import type { MapBed } from '../lib/components.ts'
import { type BenchRow, sleep } from '../lib/stats.ts'
import { oneEdit, questions } from './map/ask.ts'
import { frames } from './map/browser.ts'
import { casesLayer } from './map/cases.ts'
import { highZoom, lowZooms, warm } from './map/cut.ts'
import { embeddedMap } from './map/embedded.ts'
import { otherProcess, stallOfBuild } from './map/life.ts'
import { plain, untilReady, type Wanted } from './map/wanted.ts'
import { componentsBed } from './registers.ts'

type Part = (bench: Bench, bed: MapBed) => Promise<BenchRow[]>

/** Where the demonstration has the most to see: the old town. */
const CENTRE = { lng: 120.38, lat: 36.07 }

/** With a running product. */
const running =
  (run: (w: Wanted) => Promise<BenchRow[]>): Part =>
  async (bench, bed) => {
    const product = await bed.start()
    try {
      await untilReady(product)
      return await run({ bench, bed, product, session: await product.signIn('acceptor') })
    } finally {
      await product.stop()
    }
  }

/** By the names BENCH_PARTS knows; all of them without it. */
const PARTS: Readonly<Record<string, Part>> = {
  index,
  cells: running(lowZooms),
  objects: running(async (w) => [...(await highZoom(w, 15)), ...(await highZoom(w, 16))]),
  ask: running(async (w) => [await warm(w), ...(await questions(w))]),
  edit: running(async (w) => [...(await oneEdit(w)), ...(await otherProcess(w))]),
  stall: stallOfBuild,
  browser: running((w) => frames(w.bench, w.product, w.session, CENTRE)),
  cases: casesLayer,
  embedded: embeddedMap
}

export async function run(bench: Bench): Promise<BenchRow[]> {
  const wanted = process.env.BENCH_PARTS?.split(',') ?? Object.keys(PARTS)
  const rows: BenchRow[] = []
  // Once for all: the cluster starts anew when another size is asked for.
  await bench.cluster('small', ...(wanted.includes('cases') ? (['full'] as const) : []))
  const bed = await componentsBed(bench)
  try {
    for (const name of wanted) {
      bench.say(`  ─ ${name}`)
      rows.push(...(await PARTS[name]!(bench, bed)))
    }
  } finally {
    await bed.close()
  }
  return rows
}

/** First start: nothing on disk, the layer is read from the database. Second: from the file. */
async function index(_bench: Bench, bed: MapBed): Promise<BenchRow[]> {
  rmSync(join(bed.dataDir, 'tiles'), { recursive: true, force: true })
  const rows: BenchRow[] = []
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
  await product.stop()
  return rows
}
