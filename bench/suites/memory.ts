/** What the server process holds at rest: the demo city on the embedded server, nobody asking anything. */
import { rmSync } from 'node:fs'
import type { Bench } from '../lib/bed.ts'
import { scratch } from '../lib/machine.ts'
import { startProduct } from '../lib/product.ts'
import { type BenchRow, sleep } from '../lib/stats.ts'

const LIMIT_MB = 350
const REST_S = 45

export async function run(bench: Bench): Promise<BenchRow[]> {
  const dataDir = scratch('chengyun-bench-memory-')
  try {
    const first = await startProduct({ dataDir, say: (line) => bench.say(`  ${line}`) })
    const afterSetUp = first.rssMb()
    await first.stop()
    const product = await startProduct({ dataDir })
    const started = product.rssMb()
    await product.signIn('acceptor')
    await sleep(REST_S * 1000)
    const rest = product.rssMb()
    await product.stop()
    return [
      {
        suite: 'memory',
        name: 'server process at rest, demo city (PostgreSQL apart)',
        unit: 'MB',
        ours: rest,
        limit: null,
        ratio: null,
        target: `≤ ${LIMIT_MB} MB`,
        ok: rest <= LIMIT_MB,
        note: `${REST_S} s after a later start; ${started} MB when ready, ${afterSetUp} MB right after the set-up of the city`
      }
    ]
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}
