// A few observed items in the small city, and batches of readings for tests.
import type { ReadingBatch } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { AT_EAST, AT_WEST } from '../../testing.ts'
import { createItem, registryEnv } from '../registry/index.ts'
import { createStream, ensureThing } from './commands/catalogue.ts'
import { emptyBatch } from './domain/batch-codec.ts'

/** Readings as they are easiest to write: stream, instant (epoch ms), value, quality. */
export type Row = readonly [stream: number, at: number, value: number, quality?: number]

export function batchOf(rows: readonly Row[]): ReadingBatch {
  const out = emptyBatch(rows.length)
  out.length = rows.length
  rows.forEach(([stream, at, value, quality = 0], i) => {
    out.streams[i] = stream
    out.at[i] = at
    out.values[i] = value
    out.quality[i] = quality
  })
  return out
}

export interface Station {
  itemId: string
  code: string
  thing: number
}

/** A heat station in the west (or the east) with its number as a thing. */
export async function makeStation(db: Db, east = false): Promise<Station> {
  const env = await registryEnv(db)
  const [lng, lat] = east ? AT_EAST : AT_WEST
  const item = { place: [lng, lat] as [number, number], name: '一号站', class: 'water' }
  const { id, code } = await createItem(env)(db, SYSTEM, { type: 'heat-station', item: item as never, why: { source: 'person' } })
  const thing = await db.transaction().execute((tx) => ensureThing(tx, id, new Date()))
  return { itemId: id, code, thing }
}

/** A stream of numbers between −50 and 150, expected every minute. */
export async function makeStream(
  db: Db,
  thingId: number,
  key = 'supplyC',
  more: Partial<Parameters<typeof createStream>[2]> = {}
): Promise<number> {
  const { id } = await createStream(db, SYSTEM, {
    thingId,
    key,
    name: key,
    sensor: { name: 'Pt100' },
    property: { name: key, definition: `urn:test:${key}` },
    low: -50,
    high: 150,
    intervalS: 60,
    staleAfterS: 180,
    stuckAfterS: 3600,
    ...more
  })
  return id
}

/** What the table has of a stream, by instant. */
export async function stored(db: Db, stream: number): Promise<[number, number | null, number][]> {
  const { rows } = await sql<{ at: number; value: number | null; quality: number }>`
    select date_part('epoch', at) * 1000 as at, value, quality from streams.reading where stream_id = ${stream} order by at`.execute(
    db
  )
  return rows.map((r) => [Math.round(r.at), r.value, r.quality])
}
