/** The suite of the overview as rows of the table: over HTTP, as a leader sees it. */
import type { Bench } from '../lib/bed.ts'
import type { BenchRow } from '../lib/stats.ts'
import { run as runOverview } from './overview.ts'

export async function run(bench: Bench): Promise<BenchRow[]> {
  const bed = await bench.bed('full')
  const leader = await bed.product.signIn('leader')
  const rows = await runOverview({
    pool: bed.pool,
    db: bed.db,
    baseUrl: bed.product.url,
    cookie: leader.cookie,
    cases: bed.cases,
    log: (line) => bench.say(`  ${line}`)
  })
  return rows.map(
    (r): BenchRow => ({
      suite: 'overview',
      name: r.name,
      unit: r.name.startsWith('live ÷') ? '×' : 'ms',
      ours: r.p95,
      limit: r.raw,
      ratio: r.raw === null ? null : r.raw / r.p50,
      target: r.target,
      ok: r.target === 'none' ? null : r.ok,
      note: `p50 ${r.p50}; ${r.note}`
    })
  )
}
