/** Pack `heating` on five years of SCADA of real stations: alarms by station and season, beside what is visibly wrong, and faults put in by us. */
import type { Rule } from '../../../packages/contract/src/alarms/index.ts'
import type { Bench } from '../../lib/bed.ts'
import { type Alarm, packOf, replay, type Thing } from '../../lib/replay.ts'
import { type BenchRow, quantile, round } from '../../lib/stats.ts'
import map from './heating.json' with { type: 'json' }
import {
  hourOf,
  inSeason,
  readStations,
  type Station,
  seasonOf,
  streamsOf,
  type Visible,
  visibleFaults
} from './heating-series.ts'
import { middle, rowOf } from './row.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
type Pack = Awaited<ReturnType<typeof packOf>>

export async function heating(bench: Bench, root: string): Promise<BenchRow[]> {
  const stations = readStations(root)
  if (stations.length === 0) throw new Error(`${map.folder} holds no series`)
  const pack = await packOf('heating')
  const rules = pack.rules.filter((r) => r.on.type === map.register)
  const city = stations.map(settingsOf)
  bench.say(
    `  heating: ${stations.map((s, i) => `${s.name} heats ${city[i]!.from}–${city[i]!.to} h, ${JSON.stringify(city[i]!.curve)}, off from ${city[i]!.limit} °C`).join('; ')}`
  )
  // Settings are learned from each station's first season; alarms count in the later ones.
  const asIs = stations.flatMap((s, i) => heldOut(s, replay(pack, rules, [s]), i))
  const asSet = stations.flatMap((s, i) =>
    heldOut(
      s,
      replay(
        pack,
        rules.map((r) => withSettings(r, city[i]!)),
        [s]
      ),
      i
    )
  )
  const faults = stations.map((s, i) => visibleFaults(s, heats(city[i]!)).filter((f) => seasonOf(f.from) > firstOf(s)))
  const seasons = stations.reduce((n, s) => n + new Set([...s.at].filter(inSeason).map(seasonOf)).size - 1, 0)
  for (const [what, alarms] of [
    ['as delivered', asIs],
    ['with the city’s curve and hours', asSet]
  ] as const)
    bench.say(`  heating ${what}: ${tallied(alarms, stations)}`)
  return [
    ...[
      ['as delivered', asIs],
      ['with the city’s curve and hours', asSet]
    ].map(([what, alarms]) =>
      rowOf(
        `heating ${what as string}: alarms a station and season`,
        round((alarms as Alarm[]).length / seasons, 1),
        '',
        byRule(alarms as Alarm[], seasons)
      )
    ),
    ...agreement(asSet, faults),
    movedCurve(asSet, stations),
    ...injected(pack, rules, stations, city)
  ]
}

/** What the operator of a city sets: hours of heating, the curve, and the outdoor temperature from which nobody is heated, from the station's first season. */
interface Settings {
  from: number
  to: number
  curve: [number, number][]
  limit: number | undefined
}

const firstOf = (s: Station): number => seasonOf(s.at.find(inSeason)!)

function settingsOf(s: Station): Settings {
  const { t_ref: set, t_amb: outdoor, t_sup_sec: supply } = s.raw as Record<string, Float64Array>
  const rows = [...s.at.keys()].filter(
    (i) => inSeason(s.at[i]!) && seasonOf(s.at[i]!) === firstOf(s) && set![i]! > 30 && set![i]! < 80 && supply![i]! > 1
  )
  const off = Array.from({ length: 24 }, (_, h) =>
    quantile(
      rows.flatMap((i) => (hourOf(s.at[i]!) === h ? [supply![i]! - set![i]!] : [])),
      0.5
    )
  )
  const on = off.flatMap((v, h) => (v > -1.5 ? [h] : []))
  const points = [-10, -5, 0, 5, 10, 15].flatMap((c): [number, number][] => {
    const near = rows.flatMap((i) => (Math.abs(outdoor![i]! - c) <= 1.5 ? [set![i]!] : []))
    return near.length < 20 ? [] : [[c, round(quantile(near, 0.5), 1)]]
  })
  const [from, to] = [on[0]!, on.at(-1)! + 1]
  // From here on the controller switches off: one row in ten lies far below its own set point.
  const limit = Array.from({ length: 16 }, (_, k) => k + 4).find((c) => {
    const near = rows.flatMap((i) =>
      hourOf(s.at[i]!) > from && hourOf(s.at[i]!) < to && outdoor![i]! >= c && outdoor![i]! < c + 2
        ? [supply![i]! - set![i]!]
        : []
    )
    return near.length > 20 && quantile(near, 0.1) < -5
  })
  return { from, to, curve: points, limit }
}

