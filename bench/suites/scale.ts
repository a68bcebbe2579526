/** The same work in a table of 100,000 and of 4,000,000 cases, in alternating rounds: forty times the cases must not cost. */
import type { Bench } from '../lib/bed.ts'
import { noRounds, submitRound, transitionRound } from '../lib/flow.ts'
import { type BenchRow, median, round } from '../lib/stats.ts'

export async function run(bench: Bench): Promise<BenchRow[]> {
  await bench.cluster('small', 'full')
  const small = await bench.bed('small')
  const full = await bench.bed('full')
  const figures = { accept: [noRounds(), noRounds()], report: [noRounds(), noRounds()] } as const
  for (const bed of [small, full]) {
    await transitionRound(bench, bed, noRounds(), null)
    await submitRound(bench, bed, noRounds())
  }
  for (let i = 0; i < bench.rounds; i += 1) {
    // Whoever goes first changes: a disturbance that lasts must not always meet the same one.
    const order = i % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)
    for (const k of order) await transitionRound(bench, [small, full][k]!, figures.accept[k], null)
    for (const k of order) await submitRound(bench, [small, full][k]!, figures.report[k])
    bench.say(
      `  round ${i + 1}: ${Object.entries(figures)
        .map(([name, [a, b]]) => `${name} ${round(a.rates[i]!, 0)} → ${round(b.rates[i]!, 0)}/s`)
        .join(', ')}`
    )
  }
  return Object.entries(figures).map(([name, [a, b]]): BenchRow => {
    const ratio = median(b.rates.map((r, i) => r / a.rates[i]!))
    return {
      suite: 'scale',
      name: `${name}: 4,000,000 cases ÷ 100,000 cases`,
      unit: '/s',
      ours: median(b.rates),
      limit: median(a.rates),
      ratio,
      target: '≥ 0.90',
      ok: ratio >= 0.9,
      note: `server process ${round(median(a.nodeUs), 0)} → ${round(median(b.nodeUs), 0)} µs a request`
    }
  })
}
