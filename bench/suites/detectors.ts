/** The learned baseline on labelled series, beside a plain threshold and a plain EWMA in the same run; each at the limit that suits it best. */
import { join } from 'node:path'
import type { Rule } from '../../packages/contract/src/alarms/index.ts'
import { compile, SIGNAL, start, step, wallClock } from '../../packages/scenario-kit/src/rules/index.ts'
import type { Bench } from '../lib/bed.ts'
import { alarmsOf, type Experiment, type Labelled, readNab, readSkab, worthOf } from '../lib/labelled.ts'
import { type BenchRow, round } from '../lib/stats.ts'

const LIMITS = [2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 10, 12, 15, 20]
const DAY = 86_400_000
/** Rows of a SKAB experiment that are for learning, as its authors say. */
const TRAINED = 400

type Detector = (at: Float64Array, values: Float64Array, probation: number) => Float64Array

/** Spreads off the learned baseline, as the product computes it. */
const baseline =
  (season: 'none' | 'hourOfDay' | 'hourOfWeek', learnDays: number): Detector =>
  (at, values) => {
    const rule: Rule = {
      key: 'baseline',
      name: { zh: '基线', en: 'Baseline' },
      on: { type: 'series', stream: 'value' },
      condition: { kind: 'baseline', season, learnDays, levels: [{ level: 3, above: 6, below: -6 }], clear: { hysteresis: 3 } },
      source: { standard: 'bench' }
    }
    const p = compile(rule, wallClock('UTC'))
    const slots = new Float64Array(p.size)
    start(p, slots, 0, at[0]!)
    const b = p.root.at
    return Float64Array.from(at, (t, i) => {
      step(p, slots, 0, 0, t, values[i]!, Number.NaN, 0, null)
      const signal = slots[b + SIGNAL]!
      return Number.isFinite(signal) ? signal : 0
    })
  }

/** Distance from the mean of the first part, in its standard deviations. */
const threshold: Detector = (_at, values, probation) => {
  const first = values.subarray(0, probation)
  const mean = first.reduce((a, b) => a + b, 0) / first.length
  const sd = Math.sqrt(first.reduce((a, b) => a + (b - mean) ** 2, 0) / first.length) || 1
  return Float64Array.from(values, (v) => (v - mean) / sd)
}

/** Distance from an exponentially weighted mean, in weighted deviations. */
const ewma: Detector = (_at, values) => {
  let mean = values[0]!
  let variance = 0
  return Float64Array.from(values, (v) => {
    const off = v - mean
    const score = variance > 0 ? off / Math.sqrt(variance) : 0
    mean += 0.05 * off
    variance = 0.95 * (variance + 0.05 * off * off)
    return score
  })
}

const DETECTORS: [string, Detector][] = [
  ['baseline, hour of day', baseline('hourOfDay', 2)],
  ['baseline, no season', baseline('none', 1)],
  ['plain threshold', threshold],
  ['plain EWMA', ewma]
]

export async function run(bench: Bench): Promise<BenchRow[]> {
  const folder = process.env.BENCH_SERIES
  const nab = folder ? readNab(join(folder, 'nab')) : []
  const skab = folder ? readSkab(join(folder, 'skab')) : []
  if (nab.length === 0 && skab.length === 0) {
    bench.say('  detectors: not run; BENCH_SERIES names no folder with nab/ and skab/')
    return [row('labelled series', 0, '', null, 'not run: BENCH_SERIES names no folder with nab/ and skab/')]
  }
  return [...nabRows(nab), ...skabRows(skab), speedRow()]
}

function nabRows(series: readonly Labelled[]): BenchRow[] {
  if (series.length === 0) return []
  const names = series.map((s) => s.name).join(', ')
  return DETECTORS.map(([name, detect]) => {
    const scores = series.map((s) => detect(s.at, s.values, s.probation))
    const best = LIMITS.map((limit) => worthOf(series, scores, limit)).sort((a, b) => b.nab - a.nab)[0]!
    const more = `F1 ${round(best.f1, 2)}, ${round(best.falseADay, 3)} false alarms a day, ${round(best.delayH, 1)} h after the window begins, limit ${best.limit}`
    return row(`NAB standard, ${name}`, round(best.nab, 1), 'score', null, `${more}; ${names}`)
  })
}

/** One second of an experiment stands for so long that the first part is a day: learning is counted in days. */
const STRETCH = DAY / TRAINED

function skabRows(experiments: readonly Experiment[]): BenchRow[] {
  if (experiments.length === 0) return []
  const detectors: [string, Detector][] = DETECTORS.slice(1)
  return detectors.map(([name, detect]) => {
    const scored = experiments.map((e) => {
      const at = Float64Array.from(e.anomalous, (_, i) => i * STRETCH)
      return e.sensors.map((s) => detect(at, s, TRAINED))
    })
    const best = LIMITS.flatMap((limit) => [1, 2, 3].map((sensors) => pointwise(experiments, scored, limit, sensors))).sort(
      (a, b) => b.f1 - a.f1
    )[0]!
    const more = `false alarm rate ${round(best.far * 100, 1)} %, missed ${round(best.mar * 100, 1)} %, limit ${best.limit}, ${best.sensors} sensors together`
    return row(`SKAB valve1 by row, ${name}`, round(best.f1, 3), 'F1', null, `${more}; ${experiments.length} experiments`)
  })
}

/** A row is anomalous while alarms of at least `sensors` sensors stand. */
function pointwise(experiments: readonly Experiment[], scored: readonly Float64Array[][], limit: number, sensors: number) {
  const n = { tp: 0, fp: 0, fn: 0, tn: 0 }
  for (const [k, e] of experiments.entries()) {
    const standing = new Uint8Array(e.anomalous.length)
    for (const score of scored[k]!)
      for (const [from, to] of alarmsOf(score, limit, TRAINED)) for (let i = from; i < to; i++) standing[i]!++
    for (let i = TRAINED; i < standing.length; i++) {
      const said = standing[i]! >= sensors
      if (e.anomalous[i]) said ? n.tp++ : n.fn++
      else said ? n.fp++ : n.tn++
    }
  }
  return {
    limit,
    sensors,
    f1: (2 * n.tp) / (2 * n.tp + n.fp + n.fn),
    far: n.fp / (n.fp + n.tn),
    mar: n.fn / (n.fn + n.tp)
  }
}

function speedRow(): BenchRow {
  const n = 1_000_000
  const at = Float64Array.from({ length: n }, (_, i) => i * 60_000)
  const values = Float64Array.from({ length: n }, (_, i) => Math.sin(i / 200) + ((i * 7919) % 100) / 100)
  const began = performance.now()
  baseline('hourOfDay', 2)(at, values, 0)
  const rate = Math.round((n / (performance.now() - began)) * 1000)
  return row('baseline, one stream', rate, '/s', '≥ 1,000,000', 'learning and judging', rate >= 1_000_000)
}

const row = (
  name: string,
  ours: number,
  unit: BenchRow['unit'],
  target: string | null,
  note: string,
  ok: boolean | null = null
): BenchRow => ({
  suite: 'detectors',
  name,
  unit,
  ours,
  limit: null,
  ratio: null,
  target: target ?? '',
  ok,
  note
})
