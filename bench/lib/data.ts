/** The prepared databases: a city, and in it 100,000 or 4,000,000 cases of the past year. Made once, kept in the cache. */
import { join } from 'node:path'
import type pg from 'pg'
import { indexCases } from '../../packages/server/src/modules/cases/index.ts'
import { rebuildTallies } from '../../packages/server/src/modules/indicators/index.ts'
import { openUrl } from '../../packages/server/src/platform/db/open.ts'
import { type Db, runInTransaction } from '../../packages/server/src/platform/db.ts'
import { bulkClosed } from './bulk.ts'
import { CACHE, type Cluster, openCluster } from './machine.ts'
import { CaseMaker, insertMade, type Made, readWorld, WHOLE_PATH, type World } from './maker.ts'
import { startProduct } from './product.ts'
import { makeRaw, OPEN } from './raw.ts'
import { phrases, roads } from './words.ts'

export { OPEN }
export type Size = 'small' | 'full'
export const CASES: Readonly<Record<Size, number>> = { small: 100_000, full: 4_000_000 }
const CITY = 'city'
const DAY_MS = 86_400_000

/** How far open cases are, by weight: most are with somebody who handles them. */
const FAR: readonly number[] = [0, 0, 1, 1, 2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 6, 7, 8]

export const textOf = () => {
  const words = phrases()
  const streets = roads(3000)
  return (maker: CaseMaker) => (place: { districtName: string; streetName: string }, cls: { name: string }) => {
    const road = maker.pick(streets, 1.3).text
    return {
      description: `${place.streetName}${road}附近${cls.name}问题：${maker.pick(words, 1.5).text}`,
      address: `${place.districtName}${place.streetName}${road}${Math.floor(maker.between(1, 300))}号`
    }
  }
}

/** `count` cases that still wait to be accepted, reported just now; each is used once. */
export function makeReported(world: World, count: number, prefix: string): Made[] {
  const maker = new CaseMaker(world, prefix)
  const text = textOf()(maker)
  const now = new Date()
  return Array.from({ length: count }, (_, i) =>
    maker.make({
      at: new Date(now.getTime() - 60_000 + Math.floor((i * 50_000) / count)),
      now,
      caseNo: `${prefix}${String(i).padStart(19 - prefix.length, '0')}`,
      steps: 0,
      text
    })
  )
}

function makeOpen(world: World, now: Date): Made[] {
  const maker = new CaseMaker(world, 'open')
  const text = textOf()(maker)
  return Array.from({ length: OPEN }, (_, i) => {
    const steps = FAR[i % FAR.length]!
    const at = new Date(now.getTime() - (steps < 3 ? maker.between(0.03, 0.6) : maker.between(0.6, 25)) * DAY_MS)
    return maker.make({ at, now, caseNo: `998${String(i).padStart(16, '0')}`, steps, text })
  })
}

async function addOpen(db: Db, pool: pg.Pool, world: World, now: Date, say: (line: string) => void): Promise<void> {
  const made = makeOpen(world, now)
  await insertMade(pool, made)
  for (let i = 0; i < made.length; i += 1000) {
    const ids = made.slice(i, i + 1000).map((m) => m.record.id)
    await runInTransaction(db, (tx) => indexCases(tx, ids))
  }
  say(`${made.length} open ones`)
}

/** Makes what is missing; returns the cluster ready to be measured. */
export async function prepare(sizes: readonly Size[], say: (line: string) => void): Promise<Cluster> {
  const measured = await openCluster({ loading: false })
  const missing: Size[] = []
  for (const size of sizes) if (!(await measured.exists(size))) missing.push(size)
  if (missing.length === 0) return measured
  await measured.stop()
  const cluster = await openCluster({ loading: true })
  try {
    if (!(await cluster.exists(CITY))) await makeCity(cluster, say)
    for (const size of missing) await makeCases(cluster, size, say)
    await cluster.sql('postgres', 'checkpoint')
  } finally {
    await cluster.stop()
  }
  return openCluster({ loading: false })
}

async function makeCity(cluster: Cluster, say: (line: string) => void): Promise<void> {
  say('setting a city up with the product')
  await cluster.sql('postgres', `drop database if exists making with (force)`)
  await cluster.sql('postgres', 'create database making')
  const product = await startProduct({ databaseUrl: cluster.url('making'), dataDir: join(CACHE, 'media'), say })
  await product.stop()
  await cluster.sql('postgres', `alter database making rename to ${CITY}`)
}

async function makeCases(cluster: Cluster, size: Size, say: (line: string) => void): Promise<void> {
  const began = performance.now()
  const since = () => `${Math.round((performance.now() - began) / 1000)} s`
  await cluster.sql('postgres', `drop database if exists making_${size} with (force)`)
  await cluster.sql('postgres', `create database making_${size} template ${CITY}`)
  const { db, pool, close } = await openUrl(cluster.url(`making_${size}`), 4)
  try {
    await fill(db, pool, CASES[size], (line) => say(`${size}: ${line} (${since()})`))
    await makeRaw(pool, CASES[size])
    say(`${size}: raw tables beside them (${since()})`)
  } finally {
    await close()
  }
  await cluster.sql('postgres', `alter database making_${size} rename to "${size}"`)
}

/** Fills a set-up city with cases: closed ones by SQL, open ones by the rules of the product; indexes, search words and tallies after. */
export async function fill(db: Db, pool: pg.Pool, cases: number, say: (line: string) => void): Promise<void> {
  const now = new Date()
  const world = await readWorld(db, pool)
  const finished = Array.from({ length: 400 }, (_, i) => {
    const maker = new CaseMaker(world, `closed-${i}`)
    return maker.make({ at: new Date(now.getTime() - 40 * DAY_MS), now, caseNo: '', steps: WHOLE_PATH, text: textOf()(maker) })
  })
  await bulkClosed(pool, { world, finished, count: cases - OPEN, now, say, finish: () => addOpen(db, pool, world, now, say) })
  const { cells } = await rebuildTallies(db)
  await pool.query('vacuum analyze indicators.tally')
  say(`${cells} tallies counted`)
}
