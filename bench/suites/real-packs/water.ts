/** Pack `water` on the pipes of a real town. The file has no readings: pressures and flows are solved on its pipes, bursts and leaks are put in. */
import type { Bench } from '../../lib/bed.ts'
import { type Alarm, type Column, packOf, replay, type Thing } from '../../lib/replay.ts'
import { type BenchRow, quantile, round } from '../../lib/stats.ts'
import { seeded } from './dice.ts'
import { middle, rowOf } from './row.ts'
import { type District, districtsOf, solve } from './water-net.ts'

const MIN = 60_000
const HOUR = 60 * MIN
const DAY = 24 * HOUR
/** Midnight of the city's wall clock, a Monday. */
const BEGINS = Date.parse('2026-03-02T00:00:00+08:00')
const TANK_M = 40
/** Litres a second and kilometre at the mean of the day. */
const USE_M3S_KM = 0.0003
const POINTS = 4
const DISTRICTS = 8
const LEARN_DAYS = 14
const DAYS = 26
const BURSTS_LS = [1, 2, 4, 8]
const BURST_H = 3
const LEAKS = [0.05, 0.1, 0.2]
/** Shares of the mean by hour of the day, of a residential district. */
const HOURS = [
  0.42, 0.34, 0.3, 0.3, 0.36, 0.62, 1.15, 1.6, 1.55, 1.35, 1.2, 1.15, 1.15, 1.05, 0.95, 0.95, 1.05, 1.25, 1.5, 1.5, 1.3, 1.05,
  0.8, 0.6
]
const LEVELS = [0.25, 0.8, 1.4, 2.1]

export async function water(bench: Bench, root: string): Promise<BenchRow[]> {
  const pack = await packOf('water')
  const dice = seeded(7)
  const fed = districtsOf(root, 60)
    .map((d) => ({ d, usual: d.km * USE_M3S_KM }))
    .filter(({ d, usual }) => Math.min(...solve(d, usual * 1.6, usual, TANK_M).head) > 15)
    .slice(0, DISTRICTS)
  bench.say(`  water: ${fed.map(({ d }) => `${d.name} ${d.pipes} pipes ${round(d.km, 1)} km`).join(', ')}`)
  const made = fed.map(({ d, usual }) => simulate(d, usual, dice))
  const things = made.flatMap((m) => m.things)
  const rules = pack.rules.filter((r) => ['pressure-drop', 'burst', 'burst-nearby', 'pressure-low'].includes(r.key))
  const alarms = replay(pack, rules, things)
  return [
    ...bursts(alarms, made),
    ...leaks(
      pack,
      made.map((m) => m.use),
      dice
    )
  ]
}

interface Burst {
  district: number
  from: number
  ls: number
}

/** A district for {@link DAYS}: minutes of its pressure points, the first of them at its inlet with its flow, and the bursts of the last days. */
function simulate(d: District, usual: number, dice: () => number) {
  const use = demand(dice)
  const points = [d.inlets[0]!, ...spread(d, POINTS - 1)]
  const clean = LEVELS.map((m) => solve(d, usual * m, usual, TANK_M))
  const begins = Array.from({ length: Math.floor((DAYS - LEARN_DAYS) / 1.5) }, (_, k) => ({
    from: BEGINS + (LEARN_DAYS + 0.5 + k * 1.5) * DAY + Math.floor(dice() * DAY),
    ls: BURSTS_LS[k % BURSTS_LS.length]!,
    node: Math.floor(dice() * d.share.length)
  }))
  const broken = begins.map(({ ls, node }) =>
    LEVELS.map((m) => solve(d, usual * m, usual, TANK_M, { node, c: ls / 1000 / Math.sqrt(30) }))
  )
  const n = (DAYS * DAY) / MIN
  const at = Float64Array.from({ length: n }, (_, i) => BEGINS + i * MIN + Math.floor(dice() * 1000))
  const pressure = points.map(() => new Float64Array(n))
  const flow = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const t = BEGINS + i * MIN
    const k = begins.findIndex((b) => t >= b.from && t < b.from + BURST_H * HOUR)
    const at4 = between(use(t))
    const solved = k < 0 ? clean : broken[k]!
    for (const [p, node] of points.entries())
      pressure[p]![i] = round(at4((l) => solved[l]!.head[node]!) * 0.00981 + (dice() + dice() - 1) * 0.004, 3)
    flow[i] = round(at4((l) => solved[l]!.inflow) * 3600 * (1 + (dice() - 0.5) * 0.02), 1)
  }
  const service = points.map((_, p) => round(quantile([...pressure[p]!.subarray(0, (LEARN_DAYS * DAY) / MIN)], 0.001) - 0.02, 2))
  const things: Thing[] = points.map((node, p) => ({
    name: `${d.name} ${p + 1}`,
    attributes: { serviceMpa: service[p]! },
    xM: d.xM[node]!,
    yM: d.yM[node]!,
    streams: { pressure: { at, values: pressure[p]! }, ...(p === 0 && { flow: { at, values: flow } }) }
  }))
  return { name: d.name, things, bursts: begins, use: { at, values: flow, mean: usual * 3600, of: use } }
}

