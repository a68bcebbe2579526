/** 220,000 streams under three rules each: readings folded a second by one core, and bytes of state. The limit beside it only compares each reading. */
import type { Rule, RuleCondition } from '../../packages/contract/src/alarms/index.ts'
import type { ReadingBatch } from '../../packages/contract/src/streams/index.ts'
import { compile, Engine, wallClock } from '../../packages/scenario-kit/src/rules/index.ts'
import type { Bench } from '../lib/bed.ts'
import { type BenchRow, quantile, round } from '../lib/stats.ts'

const STREAMS = 220_000
const BATCH = 5000
const BATCHES = 160
const BEGINS = Date.UTC(2026, 0, 5)
const TARGET = 300_000
const TARGET_BYTES = 200

const CONDITIONS: RuleCondition[] = [
  {
    kind: 'threshold',
    levels: [
      { level: 3, atLeast: 20, forS: 60 },
      { level: 2, atLeast: 50 },
      { level: 1, atLeast: 100 }
    ],
    clear: { hysteresis: 2, forS: 60 }
  },
  { kind: 'rate', overS: 600, direction: 'rise', levels: [{ level: 2, atLeast: 20 }] },
  { kind: 'noData', levels: [{ level: 4, afterS: 900 }] }
]

const ruleOf = (condition: RuleCondition, i: number): Rule => ({
  key: `rule-${i}`,
  name: { zh: '规则', en: 'Rule' },
  on: { type: 'well', stream: 'gas' },
  condition,
  source: { standard: 'bench' }
})

/** Readings of all streams by turns, in random order within a turn, a value out of the way once in a thousand. */
function* batches(): Generator<ReadingBatch> {
  let seed = 1
  const random = (): number => {
    seed = (seed * 16_807) % 2_147_483_647
    return seed / 2_147_483_647
  }
  for (let k = 0; k < BATCHES; k++) {
    const batch: ReadingBatch = {
      length: BATCH,
      streams: new Int32Array(BATCH),
      at: new Float64Array(BATCH),
      values: new Float64Array(BATCH),
      values2: null,
      quality: new Uint8Array(BATCH),
      extra: null
    }
    for (let i = 0; i < BATCH; i++) {
      batch.streams[i] = 1 + Math.floor(random() * STREAMS)
      batch.at[i] = BEGINS + (k * BATCH + i) * 0.3
      batch.values[i] = 10 + 8 * random() + (random() < 0.001 ? 60 : 0)
    }
    batch.at.forEach((t, i) => {
      batch.at[i] = Math.floor(t)
    })
    yield batch
  }
}

export async function run(bench: Bench): Promise<BenchRow[]> {
  const ratios: number[] = []
  const rates: number[] = []
  let bytes = 0
  for (let r = 0; r < Math.min(bench.rounds, 3); r++) {
    const engine = new Engine()
    for (const [i, c] of CONDITIONS.entries()) engine.addProgram(compile(ruleOf(c, i), wallClock('Asia/Shanghai')))
    for (let s = 1; s <= STREAMS; s++)
      for (let p = 0; p < CONDITIONS.length; p++) engine.add({ program: p, streams: [s], parameters: [] }, BEGINS)
    bytes = engine.size.bytes / engine.size.ruleStreams
    const rate = measure((b) => void engine.take(b, b.at[BATCH - 1]! + 500))
    const bare = measure(compareOnly())
    rates.push(rate)
    ratios.push(rate / bare)
    bench.say(`  rules: ${Math.round(rate)} readings/s, bare ${Math.round(bare)}`)
  }
  const rate = Math.round(quantile(rates, 0.5))
  const ratio = quantile(ratios, 0.5)
  const base = { suite: 'rules', limit: null, ratio: null }
  return [
    {
      ...base,
      name: `readings folded, ${STREAMS.toLocaleString('en')} streams × ${CONDITIONS.length} rules, one core`,
      unit: '/s',
      ours: rate,
      limit: Math.round(rate / ratio),
      ratio: round(ratio, 5),
      target: `≥ ${TARGET.toLocaleString('en')}`,
      ok: rate >= TARGET,
      note: 'limit: each reading compared with one bound and kept as the latest'
    },
    {
      ...base,
      name: 'state of a rule over a stream, tables and timers included',
      unit: 'B',
      ours: Math.round(bytes),
      target: `≤ ${TARGET_BYTES}`,
      ok: bytes <= TARGET_BYTES,
      note: 'threshold of three rungs, rate of change, no data'
    }
  ]
}

/** Readings a second after the first quarter of the batches, which only warms up. */
function measure(take: (b: ReadingBatch) => void): number {
  let spent = 0
  let readings = 0
  let k = 0
  for (const b of batches()) {
    const began = performance.now()
    take(b)
    if (++k <= BATCHES / 4) continue
    spent += performance.now() - began
    readings += b.length
  }
  return (readings / spent) * 1000
}

function compareOnly(): (b: ReadingBatch) => void {
  const latest = new Float64Array(STREAMS + 1)
  const beyond = new Uint8Array(STREAMS + 1)
  return (b) => {
    for (let i = 0; i < b.length; i++) {
      const s = b.streams[i]!
      latest[s] = b.values[i]!
      beyond[s] = b.values[i]! >= 20 ? 1 : 0
    }
  }
}
