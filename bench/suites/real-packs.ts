/** Real series through the delivered packs, from the folder that also holds the labelled series of `detectors`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../lib/bed.ts'
import type { BenchRow } from '../lib/stats.ts'
import { elders, FLAT } from './real-packs/elders.ts'
import { heating } from './real-packs/heating.ts'
import { throughProduct } from './real-packs/product.ts'
import { rowOf } from './real-packs/row.ts'
import { water } from './real-packs/water.ts'
import { NETWORK } from './real-packs/water-net.ts'

type Part = (bench: Bench, root: string) => Promise<BenchRow[]>
const PARTS: readonly [string, string, Part][] = [
  ['heating', 'heating_xai4heat', heating],
  ['water', NETWORK, water],
  ['elders', FLAT, elders],
  ['product', NETWORK, throughProduct]
]

export async function run(bench: Bench): Promise<BenchRow[]> {
  const root = process.env.BENCH_SERIES
  const only = process.env.BENCH_PART
  const rows: BenchRow[] = []
  for (const [name, folder, part] of PARTS) {
    if (only && only !== name) continue
    if (root && existsSync(join(root, folder))) rows.push(...(await part(bench, root)))
    else {
      bench.say(`  real-packs: ${name} NOT MEASURED; BENCH_SERIES names no folder with ${folder}/`)
      rows.push(rowOf(`${name}: NOT MEASURED`, 0, '', `BENCH_SERIES names no folder with ${folder}/`))
    }
  }
  return rows
}
