/**
 * The learned baseline on labelled series, beside a plain threshold and a plain EWMA in the same run. The limit a series is judged with is the one that was best
 * on the other series, never its own.
 */
import { join } from 'node:path'
import type { Rule } from '../../packages/contract/src/alarms/index.ts'
import { compile, SIGNAL, start, step, wallClock } from '../../packages/scenario-kit/src/rules/index.ts'
import type { Bench } from '../lib/bed.ts'
import {
  alarmsOf,
  countsOf,
  type Experiment,
  type Labelled,
  leaveOneOut,
  readNab,
  readSkab,
  sumOf,
  worthOf
} from '../lib/labelled.ts'
import { type BenchRow, quantile, round } from '../lib/stats.ts'

const LIMITS = [2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 10, 12, 15, 20]
const DAY = 86_400_000
/** Bounds that packs of the platform use over a learned baseline, in spreads. */
const DELIVERED = 6
/** Series and experiments their authors publish. */
const NAB_ALL = 58
const SKAB_ALL = 35
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
  ['baseline, hour of week', baseline('hourOfWeek', 7)],
  ['baseline, hour of day', baseline('hourOfDay', 2)],
  ['baseline, no season', baseline('none', 1)],
  ['plain threshold', threshold],
  ['plain EWMA', ewma]
]

export async function run(bench: Bench): Promise<BenchRow[]> {
  const folder = process.env.BENCH_SERIES
  const nab = folder ? readNab(join(folder, 'nab')) : []
  const skab = folder ? readSkab(join(folder, 'skab'), 'valve1') : []
  const clean = folder ? readSkab(join(folder, 'skab'), 'anomaly-free') : []
  if (nab.length === 0 && skab.length === 0) {
    bench.say('  detectors: NOT MEASURED; BENCH_SERIES names no folder with nab/ and skab/')
    return [row('labelled series: NOT MEASURED', 0, '', null, 'BENCH_SERIES names no folder with nab/ and skab/')]
  }
  return [...nabRows(nab), ...skabRows(skab, clean), speedRow()]
}

function nabRows(series: readonly Labelled[]): BenchRow[] {
  if (series.length < 2) return []
  const names = series.map((s) => s.name).join(', ')
  return DETECTORS.flatMap(([name, detect]) => {
    const scores = series.map((s) => detect(s.at, s.values, s.probation))
    const one = (k: number, limit: number) => countsOf([series[k]!], [scores[k]!], limit)
    const limits = leaveOneOut(series.length, LIMITS, (others, limit) => worthOf(sumOf(others.map((k) => one(k, limit)))).nab)
    const told = (what: string, chosen: readonly number[]): BenchRow => {
      const parts = chosen.map((limit, k) => one(k, limit))
      const n = sumOf(parts)
      const w = worthOf(n)
      const each = parts.map((p) => round(worthOf(p).nab, 0)).join(' / ')
      const note = `${n.hits} of ${n.windows} windows, F1 ${round(w.f1, 2)}, ${round(w.falseADay, 3)} false alarms a day, ${round(w.delayH, 1)} h after a window begins; limits ${chosen.join(' / ')}, scores ${each}; ${series.length} of ${NAB_ALL} series: ${names}`
      return row(`NAB standard, ${name}, ${what}`, round(w.nab, 1), 'score', null, note)
    }
    const held = told('limit of the other series', limits)
    return name.startsWith('baseline')
      ? [
          held,
          told(
            'limit as delivered',
            series.map(() => DELIVERED)
          )
        ]
      : [held]
  })
}

/** One second of an experiment stands for so long that the first part is a day: learning is counted in days. */
const STRETCH = DAY / TRAINED
const SENSORS = [1, 2, 3]

interface Choice {
  limit: number
  sensors: number
}

