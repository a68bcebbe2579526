/** What a layer costs while it is made: how long the main loop stands still, and what another process knows. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { busyTiles, type MapBed } from '../../lib/components.ts'
import { startProduct } from '../../lib/product.ts'
import { type BenchRow, round, sleep } from '../../lib/stats.ts'
import { oneEdit } from './ask.ts'
import { etagOf, longestStall, plain, untilReady, type Wanted } from './wanted.ts'

/** Several starts: what happens once is not measured by one look. */
const BUILDS = 3

/**
 * The snapshot is read by a worker and taken over by the main thread, on which everybody waits: the longest stand of its loop from ready
 * until the first tiles of the new layer are out, one reader asking all the while.
 */
export async function stallOfBuild(bench: Wanted['bench'], bed: MapBed): Promise<BenchRow[]> {
  const tiles = [...(await busyTiles(bed.pool, 12, 40)), ...(await busyTiles(bed.pool, 16, 100))]
  const stalls: { building: number; first: number }[] = []
  for (let i = 0; i < BUILDS; i += 1) {
    rmSync(join(bed.dataDir, 'tiles'), { recursive: true, force: true })
    const product = await bed.start()
    try {
      const session = await product.signIn('acceptor')
      await longestStall(product)
      await untilReady(product, undefined, 50)
      const building = await longestStall(product)
      for (const at of tiles) await etagOf(product, session, at)
      // The loop's longest stand is told when its timer comes next.
      await sleep(100)
      stalls.push({ building, first: await longestStall(product) })
    } finally {
      await product.stop()
    }
  }
  const worst = Math.max(...stalls.map((s) => Math.max(s.building, s.first)))
  const text = stalls.map((s) => `${round(s.building, 0)} + ${round(s.first, 0)}`).join(', ')
  bench.say(`  main loop: longest stand while a snapshot is made + at the first tiles: ${text} ms`)
  return [
    plain(
      'main loop: longest stand while a snapshot is made and first read',
      'ms',
      worst,
      '≤ 50 ms',
      worst <= 50,
      `of ${BUILDS} builds, while made + at the first tiles: ${text} ms; the clock of the loop ticks every 10 ms`
    )
  ]
}

/** An edit made in one process, asked for in another on the same database. */
export async function otherProcess(w: Wanted): Promise<BenchRow[]> {
  const product = await startProduct({ databaseUrl: w.bed.url, dataDir: w.bed.dataDir })
  try {
    await untilReady(product)
    const session = await product.signIn('acceptor')
    return await oneEdit(w, 'one edit: saved here, in the tile of another process', { product, session })
  } finally {
    await product.stop()
  }
}
