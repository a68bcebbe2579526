/** What a living layer asks of the database: single objects, what changed, and whether a stored snapshot still belongs to it. */
import pg from 'pg'
import { type Db, poolOf } from '../../../platform/db.ts'
import type { DeliveredEvent } from '../../../platform/module.ts'
import type { LayerRow } from '../domain/tiles/snapshot.ts'
import type { LayerQueries } from '../tiles/source.ts'
import { copyRows, type DatabaseIdentity, identityOf, type Marks, marksOf, rowOfArray } from './copy-rows.ts'

const BY_KEYS = 2000

/** Objects by key as they stand now; a key that is not in the answer is no longer in the layer. */
export async function readByKeys(db: Db, queries: LayerQueries, keys: readonly string[]): Promise<Map<string, LayerRow>> {
  const out = new Map<string, LayerRow>()
  for (let from = 0; from < keys.length; from += BY_KEYS) {
    const { rows } = await poolOf(db).query<unknown[]>({
      text: queries.byKeys,
      values: [keys.slice(from, from + BY_KEYS)],
      rowMode: 'array'
    })
    for (const values of rows) {
      const row = rowOfArray(values)
      out.set(row.key, row)
    }
  }
  return out
}

/** Keys of what was written from a transaction on, at most `limit`, and the marks to go on from; null keys when there are more. */
export async function keysSince(
  db: Db,
  query: string,
  xmin: string,
  limit: number
): Promise<{ keys: string[] | null; marks: Marks }> {
  // The marks first: what is written in between is found again next time.
  const marks = await marksOf(poolOf(db))
  const { rows } = await poolOf(db).query<[string]>({
    text: `select * from (${query}) as changed limit ${limit + 1}`,
    values: [xmin],
    rowMode: 'array'
  })
  return { keys: rows.length > limit ? null : rows.map(([key]) => key), marks }
}

/** Events of some names after a number; null when there are more than `limit`, or the first after it is no longer kept. */
export async function eventsAfter(
  db: Db,
  seq: number,
  names: readonly string[],
  limit: number
): Promise<DeliveredEvent[] | null> {
  const { rows: kept } = await poolOf(db).query<{ is_kept: boolean }>(
    `select coalesce((select event_seq from platform.relay), 0) = $1 or exists (select 1 from platform.event where seq = $1 + 1) as is_kept`,
    [seq]
  )
  if (!kept[0]?.is_kept) return null
  const { rows } = await poolOf(db).query<{ seq: string; name: string; payload: Record<string, unknown>; at: Date }>(
    'select seq, name, payload, at from platform.event where seq > $1 and name = any($2::text[]) order by seq limit $3',
    [seq, names, limit + 1]
  )
  const events = rows.map((row) => ({ ...row, seq: Number(row.seq) }))
  return events.length > limit ? null : events
}

export const identityOfDatabase = (db: Db): Promise<DatabaseIdentity> => identityOf(poolOf(db))
export const marksOfDatabase = (db: Db): Promise<Marks> => marksOf(poolOf(db))

/** West, south, east, north of the city in degrees; null before it was set up. */
export async function cityExtent(db: Db): Promise<[number, number, number, number] | null> {
  const { rows } = await poolOf(db).query<{ extent: [number, number, number, number] | null }>(
    "select value->'extent' as extent from platform.setting where key = 'city'"
  )
  return rows[0]?.extent ?? null
}

/** Address of the database for a worker of this process; holds the password when there is one: never log it. */
export const addressOfDatabase = (db: Db): string => poolOf(db).options.connectionString ?? ''

/** Whether a layer has more than so many objects. */
export async function hasMoreThan(db: Db, queries: LayerQueries, n: number): Promise<boolean> {
  const { rows } = await poolOf(db).query<{ n: string }>(
    `select count(*) as n from (select 1 from (${queries.all}) as a limit ${n + 1}) as b`
  )
  return Number(rows[0]!.n) > n
}

/** Reads a whole layer over a connection of the pool. */
export async function copyLayer(db: Db, queries: LayerQueries, each: (row: LayerRow) => void): Promise<Marks> {
  const client = await poolOf(db).connect()
  try {
    return await copyRows(client, queries.all, each)
  } finally {
    client.release()
  }
}

/** Reads a whole layer over a connection of its own: in a worker there is no pool. */
export async function copyLayerFrom(
  address: string,
  all: string,
  each: (row: LayerRow) => void
): Promise<Marks & DatabaseIdentity> {
  const client = new pg.Client({ connectionString: address, application_name: 'chengyun tiles' })
  await client.connect()
  try {
    await client.query("set timezone = 'UTC'")
    const identity = await identityOf(client)
    return { ...(await copyRows(client, all, each)), ...identity }
  } finally {
    await client.end()
  }
}