/** Demand as a share of its mean at an instant: hour, day, and a slow wander of some per cent. */
function demand(dice: () => number): (t: number) => number {
  const days = Array.from({ length: DAYS + 1 }, (_, k) => (k % 7 >= 5 ? 1.06 : 1) * (1 + (dice() - 0.5) * 0.12))
  const wander = new Float64Array((DAYS * DAY) / (10 * MIN) + 2)
  for (let i = 1; i < wander.length; i++) wander[i] = wander[i - 1]! * 0.9 + (dice() + dice() - 1) * 0.04
  return (t) => {
    const h = (t - BEGINS) / HOUR
    const [i, w] = [Math.floor(h), h * 6]
    const hour = HOURS[i % 24]! + (HOURS[(i + 1) % 24]! - HOURS[i % 24]!) * (h - i)
    const low = Math.floor(w)
    return hour * days[Math.floor(h / 24)]! * (1 + wander[low]! + (wander[low + 1]! - wander[low]!) * (w - low))
  }
}

/** Between two solved levels, by what the loss of head goes with. */
function between(m: number): (of: (level: number) => number) => number {
  const hi = Math.max(
    1,
    LEVELS.findIndex((l, i) => i > 0 && (l >= m || i === LEVELS.length - 1))
  )
  const [a, b] = [LEVELS[hi - 1]! ** 1.852, LEVELS[hi]! ** 1.852]
  const w = (m ** 1.852 - a) / (b - a)
  return (of) => of(hi - 1) + (of(hi) - of(hi - 1)) * w
}

/** Nodes far from each other and from the inlet. */
function spread(d: District, count: number): number[] {
  const chosen = [d.inlets[0]!]
  while (chosen.length <= count) {
    let [best, node] = [-1, 0]
    for (let i = 0; i < d.xM.length; i++) {
      const near = Math.min(...chosen.map((c) => Math.hypot(d.xM[i]! - d.xM[c]!, d.yM[i]! - d.yM[c]!)))
      if (near > best) [best, node] = [near, i]
    }
    chosen.push(node)
  }
  return chosen.slice(1)
}

