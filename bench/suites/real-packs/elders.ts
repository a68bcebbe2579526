/** Pack `elders`: the shower meter of a real one-person flat, and homes made up with what such flats have in common. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../../lib/bed.ts'
import { type Alarm, type Column, packOf, replay, type Thing } from '../../lib/replay.ts'
import { type BenchRow, round } from '../../lib/stats.ts'
import { seeded } from './dice.ts'
import { middle, rowOf } from './row.ts'

export const FLAT = 'water_household_weusedto'
const HOUR = 3_600_000
const DAY = 24 * HOUR
const HOMES = 120
const DAYS = 90
const BEGINS = Date.parse('2026-03-02T00:00:00+08:00')
const FROZEN = 40
const FROZEN_AT = BEGINS + 65 * DAY
const LOW = ['gas-low', 'water-low', 'water-off-routine', 'two-low']

export async function elders(bench: Bench, root: string): Promise<BenchRow[]> {
  const pack = await packOf('elders')
  return [...flat(bench, pack, root), ...madeUp(pack)]
}

/** The real meter: litres of the shower as a counter that is read every hour in which it was heard. */
function flat(bench: Bench, pack: Awaited<ReturnType<typeof packOf>>, root: string): BenchRow[] {
  const file = join(root, FLAT, 'feed_Shower.csv')
  if (!existsSync(file)) {
    bench.say('  elders: the shower of the flat is NOT MEASURED; feed_Shower.csv is not there')
    return [rowOf('elders, shower of a real flat: NOT MEASURED', 0, '', 'feed_Shower.csv is not there')]
  }
  const { counter, heard } = hourly(file)
  const rules = pack.rules.filter((r) => r.on.type === 'watched-home' && r.on.stream === 'water')
  const alarms = replay(pack, rules, [{ name: 'flat', attributes: { away: false }, streams: { water: counter } }])
  const days = heard.size
  const low = alarms.filter((a) => !a.sensorFault)
  const flagged = new Set(low.flatMap((a) => daysOf(a.raised, a.cleared ?? counter.at.at(-1)!))).size
  const gaps = [...counter.at.keys()].flatMap((i) => (i > 0 && counter.at[i]! - counter.at[i - 1]! > 24 * HOUR ? [i] : []))
  const byGap = low.filter((a) => gaps.some((i) => a.raised > counter.at[i - 1]! + 6 * HOUR && a.raised < counter.at[i]!)).length
  const by = (key: string): number => alarms.filter((a) => a.rule === key).length
  return [
    rowOf(
      'elders, shower of a real flat: days with a flag while it is lived in',
      round(flagged / days, 2),
      '',
      `${flagged} of ${days} days, false ones: the shower runs every third day and is not the water of a home; water-low ${by('water-low')}, off routine ${by('water-off-routine')}; the meter of the whole flat holds values of ±3·10⁸ and is not used`
    ),
    rowOf(
      'elders, shower of a real flat: flags raised six hours and more into a silence of the meter',
      byGap,
      '',
      `${gaps.length} silences of more than a day, ${by('water-silent')} told as a meter that is not heard (from 48 h)`,
      '0',
      byGap === 0
    )
  ]
}

function hourly(file: string): { counter: Column; heard: Set<number> } {
  const at: number[] = []
  const values: number[] = []
  const heard = new Set<number>()
  let [total, last] = [0, 0]
  for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
    const [s, flow] = line.trim().split(/\s+/).map(Number)
    // Naples, told in the wall clock of the suite.
    const t = (s! + 3600 - 8 * 3600) * 1000
    // Millilitres a second while water runs, every second; every five minutes 0 while it does not.
    if (last > 0) total += (flow! * Math.min(2, Math.max(0, (t - last) / 1000))) / 1e6
    last = t
    heard.add(dayOf(t))
    const hour = Math.ceil(t / HOUR) * HOUR
    if (at.at(-1) === hour) values[values.length - 1] = round(total, 3)
    else {
      at.push(hour)
      values.push(round(total, 3))
    }
  }
  return { counter: { at: Float64Array.from(at), values: Float64Array.from(values) }, heard }
}

