/** The embedded server beside the outside one, both with 100,000 cases: the trial must feel like production. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findRunningEmbedded, startEmbedded } from '../../packages/server/src/platform/db/embedded.ts'
import { openUrl } from '../../packages/server/src/platform/db/open.ts'
import { type Bed, type Bench, openBed } from '../lib/bed.ts'
import { CASES, fill } from '../lib/data.ts'
import { noRounds, transitionRound } from '../lib/flow.ts'
import { CACHE, schemaKey } from '../lib/machine.ts'
import { startProduct } from '../lib/product.ts'
import { makeRaw } from '../lib/raw.ts'
import { type BenchRow, median, quantile, round, timesOf } from '../lib/stats.ts'

const LIST = '/api/cases?queue=handling'
const ASKED = 60

export async function run(bench: Bench): Promise<BenchRow[]> {
  const outside = await bench.bed('small')
  const dataDir = await prepareEmbedded(bench)
  const embedded = await openEmbedded(dataDir)
  try {
    const figures = [noRounds(), noRounds()] as const
    const lists: [number[], number[]] = [[], []]
    for (const bed of [outside, embedded]) await transitionRound(bench, bed, noRounds(), null)
    for (let i = 0; i < bench.rounds; i += 1) {
      const order = i % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)
      for (const k of order) {
        const bed = [outside, embedded][k]!
        await transitionRound(bench, bed, figures[k], null)
        lists[k].push(quantile(await timesOf(() => ask(bed), ASKED), 0.5))
      }
      bench.say(
        `  round ${i + 1}: outside ${round(figures[0].rates[i]!, 0)}/s, embedded ${round(figures[1].rates[i]!, 0)}/s; list ${round(lists[0][i]!)} and ${round(lists[1][i]!)} ms`
      )
    }
    const slower = median(figures[0].rates.map((r, i) => r / figures[1].rates[i]!))
    const list = median(lists[1].map((ms, i) => ms / lists[0][i]!))
    return [
      {
        suite: 'embedded',
        name: 'accept: outside rate ÷ embedded rate',
        unit: '/s',
        ours: median(figures[1].rates),
        limit: median(figures[0].rates),
        ratio: slower,
        target: '≤ 1.5',
        ok: slower <= 1.5,
        note: 'embedded PostgreSQL 18 with its own settings; 100,000 cases'
      },
      {
        suite: 'embedded',
        name: 'list: embedded time ÷ outside time',
        unit: 'ms',
        ours: median(lists[1]),
        limit: median(lists[0]),
        ratio: list,
        target: '≤ 1.5',
        ok: list <= 1.5,
        note: `p50 of ${ASKED} requests a round, ${LIST}`
      }
    ]
  } finally {
    await embedded.close()
  }
}

async function ask(bed: Bed): Promise<void> {
  const res = await fetch(`${bed.product.url}${LIST}`, { headers: { cookie: bed.acceptor.cookie } })
  if (!res.ok) throw new Error(`list answered ${res.status}`)
  await res.text()
}

/** A data directory of the product with the same cases as the outside database; kept in the cache. */
async function prepareEmbedded(bench: Bench): Promise<string> {
  const dataDir = join(CACHE, `embedded-${schemaKey()}`)
  const done = join(dataDir, 'bench.done')
  if (existsSync(done)) return dataDir
  rmSync(dataDir, { recursive: true, force: true })
  mkdirSync(dataDir, { recursive: true })
  bench.say('  setting the embedded city up')
  const product = await startProduct({ dataDir })
  await product.stop()
  const server = await startEmbedded({ dataDir })
  const { db, pool, close } = await openUrl(server.url, 4)
  try {
    await fill(db, pool, CASES.small, (line) => bench.say(`  embedded: ${line}`))
    await makeRaw(pool, 1000)
  } finally {
    await close()
    await server.stop()
  }
  writeFileSync(done, '')
  return dataDir
}

async function openEmbedded(dataDir: string): Promise<Bed> {
  // The product owns its server; the bench looks into it as the command line does.
  const product = await startProduct({ dataDir })
  const url = findRunningEmbedded(dataDir)?.url
  if (!url) throw new Error('the embedded server does not run')
  return openBed('embedded', CASES.small, { databaseUrl: url, product })
}
