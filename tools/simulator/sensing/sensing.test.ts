import type { Demo } from '@chengyun/scenario-kit/packs'
import { describe, expect, it } from 'vitest'
import { nextAct } from './alarm-desk.ts'
import { choicesOf, Episodes, saidIn } from './episodes.ts'
import { type Listed, sensorsOf } from './roster.ts'
import { Senses, Voices } from './senses.ts'
import { type Sensor, Timetable } from './timetable.ts'

const EIGHT = () => 8 * 3_600_000
const NOON = Date.UTC(2026, 8, 4, 4)
const DEMO: Demo = {
  items: [],
  historyDays: 0,
  streams: [
    { of: 'well/level', base: { from: 1, to: 2 }, noise: 0.1, decimals: 2 },
    { of: 'well/meter', base: 0, perHour: 10, noise: 0, decimals: 0 }
  ],
  faults: [
    { of: 'well/level', kind: 'value', size: 9, shareADay: 0, forS: 3600 },
    { of: 'well/level', kind: 'silent', shareADay: 0, forS: 3600 },
    { of: 'well/level', kind: 'ramp', size: 6, shareADay: 0, forS: 7200, hours: [22, 24] },
    { of: 'well/meter', kind: 'value', size: 0, shareADay: 0, forS: 3600 }
  ]
}
const well = (n: number, over: Partial<Sensor> = {}): Sensor => ({
  id: n,
  ref: 'well/level',
  thing: `W${n}`,
  kind: 'number',
  intervalS: 60,
  ...over
})
const wells = (n: number, over: Partial<Sensor> = {}) => Array.from({ length: n }, (_, i) => well(i + 1, over))

describe('the timetable', () => {
  it('lets everybody speak once an interval, evenly spread, and a thing all at once', () => {
    const table = new Timetable([...wells(600), well(1001, { thing: 'W1', ref: 'well/flow' })])
    const seconds = Array.from({ length: 60 }, (_, s) => table.at(1_000_000 + s))
    expect(new Set(seconds.flat().map((s) => s.id)).size).toBe(601)
    expect(seconds.flat()).toHaveLength(601)
    for (const some of seconds) expect(some.length).toBeLessThan(30)
    const first = seconds.find((some) => some.some((s) => s.thing === 'W1'))
    expect(first?.filter((s) => s.thing === 'W1')).toHaveLength(2)
    expect(table.at(1_000_060)).toEqual(seconds[0])
  })

  it('slows a city down that would say more than is sent', () => {
    const table = new Timetable(wells(1200), 10)
    expect(table.stretch).toBe(2)
    const said = Array.from({ length: 120 }, (_, s) => table.at(s).length)
    expect(said.reduce((a, b) => a + b)).toBe(1200)
  })
})

describe('episodes', () => {
  const choices = choicesOf([DEMO], [...wells(50), well(99, { ref: 'well/meter', kind: 'count' })])
  const begun = (seed: string, from: number) => {
    const episodes = new Episodes(seed, choices, EIGHT)
    return new Set(
      Array.from({ length: 60 }, (_, m) => [...episodes.at(from + m * 60_000).values()])
        .flat()
        .map((e) => `${e.sensor.id} ${e.fault.kind} ${e.from} ${e.to}`)
    )
  }

  it('are the same for the same seed, others for another, and never of meters or silence', () => {
    expect(begun('a', NOON)).toEqual(begun('a', NOON))
    expect(begun('a', NOON)).not.toEqual(begun('b', NOON))
    expect(begun('a', NOON).size).toBeGreaterThan(15)
    expect([...begun('a', NOON)].every((e) => e.includes(' value '))).toBe(true)
  })

  it('keep to the hours of the fault, and end', () => {
    const night = begun('a', Date.UTC(2026, 8, 4, 14, 30))
    expect([...night].some((e) => e.includes(' ramp '))).toBe(true)
    for (const e of night) {
      const [, , from, to] = e.split(' ').map(Number)
      expect((to as number) - (from as number)).toBeLessThanOrEqual(35 * 60_000)
    }
  })

  it('bring a ramp as far as it would come in its own time', () => {
    const ramp = DEMO.faults?.[2] as NonNullable<Demo['faults']>[number]
    const episode = { sensor: well(1), fault: ramp, decimals: 1, from: 0, to: 1000 }
    expect([0, 500, 1000].map((at) => saidIn(episode, 1, at))).toEqual([1, 7, 13])
  })
})