const dayOf = (t: number): number => Math.floor((t + 8 * HOUR) / DAY)
const daysOf = (from: number, to: number): number[] =>
  Array.from({ length: dayOf(to) - dayOf(from) + 1 }, (_, i) => dayOf(from) + i)

interface Spell {
  from: number
  to: number
}
interface Home {
  thing: Thing
  incident: number | null
  away: Spell[]
  silent: Spell[]
}

function madeUp(pack: Awaited<ReturnType<typeof packOf>>): BenchRow[] {
  const dice = seeded(11)
  const homes = Array.from({ length: HOMES }, (_, i) => home(i, dice))
  const rules = pack.rules.filter((r) => r.on.type === 'watched-home')
  const alarms = replay(
    pack,
    rules,
    homes.map((h) => h.thing)
  )
  const months = (HOMES * DAYS) / 30
  const low = alarms.filter((a) => LOW.includes(a.rule))
  const during = (a: Alarm, spells: readonly Spell[]): boolean =>
    spells.some((s) => a.raised >= s.from && a.raised <= s.to + 30 * HOUR)
  const before = low.filter((a) => homes[a.thing]!.incident === null || a.raised < homes[a.thing]!.incident!)
  const absent = before.filter((a) => during(a, homes[a.thing]!.away))
  const inSilence = before.filter(
    (a) => homes[a.thing]!.silent.some((s) => a.raised > s.from && a.raised <= s.to) && a.rule !== 'gas-low'
  )
  const atHome = before.filter((a) => !absent.includes(a))
  const rate = (list: readonly Alarm[], key: string): number =>
    round((100 * list.filter((a) => a.rule === key).length) / months, 1)
  const told = (list: readonly Alarm[]): string => LOW.map((k) => `${k} ${rate(list, k)}`).join(', ')
  const still = replay(
    pack,
    rules,
    Array.from({ length: FROZEN }, (_, i) => frozenHome(i, dice))
  ).filter((a) => a.raised > FROZEN_AT && a.rule !== 'gas-low')
  const known = replay(pack, rules, [{ ...home(0, dice, true).thing, attributes: { away: true, cooksWithGas: true } }])
  return [
    ...found(homes, low),
    rowOf(
      'elders, false flags per 100 home-months, at home',
      rate(atHome, 'water-low') + rate(atHome, 'water-off-routine') + rate(atHome, 'two-low'),
      '',
      `without the city's gas rule; ${told(atHome)}; ${round(months, 0)} home-months, made up`,
      '≤ 2 but for gas',
      rate(atHome, 'water-low') + rate(atHome, 'water-off-routine') + rate(atHome, 'two-low') <= 2
    ),
    rowOf('elders, flags per 100 home-months, away and not recorded', round((100 * absent.length) / months, 1), '', told(absent)),
    rowOf(
      'elders, flags in a silence of a meter',
      inSilence.length,
      '',
      `${homes.reduce((n, h) => n + h.silent.length, 0)} silences of one to five days, ${alarms.filter((a) => a.sensorFault).length} told as a meter that is not heard`,
      '0',
      inSilence.length === 0
    ),
    rowOf(
      'elders, away and recorded: flags',
      known.filter((a) => LOW.includes(a.rule)).length,
      '',
      `three months without use`,
      '0',
      !known.some((a) => LOW.includes(a.rule))
    ),
    rowOf(
      'elders, a water meter that stands still in a home that is lived in: homes with a case',
      new Set(still.filter((a) => a.level <= 2).map((a) => a.thing)).size,
      '',
      `of ${FROZEN} in 25 days; ${new Set(still.map((a) => a.thing)).size} with a call (level 3)`
    )
  ]
}