function skabRows(experiments: readonly Experiment[], clean: readonly Experiment[]): BenchRow[] {
  if (experiments.length < 2) return []
  const choices = LIMITS.flatMap((limit) => SENSORS.map((sensors): Choice => ({ limit, sensors })))
  return DETECTORS.filter(([name]) => !name.includes('hour')).map(([name, detect]) => {
    const scoreOf = (e: Experiment): Float64Array[] => {
      const at = Float64Array.from(e.anomalous, (_, i) => i * STRETCH)
      return e.sensors.map((s) => detect(at, s, TRAINED))
    }
    const scored = experiments.map(scoreOf)
    const one = (k: number, c: Choice) => pointwise(experiments[k]!, scored[k]!, c)
    const chosen = leaveOneOut(experiments.length, choices, (others, c) => f1Of(others.map((k) => one(k, c))))
    const n = chosen.map((c, k) => one(k, c))
    const sum = (of: (p: Pointwise) => number): number => n.reduce((all, p) => all + of(p), 0)
    // The run without faults is no part of the choice: it is judged with what the labelled ones chose together.
    const whole = choices.toSorted(
      (a, b) => f1Of(experiments.map((_, k) => one(k, b))) - f1Of(experiments.map((_, k) => one(k, a)))
    )[0]!
    const calm = clean.map((e) => pointwise(e, scoreOf(e), whole))
    const hours = clean.reduce((all, e) => all + e.anomalous.length - TRAINED, 0) / 3600
    const note = `false alarm rate ${round((100 * sum((p) => p.fp)) / sum((p) => p.fp + p.tn), 1)} %, missed ${round((100 * sum((p) => p.fn)) / sum((p) => p.fn + p.tp), 1)} %, ${n.filter((p) => p.delayS !== null).length} faults found after ${round(
      quantile(
        n.flatMap((p) => p.delayS ?? []),
        0.5
      ),
      0
    )} s; limits ${chosen.map((c) => `${c.limit}×${c.sensors}`).join(' ')}; a run of ${round(hours, 1)} h without faults: ${calm.reduce((all, p) => all + p.raised, 0)} alarms, standing ${round((100 * calm.reduce((all, p) => all + p.fp, 0)) / (hours * 3600), 1)} % of it`
    return row(
      `SKAB by row, ${name}, limit of the other runs`,
      round(f1Of(n), 3),
      'F1',
      null,
      `${note}; ${experiments.length} of ${SKAB_ALL} runs`
    )
  })
}

interface Pointwise {
  tp: number
  fp: number
  fn: number
  tn: number
  /** Times it became anomalous by the detector. */
  raised: number
  /** Rows (seconds) from the first anomalous one to the first alarm raised since; null: none. */
  delayS: number | null
}

const f1Of = (parts: readonly Pointwise[]): number => {
  const [tp, fp, fn] = [0, 1, 2].map((i) => parts.reduce((n, p) => n + [p.tp, p.fp, p.fn][i]!, 0)) as [number, number, number]
  return tp === 0 ? 0 : (2 * tp) / (2 * tp + fp + fn)
}

/** A row is anomalous while alarms of at least `sensors` sensors stand. */
function pointwise(e: Experiment, scores: readonly Float64Array[], { limit, sensors }: Choice): Pointwise {
  const standing = new Uint8Array(e.anomalous.length)
  for (const score of scores)
    for (const [from, to] of alarmsOf(score, limit, TRAINED)) for (let i = from; i < to; i++) standing[i]!++
  const n: Pointwise = { tp: 0, fp: 0, fn: 0, tn: 0, raised: 0, delayS: null }
  const began = e.anomalous.indexOf(1, TRAINED)
  let before = false
  for (let i = TRAINED; i < standing.length; i++) {
    const said = standing[i]! >= sensors
    if (said && !before) {
      n.raised++
      // An alarm that stood before found nothing.
      if (e.anomalous[i] && n.delayS === null) n.delayS = i - began
    }
    before = said
    if (e.anomalous[i]) said ? n.tp++ : n.fn++
    else said ? n.fp++ : n.tn++
  }
  return n
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
