/** Readings in: beside psql COPY of the same rows with the same indexes. Readings out: latest values, a month on a chart, bytes of what is old. */
import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ReadingBatch } from '@chengyun/contract/streams'
import { type Streams, streamsOf } from '../../packages/server/src/modules/streams/index.ts'
import { openUrl } from '../../packages/server/src/platform/db/open.ts'
import type { Bench } from '../lib/bed.ts'
import { CACHE, type Cluster } from '../lib/machine.ts'
import { startProduct } from '../lib/product.ts'
import { type BenchRow, median, quantile, round, timesOf } from '../lib/stats.ts'
import { batchesOf, DAY_MS, DRAWN, openStreams, pour, STREAMS, type StreamBed } from '../lib/streams.ts'

const run1 = promisify(execFile)
/** Readings of one side of a round. */
const COUNT = 300_000
const SIZE = 1000
const GATEWAYS = 16

export async function run(bench: Bench): Promise<BenchRow[]> {
  const cluster = await bench.cluster()
  const bed = await openStreams(cluster, bench.say)
  try {
    return [
      ...(await intake(bench, cluster, bed)),
      ...(await thirtyDays(bench, cluster, bed)),
      await bytes(bed),
      ...(await asked(bench, bed))
    ]
  } finally {
    await bed.close()
  }
}

/** Streams of a process of this bench, on a copy of their own where nothing else is written. */
async function opened<T>(url: string, work: (streams: Streams, pool: StreamBed['pool']) => Promise<T>, hotDays = 3): Promise<T> {
  const { db, pool, close } = await openUrl(url, 8)
  try {
    const streams = await streamsOf(db, {
      hotDays,
      failed: (error) => process.stderr.write(`${String(error)}\n`)
    })
    await streams.followers.start()
    try {
      return await work(streams, pool)
    } finally {
      await streams.close()
    }
  } finally {
    await close()
  }
}

const textOf = (batches: readonly ReadingBatch[]): string => {
  const lines: string[] = []
  for (const b of batches)
    for (let i = 0; i < b.length; i++)
      lines.push(`${new Date(b.at[i]!).toISOString()}\t${b.values[i]}\t\\N\t${b.streams[i]}\t${b.quality[i]}\t\\N\n`)
  return lines.join('')
}

/** What an earlier run stored today is taken away, so that the same can be sent again. */
async function forget(bed: StreamBed, today: string): Promise<void> {
  await bed.pool.query('delete from streams.reading where at >= $1::timestamptz', [`${today}T00:00:00Z`])
  await bed.pool.query('delete from streams.latest where at >= $1::timestamptz', [`${today}T00:00:00Z`])
  await bed.pool.query('truncate streams.journal')
  await bed.pool.query('vacuum analyze streams.reading')
}

async function intake(bench: Bench, cluster: Cluster, bed: StreamBed): Promise<BenchRow[]> {
  const today = new Date().toISOString().slice(0, 10)
  const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10)
  await bed.pool.query(`drop table if exists raw_reading; create table raw_reading (like streams.reading including all) partition by range (at);
    create table raw_reading_today partition of raw_reading for values from ('${today}T00:00:00Z') to ('${tomorrow}T00:00:00Z')`)
  await forget(bed, today)
  const file = join(CACHE, 'readings.copy')
  const [ours, raw]: [number[], number[]] = [[], []]
  let busyMs = 0
  try {
    await opened(bed.url, async (streams) => {
      const begin = Date.parse(`${today}T00:00:00Z`) + 1000
      const room = Date.now() - begin - 60_000
      for (let i = -1; i < bench.rounds; i++) {
        const batches = [...batchesOf(bed.ids, begin + Math.floor((room / (bench.rounds + 1)) * (i + 1)), COUNT, SIZE)]
        writeFileSync(file, textOf(batches))
        const copy = async (): Promise<number> => {
          const began = performance.now()
          await run1(join(cluster.bin, 'psql'), [
            '-X',
            '-q',
            '-c',
            `\\copy raw_reading (at, value, value2, stream_id, quality, extra) from '${file}'`,
            bed.url
          ])
          return COUNT / ((performance.now() - began) / 1000)
        }
        const cpu = process.cpuUsage()
        const first = i % 2 === 0
        const a = first ? await copy() : 0
        const mine = await pour(streams, batches, GATEWAYS)
        const used = process.cpuUsage(cpu)
        const b = first ? a : await copy()
        // The first round warms both sides.
        if (i < 0) continue
        busyMs += (used.user + used.system) / 1000
        ours.push(mine)
        raw.push(b)
        bench.say(`  round ${i + 1}: intake ${round(mine, 0)}/s, COPY ${round(b, 0)}/s`)
      }
      await streams.settle()
    })
  } finally {
    rmSync(file, { force: true })
    await bed.pool.query('drop table if exists raw_reading')
  }
  const ratio = median(ours.map((rate, i) => rate / raw[i]!))
  return [
    {
      suite: 'streams',
      name: `readings in batches of ${SIZE}: stored, latest, de-duplicated, followed ÷ psql COPY`,
      unit: '/s',
      ours: median(ours),
      limit: median(raw),
      ratio,
      target: '≥ 0.60',
      ok: ratio >= 0.6,
      note: `${GATEWAYS} gateways wait for their receipts; ${STREAMS} streams; unique (stream, instant) and BRIN on both sides; ours also journals, rolls up and judges; ${round((busyMs * 1000) / (COUNT * ours.length), 1)} µs of our process a reading`
    }
  ]
}