/** What was told after use stopped at a random hour. */
function found(homes: readonly Home[], low: readonly Alarm[]): BenchRow[] {
  const hit = homes.flatMap((h, thing) => (h.incident === null ? [] : [{ at: h.incident, thing }]))
  const delays = (rules: readonly string[], level: number): number[] =>
    hit.flatMap(({ at, thing }) => {
      const a = low.find(
        (x) => x.thing === thing && rules.includes(x.rule) && x.level <= level && x.raised >= at && x.raised < at + 4 * DAY
      )
      return a ? [(a.raised - at) / HOUR] : []
    })
  const row = (name: string, list: readonly number[], target = '', ok: boolean | null = null): BenchRow => {
    const within = (h: number): string => `${round((100 * list.filter((d) => d <= h).length) / hit.length, 0)} % within ${h} h`
    return rowOf(
      `elders, use stops: ${name}`,
      round(list.length / hit.length, 2),
      '',
      `${list.length} of ${hit.length}; ${within(24)}, ${within(26)}, ${within(36)}; median ${middle(list, 1)} h`,
      target,
      ok
    )
  }
  const all = delays(LOW, 3)
  return [
    row('told by any rule', all, 'all', all.length === hit.length),
    row('told without the gas rule', delays(LOW.slice(1), 3)),
    row('becomes a case (two kinds of use)', delays(LOW, 2))
  ]
}

/** Hours of one home: awake from here to there, some draws an hour, some meals, a refrigerator that never sleeps. */
function home(i: number, dice: () => number, empty = false): Home {
  const wake = 5 + Math.floor(dice() * 3)
  const bed = 20 + Math.floor(dice() * 4)
  const draws = 0.7 + dice() * 0.9
  const base = 0.025 + dice() * 0.045
  const cooks = dice() < 0.25 ? 0.15 + dice() * 0.2 : 0.6 + dice() * 0.35
  const n = DAYS * 24
  const away = spells(dice, 0.25, 1, 3)
  const silent = spells(dice, 0.06, 1, 5)
  const incident = i % 2 === 0 && !empty ? BEGINS + (60 + Math.floor(dice() * 20)) * DAY + Math.floor(dice() * 24) * HOUR : null
  const gone = (t: number): boolean => empty || (incident !== null && t >= incident) || away.some((s) => t >= s.from && t < s.to)
  let [water, power, gas] = [100 + dice() * 50, 900 + dice() * 500, 200 + dice() * 100]
  const at: number[] = []
  const out = { water: [] as number[], power: [] as number[], gas: [] as number[] }
  let errand = false
  for (let k = 0; k < n; k++) {
    const t = BEGINS + k * HOUR
    const hour = k % 24
    if (hour === 8) errand = dice() < 0.12
    power += base
    if (!gone(t) && !(errand && hour >= 9 && hour < 16)) {
      const awake = hour >= wake && hour < bed
      for (let d = 0; d < 4; d++) if (dice() < (awake ? draws : 0.12) / 4) water += 0.003 + dice() * 0.006
      if (awake) power += 0.02 + dice() * 0.16
      if ([7, 11, 17].includes(hour) && dice() < cooks) gas += 0.03 + dice() * 0.08
    }
    if (silent.some((s) => t >= s.from && t < s.to)) continue
    at.push(t + HOUR)
    out.water.push(round(water, 3))
    out.power.push(round(power, 2))
    out.gas.push(round(gas, 3))
  }
  const column = (values: readonly number[]): Column => ({ at: Float64Array.from(at), values: Float64Array.from(values) })
  return {
    thing: {
      name: `home ${i}`,
      attributes: { away: false, cooksWithGas: i % 7 !== 0 },
      streams: { water: column(out.water), power: column(out.power), ...(i % 7 !== 0 && { gas: column(out.gas) }) }
    },
    incident,
    away,
    silent
  }
}

/** So many a month, each of some days, not in the first fortnight and not after two months. */
function spells(dice: () => number, aMonth: number, least: number, most: number): Spell[] {
  const out: Spell[] = []
  for (let day = 15; day < 60; day++) {
    if (dice() >= aMonth / 30) continue
    const from = BEGINS + day * DAY + Math.floor(dice() * 24) * HOUR
    const to = from + (least + dice() * (most - least)) * DAY
    out.push({ from, to })
    day += 6
  }
  return out
}

function frozenHome(i: number, dice: () => number): Thing {
  const { thing } = home(2 * i + 1, dice)
  const water = thing.streams.water!
  const last = water.values[water.at.findLastIndex((t) => t <= FROZEN_AT)]!
  return { ...thing, streams: { ...thing.streams, water: { at: water.at, values: water.values.map((v) => Math.min(v, last)) } } }
}
