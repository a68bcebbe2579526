/** Real series through the delivered packs, from the folder that also holds the labelled series of `detectors`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../lib/bed.ts'
import type { BenchRow } from '../lib/stats.ts'
import { heating } from './real-packs/heating.ts'
import { rowOf } from './real-packs/row.ts'

type Part = (bench: Bench, root: string) => Promise<BenchRow[]>
const PARTS: readonly [string, string, Part][] = [['heating', 'heating_xai4heat', heating]]

export async function run(bench: Bench): Promise<BenchRow[]> {
  const root = process.env.BENCH_SERIES
  const rows: BenchRow[] = []
  for (const [name, folder, part] of PARTS) {
    if (root && existsSync(join(root, folder))) rows.push(...(await part(bench, root)))
    else {
      bench.say(`  real-packs: ${name} NOT MEASURED; BENCH_SERIES names no folder with ${folder}/`)
      rows.push(rowOf(`${name}: NOT MEASURED`, 0, '', `BENCH_SERIES names no folder with ${folder}/`))
    }
  }
  return rows
}
