/** Days of readings: which have a partition, which are packed; partitions are made when they are first needed. */
import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

export const DAY_MS = 86_400_000
/** Number of the UTC day of an instant. */
export const dayOf = (ms: number): number => Math.floor(ms / DAY_MS)
/** `2026-11-22` of a day's number. */
export const dayText = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)
export const monthText = (day: number): string => dayText(day).slice(0, 7)

/** Which partitions a process knows to be there. Only growing: days that are dropped take no readings any more. */
export class Days {
  readonly #db: Db
  readonly #days = new Set<number>()
  readonly #months = new Set<string>()

  constructor(db: Db) {
    this.#db = db
  }

  forget(): void {
    this.#days.clear()
    this.#months.clear()
  }

  /** Makes sure that readings of these days can be stored as rows. */
  async prepare(days: Iterable<number>): Promise<void> {
    const unknown = [...days].filter((day) => !this.#days.has(day))
    if (unknown.length === 0) return
    const { rows } = await sql<{ day: string }>`select day::text from streams.day
      where day = any(${unknown.map(dayText)}::date[]) and state = 'hot'`.execute(this.#db)
    const there = new Set(rows.map((r) => r.day))
    for (const day of unknown) {
      if (!there.has(dayText(day))) await this.#make(day)
      this.#days.add(day)
    }
  }

  /** The month of this day has room for packs. */
  async prepareMonth(day: number): Promise<void> {
    const month = monthText(day)
    if (this.#months.has(month)) return
    await this.#db.transaction().execute((tx) => makeMonth(tx, 'pack', `${month}-01`))
    this.#months.add(month)
  }

  async #make(day: number): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await lockPartitions(tx)
      const text = dayText(day)
      if (await isThere(tx, readingTable(day))) return
      await attach(tx, 'reading', readingTable(day), `${text}T00:00:00Z`, `${dayText(day + 1)}T00:00:00Z`)
      await sql`insert into streams.day (day, state, changed_at) values (${text}::date, 'hot', now())
        on conflict (day) do update set state = 'hot', changed_at = now()`.execute(tx)
    })
  }
}

/** One process at a time makes or drops partitions. */
export const lockPartitions = (tx: Tx): Promise<unknown> => sql`select pg_advisory_xact_lock(727044, 0)`.execute(tx)

/** The partition of a day's readings, without its schema. */
export const readingTable = (day: number): string => `reading_${dayText(day).replaceAll('-', '')}`

/** Attached, not created as a partition: that would lock the table against everybody while it lasts. */
export async function attach(tx: Tx, parent: string, name: string, from: string, to: string): Promise<void> {
  const table = sql.raw(`streams.${name}`)
  await sql`create table ${table} (like ${sql.raw(`streams.${parent}`)} including defaults including constraints including storage)`.execute(
    tx
  )
  await sql`alter table ${sql.raw(`streams.${parent}`)} attach partition ${table}
    for values from (${sql.lit(from)}) to (${sql.lit(to)})`.execute(tx)
}

const nextMonth = (first: string): string => {
  const [year, month] = first.split('-').map(Number) as [number, number]
  return month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`
}

/** Asked of the catalogue's rows: what to_regclass answers may be older than a lock that was waited for. */
const isThere = async (tx: Tx, name: string): Promise<boolean> =>
  (
    await sql<{ there: boolean }>`select exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'streams' and c.relname = ${name}) as there`.execute(tx)
  ).rows[0]!.there

/** The partition of a month of packs or of hourly roll-ups; `first` is its first day. */
export async function makeMonth(tx: Tx, parent: 'pack' | 'rollup_hour', first: string): Promise<void> {
  const name = `${parent}_${first.slice(0, 7).replace('-', '')}`
  if (await isThere(tx, name)) return
  await lockPartitions(tx)
  if (await isThere(tx, name)) return
  const zone = parent === 'pack' ? '' : 'T00:00:00Z'
  await attach(tx, parent, name, `${first}${zone}`, `${nextMonth(first)}${zone}`)
}

/** The partition of a day of roll-ups by the minute. */
export async function makeMinuteDay(tx: Tx, day: number): Promise<void> {
  const name = `rollup_minute_${dayText(day).replaceAll('-', '')}`
  if (await isThere(tx, name)) return
  await lockPartitions(tx)
  if (await isThere(tx, name)) return
  await attach(tx, 'rollup_minute', name, `${dayText(day)}T00:00:00Z`, `${dayText(day + 1)}T00:00:00Z`)
}
