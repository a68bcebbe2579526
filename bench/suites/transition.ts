/** A case transition over HTTP, everything included, beside the five bare statements of pgbench on the same server. */
import type { Bench } from '../lib/bed.ts'
import { noRawRounds, noRounds, type RawRounds, type Rounds, rawTransitions, transitionRound } from '../lib/flow.ts'
import { type BenchRow, median, round } from '../lib/stats.ts'

export async function run(bench: Bench): Promise<BenchRow[]> {
  const bed = await bench.bed('full')
  const accept = noRounds()
  const register = noRounds()
  const raw = noRawRounds()
  await transitionRound(bench, bed, noRounds(), noRounds())
  for (let i = 0; i < bench.rounds; i += 1) {
    await transitionRound(bench, bed, accept, register)
    await rawTransitions(bench, bed, raw)
    bench.say(
      `  round ${i + 1}: accept ${round(accept.rates[i]!, 0)}/s, register ${round(register.rates[i]!, 0)}/s, raw ${round(raw.rates[i]!, 0)}/s, drained in ${round(accept.drainS[i]!, 1)} s`
    )
  }
  const row = (name: string, rounds: Rounds, target: string, least: number | null): BenchRow => {
    const ratio = median(rounds.rates.map((r, i) => r / raw.rates[i]!))
    return {
      suite: 'transition',
      name,
      unit: '/s',
      ours: median(rounds.rates),
      limit: median(raw.rates),
      ratio,
      target,
      ok: least === null ? null : ratio >= least,
      note: noteOf(rounds, raw)
    }
  }
  return [
    row('accept over HTTP ÷ pgbench five statements, 4 M cases', accept, '≥ 0.70', 0.7),
    row('register with automatic dispatch (two steps, one commit)', register, 'none', null)
  ]
}

export const noteOf = (r: Rounds, raw: RawRounds): string => {
  const us = (values: readonly number[]) => round(median(values), 0)
  return `p50 ${round(median(r.p50Ms), 1)} ms, p99 ${round(median(r.p99Ms), 1)} ms; processor time a request: server process ${us(r.nodeUs)} + PostgreSQL ${us(r.postgresUs)} µs, raw PostgreSQL ${us(raw.postgresUs)} µs; outbox empty ${round(median(r.drainS), 1)} s after the round`
}
