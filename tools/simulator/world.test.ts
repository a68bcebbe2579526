import { describe, expect, it } from 'vitest'
import { MATTERS, matterOf } from './matters.ts'
import { type City, eventsOfMinute, MAX_RATE, MINUTE_MS, planOf, pointAlong, wallOf, worldOf } from './world.ts'

const START = Date.UTC(2026, 8, 4, 1, 0)
const metres = (a: readonly [number, number], b: readonly [number, number]): number =>
  Math.hypot((a[0] - b[0]) * 111_320 * Math.cos((a[1] * Math.PI) / 180), (a[1] - b[1]) * 110_950)

function cityOf(over: Partial<City> = {}): City {
  const streets = Array.from({ length: 40 }, (_, i) => ({
    name: `第${i + 1}路`,
    districtCode: i % 2 ? '370202' : '370203',
    weight: 1 + (i % 5),
    line: [
      [120.3 + i * 0.004, 36.05],
      [120.302 + i * 0.004, 36.06],
      [120.301 + i * 0.004, 36.075]
    ] as [number, number][]
  }))
  const classes = new Set(MATTERS.map((m) => `${m.kind}/${m.code}`))
  return { streets, classes, selfHandled: new Set(['matter/06010', 'matter/06012']), utcOffsetMin: 480, ...over }
}

describe('the simulated world', () => {
  it('is the same for the same seed and start, whatever the wall clock says and however often it is asked', () => {
    const first = planOf(worldOf(cityOf(), 'a'), START, 120, 400)
    const again = planOf(worldOf(cityOf(), 'a'), START, 120, 400)
    expect(again).toEqual(first)
    const backwards = worldOf(cityOf(), 'a')
    const minutes = [...new Set(first.map((e) => Math.floor(e.at / MINUTE_MS)))].slice(0, -1)
    const mixed = minutes
      .toReversed()
      .map((m) => eventsOfMinute(backwards, m, 120))
      .toReversed()
      .flat()
    expect(mixed).toEqual(first.filter((e) => Math.floor(e.at / MINUTE_MS) <= (minutes.at(-1) as number)))
  })

  it('is another one for another seed', () => {
    const [a, b] = ['a', 'b'].map((seed) => planOf(worldOf(cityOf(), seed), START, 120, 50))
    expect(b?.map((e) => e.location)).not.toEqual(a?.map((e) => e.location))
  })

  it('holds a slower city within a faster one', () => {
    const world = worldOf(cityOf(), 'a')
    for (let minute = START / MINUTE_MS; minute < START / MINUTE_MS + 300; minute++) {
      const fast = new Map(eventsOfMinute(world, minute, 300).map((e) => [e.id, e]))
      for (const slow of eventsOfMinute(world, minute, 60)) expect(fast.get(slow.id)).toEqual(slow)
    }
  })

  it('keeps to the rate asked for at a usual hour, and is quieter at night', () => {
    const world = worldOf(cityOf(), 'a')
    const count = (from: number): number => {
      let n = 0
      for (let minute = from / MINUTE_MS; minute < from / MINUTE_MS + 240; minute++)
        n += eventsOfMinute(world, minute, 120).length
      return n / 4
    }
    expect(count(Date.UTC(2026, 8, 4, 0, 0))).toBeGreaterThan(85)
    expect(count(Date.UTC(2026, 8, 4, 0, 0))).toBeLessThan(160)
    expect(count(Date.UTC(2026, 8, 3, 17, 0))).toBeLessThan(60)
  })

  it('lies along the streets, in the classes of the city, in whole sentences', () => {
    const city = cityOf({ classes: new Set(['matter/06010', 'matter/06011', 'component/01002']) })
    const events = planOf(worldOf(city, 'a'), START, MAX_RATE, 500)
    const names = new Map(city.streets.map((s) => [s.name, s]))
    for (const e of events) {
      expect(city.classes.has(`${e.matter.kind}/${e.matter.code}`)).toBe(true)
      expect(city.classes.has(`${e.matter.kind}/${e.reportedCode}`)).toBe(true)
      expect(e.description).not.toMatch(/[{}]/)
      expect(e.description.length).toBeGreaterThan(8)
      const line = names.get(e.street)?.line ?? []
      const off = Math.min(...Array.from({ length: 201 }, (_, i) => metres(e.location, pointAlong(line, i / 200))))
      expect(off).toBeLessThan(250)
    }
  })

  it('has repeats, each within 50 m and an hour of the first, of its class, with neither a repeat of a repeat nor of nothing', () => {
    const events = planOf(worldOf(cityOf(), 'a'), START, 240, 2000)
    const byId = new Map(events.map((e) => [e.id, e]))
    const repeats = events.filter((e) => e.duplicateOf !== null)
    expect(repeats.length).toBeGreaterThan(25)
    for (const e of repeats) {
      const first = byId.get(e.duplicateOf as string)
      if (!first) continue // before the plan began
      expect(first.duplicateOf).toBeNull()
      expect(first.story.ghost).toBe(false)
      expect(e.reportedCode).toBe(first.reportedCode)
      expect(metres(e.location, first.location)).toBeLessThan(50)
      expect(e.at - first.at).toBeGreaterThan(0)
      expect(e.at - first.at).toBeLessThan(75 * MINUTE_MS)
    }
  })

  it('keeps its hot spots: the same kind of thing comes back to the same place', () => {
    const events = planOf(worldOf(cityOf(), 'a'), START, 360, 3000)
    const cells = new Map<string, number>()
    for (const e of events) {
      const cell = `${e.matter.subject}/${e.location.map((v) => Math.round(v * 500)).join()}`
      cells.set(cell, (cells.get(cell) ?? 0) + 1)
    }
    expect(Math.max(...cells.values())).toBeGreaterThan(12)
  })

  it('reads the wall clock of the city', () => {
    expect(wallOf({ utcOffsetMin: 480 }, Date.UTC(2026, 8, 5, 20, 30))).toEqual({ hour: 4.5, weekday: 0 })
    expect(wallOf({ utcOffsetMin: -240 }, Date.UTC(2026, 8, 5, 2, 0))).toEqual({ hour: 22, weekday: 5 })
  })

  it('mistakes a class only for one it knows', () => {
    for (const m of MATTERS) if (m.mistakenFor !== undefined) expect(matterOf(m.kind, m.mistakenFor)).toBeDefined()
  })
})