const heats =
  ({ from, to }: Settings) =>
  (t: number): boolean =>
    hourOf(t) >= from && hourOf(t) < to
const clock = (h: number): string => `${String(h).padStart(2, '0')}:00`

function withSettings(rule: Rule, { from, to, curve, limit }: Settings): Rule {
  const c = rule.condition
  if (c.kind !== 'setPoint' || !('of' in c.target) || !c.target.curve) return rule
  const below = rule.key === 'supply-below-curve'
  const ends: [number, number][] = below && limit !== undefined ? [...curve.filter(([x]) => x <= limit), [limit + 1, 20]] : curve
  return {
    ...rule,
    condition: { ...c, target: { ...c.target, curve: ends } },
    ...(below && { hours: [{ from: clock(from + 1), to: clock(to) }] })
  }
}

const heldOut = (s: Station, alarms: Alarm[], thing: number): Alarm[] =>
  alarms.filter((a) => seasonOf(a.raised) > firstOf(s)).map((a) => ({ ...a, thing }))

function byRule(alarms: readonly Alarm[], seasons: number): string {
  const counts = new Map<string, number>()
  for (const a of alarms) counts.set(a.rule, (counts.get(a.rule) ?? 0) + 1)
  return `${seasons} station-seasons; ${[...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([k, n]) => `${k} ${round(n / seasons, 1)}`)
    .join(', ')}`
}

function tallied(alarms: readonly Alarm[], stations: readonly Station[]): string {
  const out: Record<string, Record<string, number>> = {}
  for (const a of alarms) {
    const of = out[`${a.rule} L${a.level}`] ?? {}
    out[`${a.rule} L${a.level}`] = of
    const key = `${stations[a.thing]!.name}/${seasonOf(a.raised)}`
    of[key] = (of[key] ?? 0) + 1
  }
  return JSON.stringify(out)
}

const near = (a: Alarm, f: Visible): boolean => a.began <= f.to + HOUR && (a.cleared ?? Infinity) >= f.from - HOUR

/** Alarms that lie on a visible fault of their kind, and visible faults that had one. */
function agreement(alarms: readonly Alarm[], faults: readonly Visible[][]): BenchRow[] {
  const kinds: [string, Visible['what'], (a: Alarm) => boolean][] = [
    ['cold water', 'cold', (a) => a.rule === 'supply-below-curve'],
    ['cold water, levels 1 and 2 (cases)', 'cold', (a) => a.rule === 'supply-below-curve' && a.level <= 2],
    ['failed sensor or logger', 'failed', (a) => a.rule === 'supply-sensor-range'],
    ['stuck', 'stuck', (a) => a.rule === 'supply-sensor-stuck'],
    ['silence', 'gap', (a) => a.rule === 'station-silent']
  ]
  return kinds.map(([name, what, is]) => {
    const mine = alarms.filter(is)
    const there = faults.flatMap((list, thing) => list.filter((f) => f.what === what).map((f) => ({ f, thing })))
    const right = mine.filter((a) => there.some(({ f, thing }) => thing === a.thing && near(a, f))).length
    const found = there.filter(({ f, thing }) => mine.some((a) => a.thing === thing && near(a, f))).length
    const coldByFailed =
      what === 'failed'
        ? `; of them ${there.filter(({ f, thing }) => alarms.some((a) => a.rule === 'supply-below-curve' && a.thing === thing && Math.abs(a.began - f.from) < HOUR)).length} told as cold water too`
        : ''
    return rowOf(
      `heating ${name}: alarms on a visible fault`,
      round(mine.length === 0 ? 0 : right / mine.length, 2),
      '',
      `${right} of ${mine.length}; ${found} of ${there.length} visible ones found${coldByFailed}`
    )
  })
}

