/** Three and a half million components from a CSV file into the register by one command, beside COPY and the same indexes. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, mkdirSync, statSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { geoService } from '../../packages/server/src/modules/geo/index.ts'
import { DEMO_PASSWORD } from '../../packages/server/src/modules/org/index.ts'
import { type DemoItem, demoComponents } from '../../packages/server/src/modules/registry/index.ts'
import { openUrl } from '../../packages/server/src/platform/db/open.ts'
import type { Bench } from '../lib/bed.ts'
import { COMPONENTS, type MapBed, openComponents } from '../lib/components.ts'
import { CACHE } from '../lib/machine.ts'
import { startProduct } from '../lib/product.ts'
import { type BenchRow, median, quantile, round, timesOf } from '../lib/stats.ts'

const CLI = fileURLToPath(new URL('../../packages/server/src/cli/index.ts', import.meta.url))
const TARGET = 1.8
const STATUS = { intact: '完好', damaged: '破损', lost: '丢失', abandoned: '废弃' } as const

/** What the last filling of the bed measured, so that the suite need not fill it again. */
interface Filled {
  oursS: number
  rawS: number
  rows: number
  note: string
}

/** The bed of the map's suites: made by the product's own import the first time. */
export function componentsBed(bench: Bench): Promise<MapBed> {
  return bench.cluster('small').then((cluster) => openComponents(cluster, (bed) => fill(bench, bed)))
}

export async function run(bench: Bench): Promise<BenchRow[]> {
  const bed = await componentsBed(bench)
  const rows: BenchRow[] = []
  try {
    const { rows: kept } = await bed.pool.query<{ filled: Filled }>('select filled from raw.filled')
    const { oursS, rawS, note, rows: count } = kept[0]!.filled
    const ratio = oursS / rawS
    rows.push({
      suite: 'registers',
      name: `import of ${count} components, one command`,
      unit: 's',
      ours: oursS,
      limit: rawS,
      ratio,
      target: `≤ ${TARGET} × COPY and indexes`,
      ok: ratio <= TARGET,
      note
    })
    rows.push(...(await searches(bench, bed)))
  } finally {
    await bed.close()
  }
  return rows
}

/** A CSV as a survey company hands it over: standard column names, units by name, one line a component. */
export async function writeCsv(pool: { url: string }, file: string, say: (line: string) => void): Promise<void> {
  if (existsSync(file)) return
  mkdirSync(dirname(file), { recursive: true })
  const { db, close } = await openUrl(pool.url, 2)
  try {
    const geo = await geoService(db)
    const cells = (await import('../../packages/server/src/modules/registry/queries/demo.ts')).listDemoCells
    const city = { roads: geo.roads().all(), cells: await cells(db), seed: 'bench' }
    const out = createWriteStream(`${file}.part`)
    out.write('GLBJBSM,GLBJMC,lng,lat,GLBJZT,CSRQ,SJLY,GGXH,ZGBMMC,YHDWMC,BZ\n')
    const last = new Map<string, number>()
    let count = 0
    let piece: string[] = []
    for (const item of demoComponents({ ...city, density: COMPONENTS / 3_500_000 })) {
      if (count >= COMPONENTS) break
      const line = lineOf(item, geo.locate(item)?.districtCode, last)
      if (line === null) continue
      piece.push(line)
      count += 1
      if (piece.length === 5000) {
        if (!out.write(`${piece.join('\n')}\n`)) await once(out, 'drain')
        piece = []
      }
    }
    out.end(piece.length > 0 ? `${piece.join('\n')}\n` : '')
    await once(out, 'close')
    await rename(`${file}.part`, file)
    say(`${count} components written, ${Math.round(statSync(file).size / 1e6)} MB`)
  } finally {
    await close()
  }
}

function lineOf(item: DemoItem, district: string | undefined, last: Map<string, number>): string | null {
  if (district === undefined) return null
  const prefix = district + item.classCode
  const number = (last.get(prefix) ?? 0) + 1
  if (number > 999_999) return null
  last.set(prefix, number)
  const code = `${prefix}${String(number).padStart(6, '0')}`
  const remark = item.roadName === null ? '' : `${item.roadName}${item.houseNumber}号附近`
  return `${code},,${item.lng},${item.lat},${STATUS[item.status]},${item.initialDate.replaceAll('-', '')},实测,${item.model ?? ''},,,${remark}`
}

/** The product's own import of all components into an empty register; seconds it took. */
export async function importComponents(
  bench: Bench,
  bed: { url: string; pool: pg.Pool },
  product: { url: string }
): Promise<number> {
  const file = join(CACHE, `components-${COMPONENTS}.csv`)
  await writeCsv(bed, file, (line) => bench.say(`  ${line}`))
  // The register of the demonstration is not empty: a first import meets an empty one.
  await bed.pool.query("delete from registry.item where type_id = 'component'")
  await bed.pool.query("delete from registry.sequence where type_id = 'component'")
  const began = performance.now()
  await importByCommand(product.url, file, (line) => bench.say(`  ${line}`))
  return (performance.now() - began) / 1000
}

