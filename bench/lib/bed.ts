/** Where a suite works: a prepared database, the product running on it, and people signed in. */
import { rmSync } from 'node:fs'
import type pg from 'pg'
import { openUrl } from '../../packages/server/src/platform/db/open.ts'
import type { Db } from '../../packages/server/src/platform/db.ts'
import { CASES, prepare, type Size } from './data.ts'
import { type Cluster, findWrk, scratch } from './machine.ts'
import { readWorld, type World } from './maker.ts'
import { type Product, type Session, startProduct } from './product.ts'
import { sleep } from './stats.ts'

export interface Bed {
  name: string
  cases: number
  db: Db
  pool: pg.Pool
  product: Product
  world: World
  /** Sees the whole city. */
  acceptor: Session
  close(): Promise<void>
}

/** What all suites of one run share; cluster and servers are started when the first suite asks for them. */
export class Bench {
  readonly say: (line: string) => void
  /** Rounds of an interleaved comparison, and seconds of each side of a round. */
  readonly rounds: number
  readonly seconds: number
  #cluster: Cluster | undefined
  #prepared = new Set<Size>()
  readonly #beds = new Map<Size, Bed>()
  #wrk: string | null | undefined

  constructor(options: { say: (line: string) => void; rounds: number; seconds: number }) {
    this.say = options.say
    this.rounds = options.rounds
    this.seconds = options.seconds
  }

  async cluster(...sizes: Size[]): Promise<Cluster> {
    const missing = sizes.filter((s) => !this.#prepared.has(s))
    if (this.#cluster && missing.length === 0) return this.#cluster
    await this.#closeBeds()
    await this.#cluster?.stop()
    for (const size of sizes) this.#prepared.add(size)
    this.#cluster = await prepare([...this.#prepared], this.say)
    return this.#cluster
  }

  /** The product on a prepared database; the same one for every suite that asks. */
  async bed(size: Size): Promise<Bed> {
    const known = this.#beds.get(size)
    if (known) return known
    const cluster = await this.cluster(size)
    const bed = await openBed(size, CASES[size], { databaseUrl: cluster.url(size) })
    this.#beds.set(size, bed)
    return bed
  }

  /** @throws when there is no wrk and none can be installed. */
  wrk(): string {
    this.#wrk ??= findWrk(this.say)
    if (this.#wrk === null) throw new Error('wrk is not installed (Debian: apt-get install wrk)')
    return this.#wrk
  }

  async #closeBeds(): Promise<void> {
    for (const bed of this.#beds.values()) await bed.close()
    this.#beds.clear()
  }

  async close(): Promise<void> {
    await this.#closeBeds()
    await this.#cluster?.stop()
  }
}

export async function openBed(name: string, cases: number, place: { databaseUrl: string; product?: Product }): Promise<Bed> {
  const dataDir = scratch('chengyun-bench-files-')
  const { db, pool, close } = await openUrl(place.databaseUrl, 4)
  await cleanUp(pool)
  const product = place.product ?? (await startProduct({ dataDir, databaseUrl: place.databaseUrl }))
  const world = await readWorld(db, pool)
  const bed: Bed = {
    name,
    cases,
    db,
    pool,
    product,
    world,
    acceptor: await product.signIn('acceptor'),
    close: async () => {
      await close()
      await product.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  }
  await quiet(bed)
  return bed
}

/** Waits until nothing is on its way any more; returns how long that took in seconds. */
export async function quiet(bed: Bed): Promise<number> {
  const began = performance.now()
  for (;;) {
    const { rows } = await bed.pool.query<{ busy: boolean }>(
      'select exists (select 1 from platform.outbox) or exists (select 1 from cases."case" where wake_at <= now() - interval \'15 s\') as busy'
    )
    if (!rows[0]?.busy) return (performance.now() - began) / 1000
    await sleep(100)
  }
}

/** Takes out what earlier runs added: prepared data must be the same for each run. */
async function cleanUp(pool: pg.Pool): Promise<void> {
  const client = await pool.connect()
  try {
    const { rows } = await client.query<{ made_at: Date; raw: number }>('select made_at, raw from raw.made')
    const made = rows[0]
    if (!made) throw new Error('the database was not prepared by this bench')
    const since = new Date(made.made_at.getTime() - 40 * 60_000)
    const { rows: later } = await client.query<{ n: number }>(
      'select count(*)::int as n from cases."case" where reported_at > $1',
      [since]
    )
    if (later[0]?.n === 0) return
    await client.query('set session_replication_role = replica')
    await client.query('create temp table later as select id from cases."case" where reported_at > $1', [since])
    for (const [table, column] of [
      ['step', 'case_id'],
      ['search', 'case_id'],
      ['"case"', 'id']
    ])
      await client.query(`delete from cases.${table} t using later l where t.${column} = l.id`)
    await client.query('truncate platform.outbox, raw.event, raw.outbox')
    await client.query('delete from raw.cases where id > $1', [made.raw])
    for (const table of ['cases."case"', 'cases.step', 'cases.search', 'raw.cases', 'platform.event'])
      await client.query(`vacuum analyze ${table}`)
  } finally {
    await client.query('reset all; set session_replication_role = origin; drop table if exists later')
    client.release()
  }
}