function bursts(alarms: readonly Alarm[], made: readonly { bursts: Omit<Burst, 'district'>[] }[]): BenchRow[] {
  const all = made.flatMap((m, district) => m.bursts.map((b) => ({ ...b, district })))
  const of = (b: Burst, rules: readonly string[]): Alarm | undefined =>
    alarms.find(
      (a) =>
        rules.includes(a.rule) &&
        Math.floor(a.thing / POINTS) === b.district &&
        a.raised >= b.from &&
        a.raised < b.from + BURST_H * HOUR
    )
  const clean = alarms.filter(
    (a) =>
      !all.some(
        (b) => a.raised >= b.from && a.raised < b.from + (BURST_H + 1) * HOUR && Math.floor(a.thing / POINTS) === b.district
      )
  )
  const months = (made.length * DAYS) / 30
  const rate = (rules: readonly string[]): number => round(clean.filter((a) => rules.includes(a.rule)).length / months, 2)
  return [
    ...BURSTS_LS.map((ls) => {
      const mine = all.filter((b) => b.ls === ls)
      const grave = mine.flatMap((b) => of(b, ['burst', 'burst-nearby']) ?? []).length
      const delays = mine.flatMap((b) => {
        const a = of(b, ['burst', 'burst-nearby', 'pressure-drop'])
        return a ? [(a.raised - b.from) / MIN] : []
      })
      return rowOf(
        `water, bursts of ${ls} L/s on real pipes: told`,
        round(delays.length / mine.length, 2),
        '',
        `${delays.length} of ${mine.length}, ${grave} as a burst (level 1); median after ${middle(delays, 1)} min; simulated`
      )
    }),
    rowOf(
      'water, false alarms a district and month',
      rate(['burst', 'burst-nearby', 'pressure-drop', 'pressure-low']),
      '',
      `burst ${rate(['burst'])}, neighbours ${rate(['burst-nearby'])}, pressure-drop ${rate(['pressure-drop'])}, pressure-low ${rate(['pressure-low'])}; ${round(months, 1)} district-months, ${POINTS} points each`
    )
  ]
}

/** Leaks that stay: night minimum and the learned baseline over the inflow, a district and size each. */
function leaks(
  pack: Awaited<ReturnType<typeof packOf>>,
  uses: readonly { mean: number; of: (t: number) => number }[],
  dice: () => number
): BenchRow[] {
  const rules = pack.rules.filter((r) => r.on.type === 'metered-area' && r.sensorFault !== true)
  const cases = uses.flatMap((u) =>
    [0, ...LEAKS].map((size) => ({
      u,
      size,
      from: BEGINS + (LEARN_DAYS + 1 + Math.floor(dice() * 4)) * DAY + Math.floor(dice() * DAY)
    }))
  )
  const things = cases.map(({ u, size, from }): Thing => ({ name: '', streams: { inflow: inflowOf(u, size, from, dice) } }))
  const alarms = replay(pack, rules, things)
  const months = cases.reduce((n, c) => n + ((c.size === 0 ? BEGINS + DAYS * DAY : c.from) - BEGINS), 0) / DAY / 30
  const before = alarms.filter((a) => cases[a.thing]!.size === 0 || a.raised < cases[a.thing]!.from)
  return [
    ...LEAKS.map((size) => {
      const mine = cases.flatMap((c, thing) => (c.size === size ? [{ c, thing }] : []))
      const found = (rule: string): number[] =>
        mine.flatMap(({ c, thing }) => {
          const a = alarms.find((x) => x.rule === rule && x.thing === thing && x.raised >= c.from)
          return a ? [(a.raised - c.from) / HOUR] : []
        })
      const night = found('night-flow')
      return rowOf(
        `water, leak of ${size * 100} % of the mean inflow: told by the night minimum`,
        round(night.length / mine.length, 2),
        '',
        `${night.length} of ${mine.length}, median after ${middle(night, 0)} h; by the baseline ${found('area-odd').length}; simulated on inflow of real districts`
      )
    }),
    rowOf(
      'water, false alarms of an inflow a month',
      round(before.length / months, 2),
      '',
      `night minimum ${before.filter((a) => a.rule === 'night-flow').length}, baseline ${before.filter((a) => a.rule === 'area-odd').length} in ${round(months, 1)} district-months`
    )
  ]
}

function inflowOf(u: { mean: number; of: (t: number) => number }, size: number, from: number, dice: () => number): Column {
  const n = (DAYS * DAY) / (5 * MIN)
  const at = Float64Array.from({ length: n }, (_, i) => BEGINS + i * 5 * MIN)
  return { at, values: at.map((t) => round(u.mean * (u.of(t) + (t >= from ? size : 0)) * (1 + (dice() - 0.5) * 0.02), 1)) }
}
