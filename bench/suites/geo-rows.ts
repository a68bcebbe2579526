/** The suite of the locator as rows of the table. */
import type { Bench } from '../lib/bed.ts'
import type { BenchRow } from '../lib/stats.ts'
import { run as runGeo } from './geo.ts'

export async function run(bench: Bench): Promise<BenchRow[]> {
  const rows = await runGeo({ log: (line) => bench.say(`  ${line}`) })
  return rows.map((r) => ({
    suite: 'geo',
    name: r.name,
    unit: '/s',
    ours: r.rate,
    limit: r.raw,
    ratio: r.raw === null ? null : r.rate / r.raw,
    target: r.target,
    ok: r.ok,
    note: r.note
  }))
}