/** The same work thirty days on end: each day has a partition of its own. */
async function thirtyDays(bench: Bench, cluster: Cluster, bed: StreamBed): Promise<BenchRow[]> {
  const name = 'streams_days'
  await cluster.sql('postgres', `drop database if exists ${name} with (force)`)
  await bed.pool.query('checkpoint')
  await cluster.sql('postgres', `create database ${name} template template0`)
  const rates: number[] = []
  try {
    await emptyCopy(cluster, bed, name)
    const today = Math.floor(Date.now() / DAY_MS)
    await opened(
      cluster.url(name),
      async (streams) => {
        for (let day = today - 30; day < today; day++)
          rates.push(await pour(streams, [...batchesOf(bed.ids, day * DAY_MS + 1000, COUNT / 2, SIZE)], GATEWAYS))
      },
      40
    )
  } finally {
    await cluster.sql('postgres', `drop database if exists ${name} with (force)`)
  }
  const [first, last] = [median(rates.slice(1, 6)), median(rates.slice(-5))]
  bench.say(`  days: ${rates.map((r) => round(r / 1000, 0)).join(' ')} k/s`)
  return [
    {
      suite: 'streams',
      name: 'intake: 30th day ÷ first',
      unit: '/s',
      ours: last,
      limit: first,
      ratio: last / first,
      target: '≥ 0.95',
      ok: last / first >= 0.95,
      note: `${COUNT / 2} readings into each of thirty partitions; medians of the days 26–30 and 2–6`
    }
  ]
}

/** The same streams without any reading. */
async function emptyCopy(cluster: Cluster, bed: StreamBed, name: string): Promise<void> {
  const dump = join(CACHE, 'streams.dump')
  const bin = (tool: string) => join(cluster.bin, tool)
  await run1(
    bin('pg_dump'),
    [
      '-Fc',
      '-Z0',
      '-f',
      dump,
      '--exclude-table-data=streams.reading*',
      '--exclude-table-data=streams.pack*',
      '--exclude-table-data=streams.journal',
      '--exclude-table-data=streams.latest',
      '--exclude-table-data=streams.follower',
      '--exclude-table-data=streams.rollup*',
      bed.url
    ],
    { maxBuffer: 1 << 26 }
  )
  await run1(bin('pg_restore'), ['--no-owner', '-d', cluster.url(name), dump], { maxBuffer: 1 << 26 })
  rmSync(dump, { force: true })
}

/** What a packed reading costs, with its row, its index and the empty space of pages. */
async function bytes(bed: StreamBed): Promise<BenchRow> {
  const { rows } = await bed.pool.query<{ bytes: number; readings: number; packs: number }>(
    `select (select sum(pg_total_relation_size(inhrelid))::bigint from pg_inherits where inhparent = 'streams.pack'::regclass) as bytes,
       sum(count)::bigint as readings, count(*)::int as packs from streams.pack`
  )
  const { bytes: size, readings, packs } = rows[0]!
  const each = size / readings
  return {
    suite: 'streams',
    name: 'bytes of an old reading',
    unit: '×',
    ours: each,
    limit: 84,
    ratio: each / 84,
    target: '≤ 25',
    ok: each <= 25,
    note: `${readings} readings in ${packs} packs, ${round(size / 1e6, 1)} MB with indexes; a row costs 84`
  }
}

/** Over HTTP, as the console asks. */
async function asked(bench: Bench, bed: StreamBed): Promise<BenchRow[]> {
  const product = await startProduct({ databaseUrl: bed.url, dataDir: bed.dataDir })
  try {
    const session = await product.signIn('leader')
    const tenThousand = JSON.stringify({ streams: [...bed.ids.subarray(0, 40_000)].filter((_, i) => i % 4 === 0) })
    const latest = await timesOf(async () => {
      const res = await fetch(`${product.url}/api/streams/latest`, {
        method: 'POST',
        headers: { ...session.headers, 'content-type': 'application/json' },
        body: tenThousand
      })
      const body = (await res.json()) as { streams: number[] }
      if (body.streams.length !== 10_000) throw new Error(`${res.status}: ${body.streams?.length} streams`)
    }, 60)
    const to = Date.now()
    let k = 0
    const chart = await timesOf(async () => {
      const id = bed.ids[(k++ * 37) % DRAWN]!
      const query = `streams=${id}&from=${new Date(to - 30 * DAY_MS).toISOString()}&to=${new Date(to).toISOString()}&pixels=1200`
      const res = await fetch(`${product.url}/api/streams/chart?${query}`, { headers: session.headers })
      const body = (await res.json()) as { lines: { at: number[] }[] }
      if (!(body.lines[0]!.at.length > 1000)) throw new Error(`${res.status}: a month has ${body.lines[0]?.at.length} points`)
    }, 200)
    bench.say(`  latest p50 ${round(median(latest), 1)}, chart p50 ${round(median(chart), 1)} ms`)
    const row = (name: string, times: number[], most: number, note: string): BenchRow => {
      const p95 = quantile(times, 0.95)
      return {
        suite: 'streams',
        name,
        unit: 'ms',
        ours: p95,
        limit: null,
        ratio: null,
        target: `p95 ≤ ${most} ms`,
        ok: p95 <= most,
        note
      }
    }
    return [
      row(
        'latest values of 10,000 stations',
        latest,
        100,
        `p50 ${round(median(latest), 1)} ms; over HTTP, by number, within the reader's reach`
      ),
      row(
        'a month of minutes of one stream for a chart',
        chart,
        80,
        `p50 ${round(median(chart), 1)} ms; 43,200 readings thinned to 1,200 pixels over HTTP, another stream each time; ${STREAMS} streams`
      )
    ]
  } finally {
    await product.stop()
  }
}
