/** Point → unit grid on the whole demo city, beside the raw limit: the same R-tree searched for boxes only. */
import { fileURLToPath } from 'node:url'
import Flatbush from 'flatbush'
import { insideShape } from '../../packages/server/src/modules/geo/domain/inside.ts'
import { buildLocator } from '../../packages/server/src/modules/geo/domain/locator.ts'
import { randomOf } from '../../packages/server/src/modules/geo/domain/random.ts'
import { boxOf, UNITS } from '../../packages/server/src/modules/geo/domain/shape.ts'
import { planCity, readCityFiles } from '../../packages/server/src/modules/geo/index.ts'

export interface GeoBenchRow {
  name: string
  /** Operations a second. */
  rate: number
  /** The raw limit in the same unit, measured in this run; null where there is none. */
  raw: number | null
  /** What the row must reach. */
  target: string
  ok: boolean
  note: string
}

const POINTS = 400_000
const TARGET_PER_S = 50_000

function ratePerS(count: number, run: () => void): number {
  run()
  const began = performance.now()
  run()
  return Math.round(count / ((performance.now() - began) / 1000))
}

/** Runs the suite; `log` gets a line per step. */
export async function run(ctx: { log?: (line: string) => void } = {}): Promise<GeoBenchRow[]> {
  const log = ctx.log ?? (() => {})
  let began = performance.now()
  const plan = planCity(readCityFiles(fileURLToPath(new URL('../../cities/qingdao/', import.meta.url))))
  const planMs = Math.round(performance.now() - began)
  began = performance.now()
  const locator = buildLocator(plan.grids)
  const buildMs = Math.round(performance.now() - began)
  log(
    `${plan.grids.length} unit grids planned in ${planMs} ms, locator built in ${buildMs} ms, ${(locator.bytes / 1e6).toFixed(1)} MB`
  )

  const random = randomOf('bench')
  const boxes = plan.grids.map((grid) => boxOf(grid.shape))
  const inside: [number, number][] = Array.from({ length: POINTS }, () => {
    const [w, s, e, n] = boxes[Math.floor(random() * boxes.length)] as [number, number, number, number]
    return [(w + random() * (e - w)) / UNITS, (s + random() * (n - s)) / UNITS]
  })
  const onBorder: [number, number][] = inside.map((_, i) => {
    const ring = plan.grids[i % plan.grids.length]?.shape[0]?.[0] as Int32Array
    const at = (i * 2) % ring.length
    return [(ring[at] as number) / UNITS, (ring[at + 1] as number) / UNITS]
  })
  const tree = new Flatbush(boxes.length, 16, Int32Array)
  for (const box of boxes) tree.add(...box)
  tree.finish()

  let seen = 0
  const rawSearch = (points: readonly [number, number][]) => () => {
    for (const [lng, lat] of points) {
      const [x, y] = [lng * UNITS, lat * UNITS]
      seen += tree.search(Math.floor(x), Math.floor(y), Math.ceil(x), Math.ceil(y)).length
    }
  }
  const locate = (points: readonly [number, number][]) => () => {
    for (const [lng, lat] of points) if (locator.findNear(lng, lat) !== null) seen += 1
  }
  const exact = inside.slice(0, 20_000).every(([lng, lat]) => {
    const code = locator.find(lng, lat)
    const found = tree.search(Math.floor(lng * UNITS), Math.floor(lat * UNITS), Math.ceil(lng * UNITS), Math.ceil(lat * UNITS))
    const holding = found.filter((i) => insideShape(plan.grids[i]?.shape ?? [], lng * UNITS, lat * UNITS))
    return holding.length <= 1 && (plan.grids[holding[0] ?? -1]?.code ?? null) === code
  })
  const row = (name: string, points: readonly [number, number][], note: string): GeoBenchRow => {
    const raw = ratePerS(points.length, rawSearch(points))
    const rate = ratePerS(points.length, locate(points))
    return { name, rate, raw, target: `≥ ${TARGET_PER_S}/s`, ok: rate >= TARGET_PER_S && exact, note }
  }
  const rows = [
    row('point → grid', inside, `exact in 20,000 points: ${exact ? 'yes' : 'NO'}`),
    row('point → grid, on corners', onBorder, 'every point is the corner of several grids')
  ]
  log(`${seen} answers`)
  return rows
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.table(await run({ log: console.log }))