async function fill(bench: Bench, bed: { url: string; pool: pg.Pool; dataDir: string }): Promise<void> {
  const product = await startProduct({ databaseUrl: bed.url, dataDir: bed.dataDir })
  const oursS = await importComponents(bench, bed, product).finally(() => product.stop())
  const { rows } = await bed.pool.query<{ n: number }>("select count(*)::int as n from registry.item where type_id = 'component'")
  const count = rows[0]!.n
  bench.say(`  ${count} components imported in ${round(oursS, 1)} s`)
  const rawS = await rawLoad(bed.pool)
  bench.say(`  COPY of the same columns and the same indexes in ${round(rawS, 1)} s`)
  const filled: Filled = {
    oursS,
    rawS,
    rows: count,
    note: `${round(count / oursS / 1000, 0)} k rows/s; checked, coded, placed in grids, compared, published; limit: COPY of the finished rows into a bare table, then the same indexes`
  }
  await bed.pool.query('create schema if not exists raw')
  await bed.pool.query('create table raw.filled as select $1::jsonb as filled', [JSON.stringify(filled)])
}

async function importByCommand(url: string, file: string, say: (line: string) => void): Promise<void> {
  const child = spawn(
    process.execPath,
    [CLI, 'import', 'components', file, '--url', url, '--username', 'dataadmin', '--publish', '--note', 'bench'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CHENGYUN_PASSWORD: DEMO_PASSWORD, NO_COLOR: '1' }
    }
  )
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-6000)
    })
  const [code] = (await once(child, 'close')) as [number | null]
  // 1: some rows were refused; the caller counts what there is.
  if (code !== 0 && code !== 1) throw new Error(`the import ended with ${code}:\n${text}`)
  say(text.trim().split('\n').at(-1) ?? '')
}

/** The finished rows out to a file and back into a bare table, then every index the register has. */
async function rawLoad(pool: pg.Pool): Promise<number> {
  const client = await pool.connect()
  try {
    await client.query("set maintenance_work_mem = '512MB'")
    const file = '/tmp/chengyun-bench-raw.copy'
    await client.query('create schema if not exists raw')
    await client.query(`copy (select * from registry.item where type_id = 'component') to '${file}'`)
    await client.query('drop table if exists raw.item')
    await client.query('create table raw.item (like registry.item)')
    const { rows: indexes } = await client.query<{ def: string }>(
      "select pg_get_indexdef(i.indexrelid) as def from pg_index i join pg_class c on c.oid = i.indrelid join pg_inherits h on h.inhrelid = c.oid where h.inhparent = 'registry.item'::regclass and pg_get_expr(c.relpartbound, c.oid) like '%''component''%'"
    )
    const began = performance.now()
    await client.query(`copy raw.item from '${file}'`)
    for (const { def } of indexes) await client.query(def.replace(/INDEX \S+ ON (ONLY )?\S+/, 'INDEX ON raw.item'))
    const seconds = (performance.now() - began) / 1000
    await client.query(`copy (select 1) to program 'rm ${file}'`).catch(() => undefined)
    await client.query('drop table raw.item')
    if (indexes.length === 0) throw new Error('the register has no indexes')
    return seconds
  } finally {
    client.release()
  }
}

/** Search by words over all of them, through the API. */
async function searches(bench: Bench, bed: MapBed): Promise<BenchRow[]> {
  const product = await bed.start()
  try {
    const session = await product.signIn('acceptor')
    const ask = async (query: string): Promise<number> => {
      const res = await fetch(`${product.url}/api/registry/items?type=component&${query}`, {
        headers: { cookie: session.cookie }
      })
      if (!res.ok) throw new Error(`${query} answered ${res.status}: ${await res.text()}`)
      return ((await res.json()) as { items: unknown[] }).items.length
    }
    const { rows: sample } = await bed.pool.query<{ code: string; address: string; lng: number; lat: number; grid_code: string }>(
      "select code, address, lng, lat, grid_code from registry.item where type_id = 'component' and address <> '' and hashtext(code) % 70000 = 0 limit 40"
    )
    const one = sample[0]!
    // 市北区辽宁路街道热河路12号附近: the road, not the street office that is named like one.
    const roads = sample.flatMap((s) => /(?:街道|镇)([\p{Script=Han}]{2,8}?路)/u.exec(s.address)?.[1] ?? [])
    const road = roads[0]
    if (!road) throw new Error('no component of the sample stands at a road')
    const questions: [string, string][] = [
      ['a class by a word: 井盖', 'q=井盖'],
      ['a class and a district', `q=路灯&within=${one.grid_code.slice(0, 6)}`],
      ['a road', `q=${road}`],
      ['a road and a class', `q=${road} 井盖`],
      ['two characters of a road', `q=${road.slice(0, 2)}`],
      ['a code', `q=${one.code}`],
      ['the beginning of a code', `q=${one.code.slice(0, 12)}`],
      ['words nobody has', 'q=恐龙化石'],
      ['a window of 400 m', `bbox=${one.lng - 0.002},${one.lat - 0.002},${one.lng + 0.002},${one.lat + 0.002}`],
      ['a grid', `grid=${one.grid_code}`],
      ['a street', `within=${one.grid_code.slice(0, 9)}`],
      ['newest changes', 'sort=-updatedAt']
    ]
    const rows: BenchRow[] = []
    for (const [name, query] of questions) {
      const found = await ask(query)
      const times = await timesOf(() => ask(query), 30)
      const p95 = quantile(times, 0.95)
      bench.say(`  search ${name}: p50 ${round(median(times))}, p95 ${round(p95)} ms, ${found} rows`)
      rows.push({
        suite: 'registers',
        name: `search: ${name}`,
        unit: 'ms',
        ours: p95,
        limit: null,
        ratio: null,
        target: 'p95 ≤ 150 ms',
        ok: p95 <= 150,
        note: `p50 ${round(median(times), 1)} ms; ${found} rows`
      })
    }
    return rows
  } finally {
    await product.stop()
  }
}
