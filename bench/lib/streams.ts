/** A city that is observed: 55,000 stations with four streams each, a month of minutes of some of them. Made once and kept. */
import { join } from 'node:path'
import type { ReadingBatch } from '@chengyun/contract/streams'
import type pg from 'pg'
import { emptyBatch, type Streams, streamsOf } from '../../packages/server/src/modules/streams/index.ts'
import { openUrl } from '../../packages/server/src/platform/db/open.ts'
import type { Db } from '../../packages/server/src/platform/db.ts'
import { CACHE, type Cluster } from './machine.ts'
import { startProduct } from './product.ts'

export const STREAMS = 220_000
/** Streams whose last month is there, a reading a minute. */
export const DRAWN = 200
export const DAY_MS = 86_400_000
const KEYS = ['supplyC', 'returnC', 'pressureKpa', 'flowM3h']
const STATIONS = STREAMS / KEYS.length
const DB = 'streams'

export interface StreamBed {
  url: string
  pool: pg.Pool
  db: Db
  dataDir: string
  /** Numbers of all streams, rising; the first {@link DRAWN} have a history. */
  ids: Int32Array
  close(): Promise<void>
}

/** The database of streams; made with the product's own intake the first time. */
export async function openStreams(cluster: Cluster, say: (line: string) => void): Promise<StreamBed> {
  const dataDir = join(CACHE, 'streams')
  if (!(await cluster.exists(DB))) {
    await cluster.sql('postgres', `drop database if exists making_${DB} with (force)`)
    await cluster.sql('postgres', `create database making_${DB}`)
    const url = cluster.url(`making_${DB}`)
    say('  setting a city up with the product')
    await (await startProduct({ databaseUrl: url, dataDir })).stop()
    const { pool, db, close } = await openUrl(url, 8)
    try {
      say(`  ${STATIONS} stations with ${STREAMS} streams`)
      await declare(pool)
      say(`  a month of minutes of ${DRAWN} streams`)
      await remember(db, await idsOf(pool))
      await pool.query('vacuum analyze')
    } finally {
      await close()
    }
    await cluster.sql('postgres', `alter database making_${DB} rename to ${DB}`)
  }
  const url = cluster.url(DB)
  const { pool, db, close } = await openUrl(url, 8)
  return { url, pool, db, dataDir, ids: await idsOf(pool), close }
}

async function idsOf(pool: pg.Pool): Promise<Int32Array> {
  const { rows } = await pool.query<{ id: number }>("select id from streams.stream where name = 'bench' order by id")
  return Int32Array.from(rows, (r) => r.id)
}

async function declare(pool: pg.Pool): Promise<void> {
  await pool.query(
    `insert into registry.item (type_id, id, code, class_code, name, status, lng, lat, grid_code, attributes, created_at, updated_at)
     select 'heat-station', gen_random_uuid(), 'BENCH-' || n, 'water', '换热站' || n, 'running', 120.2 + (n % 500) * 0.0006, 36.0 + (n / 500) * 0.002,
       (select code from geo.pub_unit_grid order by code limit 1), '{}', now(), now() from generate_series(1, $1::int) n`,
    [STATIONS]
  )
  await pool.query(
    "insert into streams.thing (item_id, type_id, created_at) select id, type_id, now() from registry.item where type_id = 'heat-station' and code like 'BENCH-%' order by code"
  )
  await pool.query("insert into streams.sensor (name, encoding_type, metadata) values ('bench', 'text/plain', '\"\"')")
  await pool.query("insert into streams.observed_property (name, definition) values ('bench', 'urn:bench')")
  await pool.query(
    `insert into streams.stream (thing_id, sensor_id, observed_property_id, key, name, kind, observation_type, unit, low, high, interval_s, stale_after_s, created_at, updated_at)
     select t.id, s.id, p.id, k, 'bench', 'number', 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement',
       '{"name": null, "symbol": null, "definition": null}', -50, 2000, 60, 180, now(), now()
     from streams.thing t join registry.item i on i.id = t.item_id and i.code like 'BENCH-%', streams.sensor s, streams.observed_property p, unnest($1::text[]) k
     where s.name = 'bench' and p.name = 'bench' order by t.id, k`,
    [KEYS]
  )
}

/** What a station says: a slow wave with noise, two decimals; the same for the same stream and instant. */
export function valueAt(stream: number, at: number): number {
  const dice = Math.imul(Math.imul(stream, 2_654_435_761) ^ (at / 1000), 0x45d9f3b) >>> 0
  return Math.round(4000 + 900 * Math.sin(at / 1.4e7 + stream) + (dice % 41) - 20) / 100
}

/** The last month of the first streams: old days into packs, the last three as rows. */
async function remember(db: Db, ids: Int32Array): Promise<void> {
  const streams = await streamsOf(db)
  const today = Math.floor(Date.now() / DAY_MS)
  for (let day = today - 30; day < today; day++) {
    const waiting: Promise<unknown>[] = []
    for (const id of ids.subarray(0, DRAWN)) {
      const batch = emptyBatch(1440)
      batch.length = 1440
      for (let i = 0; i < 1440; i++) {
        const at = day * DAY_MS + i * 60_000 + ((id * 7919 + i * 131) % 900)
        batch.streams[i] = id
        batch.at[i] = at
        batch.values[i] = valueAt(id, at)
      }
      waiting.push(streams.intake.submit(batch))
      if (waiting.length === 50) await Promise.all(waiting.splice(0))
    }
    await Promise.all(waiting)
  }
  await streams.close()
}

/** `count` readings of all streams in turn, one instant after another from `since`; batches of `size`. */
export function* batchesOf(ids: Int32Array, since: number, count: number, size: number): Generator<ReadingBatch> {
  for (let from = 0; from < count; from += size) {
    const n = Math.min(size, count - from)
    const batch = emptyBatch(n)
    batch.length = n
    for (let i = 0; i < n; i++) {
      const k = from + i
      const at = since + Math.floor(k / ids.length) * 1000 + (k % 1000)
      batch.streams[i] = ids[k % ids.length]!
      batch.at[i] = at
      batch.values[i] = valueAt(ids[k % ids.length]!, at)
    }
    yield batch
  }
}

/** Gateways that each send a batch and wait for its receipt. Answers readings a second. */
export async function pour(streams: Streams, batches: readonly ReadingBatch[], gateways: number): Promise<number> {
  let [next, sent] = [0, 0]
  const began = performance.now()
  const gateway = async (): Promise<void> => {
    while (next < batches.length) {
      const receipt = await streams.intake.submit(batches[next++]!)
      sent += receipt.stored
    }
  }
  await Promise.all(Array.from({ length: gateways }, gateway))
  const rate = sent / ((performance.now() - began) / 1000)
  const wanted = batches.reduce((n, b) => n + b.length, 0)
  if (sent !== wanted) throw new Error(`${sent} of ${wanted} readings were stored`)
  return rate
}