/** How many alarms of cold water are none for the station's own controller: the operator had changed its curve since the first season. */
function movedCurve(alarms: readonly Alarm[], stations: readonly Station[]): BenchRow {
  const mine = alarms.filter((a) => a.rule === 'supply-below-curve')
  const off = mine.filter((a) => {
    const { at, raw } = stations[a.thing]!
    const i = at.findIndex((t) => t >= a.began)
    return raw.t_sup_sec![i]! > raw.t_ref![i]! - 3
  })
  const note = `${off.length} of ${mine.length} began within 3 K of the set point of the station's own controller`
  return rowOf(
    'heating cold water: alarms because the operator changed the curve',
    round(off.length / Math.max(1, mine.length), 2),
    '',
    note
  )
}

const INTO = ['open circuit', 'zero', 'frozen', 'reads 25 K low', 'cold water'] as const
const LASTS = 24 * HOUR

/** Faults put into held-out winters, each alone by itself every fifth day, and what was raised because of them. */
function injected(pack: Pack, rules: readonly Rule[], stations: readonly Station[], city: readonly Settings[]): BenchRow[] {
  const looked = rules.filter((r) =>
    ['supply-below-curve', 'supply-sensor-range', 'supply-sensor-stuck', 'supply-sensor-odd'].includes(r.key)
  )
  const sets = stations.map((_, i) => looked.map((r) => withSettings(r, city[i]!)))
  const before = stations.map((s, i) => replay(pack, sets[i]!, [s]))
  return INTO.map((what) => {
    let [n, told, wrong] = [0, 0, 0]
    const delays: number[] = []
    for (const [i, s] of stations.entries()) {
      const starts = startsOf(s, what)
      const after = replay(pack, sets[i]!, [inject(s, what, starts)])
      for (const from of starts) {
        const fresh = after.filter(
          (a) =>
            a.raised >= from &&
            a.raised <= from + LASTS + 2 * HOUR &&
            !before[i]!.some((b) => b.rule === a.rule && Math.abs(b.began - a.began) < HOUR)
        )
        const right = fresh.find((a) => a.sensorFault === (what !== 'cold water'))
        n++
        if (right) {
          told++
          delays.push((right.raised - from) / HOUR)
        }
        if (fresh.some((a) => a.sensorFault !== (what !== 'cold water'))) wrong++
      }
    }
    const other = what === 'cold water' ? 'a failed sensor' : 'cold water'
    return rowOf(
      `heating put in, ${what}: told as ${what === 'cold water' ? 'cold water' : 'a failed sensor'}`,
      round(told / n, 2),
      '',
      `${told} of ${n}, median after ${middle(delays, 1)} h; told as ${other} too: ${wrong}`
    )
  })
}

/** Ten in the morning of every fifth day on which the station heats, hour by hour later, where rows lie close. */
function startsOf(s: Station, what: string): number[] {
  const out: number[] = []
  let next = 0
  for (const [i, t] of s.at.entries()) {
    if (t < next || !inSeason(t) || !inSeason(t + LASTS) || seasonOf(t) === firstOf(s) || hourOf(t) !== 8 + (out.length % 6))
      continue
    const last = s.at.findIndex((u) => u >= t + LASTS)
    const { t_amb: outdoor, t_sup_sec: supply } = s.raw as Record<string, Float64Array>
    if (last < 0 || last - i < 20 || !(supply![i]! > 35) || (what === 'cold water' && !(outdoor![i]! < 10))) continue
    out.push(t)
    next = t + 5 * DAY
  }
  return out
}

function inject(s: Station, what: (typeof INTO)[number], starts: readonly number[]): Thing {
  const supply = s.raw.t_sup_sec!.slice()
  const back = s.raw.t_ret_sec!.slice()
  let k = 0
  for (const [i, t] of s.at.entries()) {
    while (k < starts.length && t >= starts[k]! + LASTS) k++
    const from = starts[k]
    if (from === undefined || t < from) continue
    const first = s.at.indexOf(from)
    if (what === 'open circuit') supply[i] = -39.9
    else if (what === 'zero') supply[i] = 0
    else if (what === 'frozen') supply[i] = s.raw.t_sup_sec![first]!
    else if (what === 'reads 25 K low') supply[i] = Math.max(1.5, supply[i]! - 25)
    else {
      // The valve shut: both pipes fall towards the cellar.
      const left = Math.exp(-(t - from) / (5 * HOUR))
      supply[i] = 18 + (s.raw.t_sup_sec![first]! - 18) * left
      back[i] = 17 + (s.raw.t_ret_sec![first]! - 17) * left
    }
  }
  return { name: s.name, streams: streamsOf(s.at, { ...s.raw, t_sup_sec: supply, t_ret_sec: back }) }
}