it('the senses say what the demonstration says but for episodes, the same whenever they are asked', () => {
  const voices = new Voices([DEMO], EIGHT)
  const said = (from: number) => {
    const senses = new Senses('1', voices, wells(40))
    return Array.from({ length: 600 }, (_, s) => senses.said(from + s)).flat()
  }
  const all = said(NOON / 1000)
  expect(all).toHaveLength(400)
  expect(all.slice(-20)).toEqual(said(NOON / 1000 + 300).filter((r) => r.at >= (all.at(-20)?.at ?? 0) && r.at < NOON + 600_000))
  const odd = all.filter((r) => r.value !== voices.plain(r.sensor, r.at))
  expect(odd.length).toBeGreaterThan(0)
  expect(odd.every((r) => r.value === 9)).toBe(true)
})

describe('the roster', () => {
  const voices = new Voices([DEMO], EIGHT)
  const view = (n: number, value: number | null, at = NOON): Listed => ({
    id: n,
    key: 'level',
    kind: 'number',
    intervalS: 60,
    hidden: false,
    item: { type: 'well', code: `W${n}`, name: '', place: null, gridCode: null },
    latest: value === null ? null : { at: new Date(at).toISOString(), value, quality: 'good', receivedAt: '', changedAt: '' }
  })
  const ids = (...views: Listed[]) => sensorsOf(views, voices, NOON + 60_000).map((s) => s.id)

  it('has what the demonstration or a fault of it said, and not what somebody connected himself', () => {
    const plain = voices.plain(well(1), NOON)
    expect(ids(view(1, plain), view(2, 9), view(3, 77), view(4, null))).toEqual([1, 2])
    expect(ids(view(1, plain + 4))).toEqual([1])
    expect(ids({ ...view(1, plain), key: 'colour' })).toEqual([])
  })

  it('leaves a stream to whoever spoke for it, for an hour', () => {
    const meter = (at: number): Listed => ({ ...view(1, 5, at), id: 8, key: 'meter', kind: 'count' })
    const level = view(1, voices.plain(well(1), NOON))
    expect(ids(level, meter(NOON))).toEqual([1])
    expect(ids(level, meter(NOON - 7_200_000))).toEqual([1, 8])
  })
})

describe('people at the alarms', () => {
  const alarm = (no: number) => ({
    no,
    worst: 2 as const,
    ruleId: 'gas/node-methane',
    item: { id: '', code: `N${no}`, name: '' },
    raisedAt: new Date(NOON).toISOString(),
    clearedAt: null as string | null,
    acknowledgedAt: null as string | null,
    verdict: null,
    asksVerdict: false
  })
  const numbers = Array.from({ length: 200 }, (_, i) => i)

  it('see all in time, most within minutes', () => {
    const minutes = numbers.map((no) => ((nextAct('1', alarm(no))?.at ?? Number.NaN) - NOON) / 60_000)
    expect(Math.max(...minutes)).toBeLessThan(75)
    expect(minutes.filter((m) => m < 15).length).toBeGreaterThan(120)
    expect(numbers.every((no) => nextAct('1', alarm(no))?.act === 'acknowledge')).toBe(true)
  })

  it('judge about half of what they have seen, all that asks for it, and give reasons', () => {
    const seen = numbers.map((no) => ({ ...alarm(no), acknowledgedAt: new Date(NOON).toISOString() }))
    const judged = seen.flatMap((a) => nextAct('1', a) ?? [])
    expect(judged.length).toBeGreaterThan(70)
    expect(judged.length).toBeLessThan(130)
    expect(judged.every((j) => j.act === 'judge' && j.input.note !== undefined)).toBe(true)
    expect(seen.every((a) => nextAct('1', { ...a, asksVerdict: true })?.act === 'judge')).toBe(true)
    expect(nextAct('1', { ...(seen[0] as (typeof seen)[number]), verdict: 'true' })).toBeNull()
  })
})
