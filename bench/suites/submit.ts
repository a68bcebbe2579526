/** Reporting a problem over HTTP, with grid, responsible area, number and clock, beside pgbench inserting the same. */
import type { Bench } from '../lib/bed.ts'
import { noRawRounds, noRounds, rawSubmits, submitRound } from '../lib/flow.ts'
import { type BenchRow, median, round } from '../lib/stats.ts'
import { noteOf } from './transition.ts'

export async function run(bench: Bench): Promise<BenchRow[]> {
  const bed = await bench.bed('full')
  const ours = noRounds()
  const raw = noRawRounds()
  await submitRound(bench, bed, noRounds())
  for (let i = 0; i < bench.rounds; i += 1) {
    await submitRound(bench, bed, ours)
    await rawSubmits(bench, bed, raw)
    bench.say(
      `  round ${i + 1}: report ${round(ours.rates[i]!, 0)}/s, raw ${round(raw.rates[i]!, 0)}/s, drained in ${round(ours.drainS[i]!, 1)} s`
    )
  }
  const ratio = median(ours.rates.map((r, i) => r / raw.rates[i]!))
  return [
    {
      suite: 'submit',
      name: 'report over HTTP ÷ pgbench insert, 4 M cases',
      unit: '/s',
      ours: median(ours.rates),
      limit: median(raw.rates),
      ratio,
      target: '≥ 0.70',
      ok: ratio >= 0.7,
      note: noteOf(ours, raw)
    }
  ]
}
