import type { Demo, DemoFault, DemoStream } from './demo.ts'

const HOUR = 3_600_000
const DAY = 86_400_000
/** Meters of a demonstration began here. */
const BEGIN = Date.UTC(2026, 0, 1)
/** A stream may follow one that follows another: so deep. */
const DEEPEST = 4

/** A number in [0, 1) that is always the same for the same text. */
export function chanceOf(text: string): number {
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

const own = (range: number | { from: number; to: number }, text: string): number =>
  typeof range === 'number' ? range : range.from + chanceOf(text) * (range.to - range.from)
const wave = (amplitude: number, phase: number): number => amplitude * Math.cos(2 * Math.PI * phase)

/** What the streams of a demonstration say: a function of thing and instant, the same in every process and every time. */
export class DemoSource {
  readonly #streams: ReadonlyMap<string, DemoStream>
  readonly #faults: ReadonlyMap<string, readonly [number, DemoFault][]>
  readonly #offset: (at: number) => number

  /** `offset`: what the city's wall clock is ahead of UTC at an instant, ms. */
  constructor(demo: Demo, offset: (at: number) => number) {
    this.#streams = new Map(demo.streams.map((s) => [s.of, s]))
    this.#faults = Map.groupBy([...(demo.faults ?? []).entries()], ([, f]) => f.of)
    this.#offset = offset
  }

  has(ref: string): boolean {
    return this.#streams.has(ref)
  }

  /** What a stream (`register/stream`) of a thing (its code) says where nothing is wrong; NaN of one that is not described. */
  plain(ref: string, thing: string, at: number, depth = 0): number {
    const s = this.#streams.get(ref)
    if (!s || depth > DEEPEST) return Number.NaN
    const name = `${thing} ${ref}`
    const wall = at + this.#offset(at)
    let value = own(s.base, `${name} base`)
    if (s.daily) value += wave(s.daily.amplitude, (wall % DAY) / DAY - s.daily.peakHour / 24)
    if (s.yearly) value += wave(s.yearly.amplitude, ((wall - BEGIN) / DAY + 1 - s.yearly.peakDay) / 365.25)
    const register = ref.slice(0, ref.indexOf('/'))
    for (const f of s.follows ?? []) {
      const other = this.plain(`${register}/${f.stream}`, thing, at - (f.lagS ?? 0) * 1000, depth + 1)
      if (!Number.isNaN(other)) value += f.factor * other
    }
    if (s.perHour !== undefined) value += (own(s.perHour, `${name} pace`) * (at - BEGIN)) / HOUR
    if (s.noise > 0) value += s.noise * (chanceOf(`${name} ${Math.floor(at / 1000)}`) * 2 - 1)
    return shaped(s, value)
  }

  /** What it says with what goes wrong; null while it is silent. */
  reading(ref: string, thing: string, at: number): number | null {
    const s = this.#streams.get(ref)
    if (!s) return null
    for (const [n, fault] of this.#faults.get(ref) ?? []) {
      const begun = this.#begun(n, fault, thing, at)
      if (begun === null) continue
      const size = fault.size ?? 0
      if (fault.kind === 'silent') return null
      if (fault.kind === 'stuck') return this.plain(ref, thing, begun)
      if (fault.kind === 'value') return size
      const grown = fault.kind === 'ramp' ? (size * (at - begun)) / HOUR : size
      return Number((this.plain(ref, thing, at) + grown).toFixed(s.decimals))
    }
    return this.plain(ref, thing, at)
  }

  /** Since when a fault lasts; null while it does not. It may have begun the day before. */
  #begun(n: number, fault: DemoFault, thing: string, at: number): number | null {
    const offset = this.#offset(at)
    const today = Math.floor((at + offset) / DAY)
    const [from, to] = fault.hours ?? [0, 24]
    for (const day of [today, today - 1]) {
      const name = `${thing} ${fault.of} ${n} ${day}`
      if (chanceOf(name) >= fault.shareADay) continue
      const begun = day * DAY - offset + (from + chanceOf(`${name} hour`) * (to - from)) * HOUR
      if (at >= begun && at < begun + fault.forS * 1000) return begun
    }
    return null
  }
}

function shaped(s: DemoStream, value: number): number {
  const least = s.low === undefined ? value : Math.max(s.low, value)
  return Number((s.high === undefined ? least : Math.min(s.high, least)).toFixed(s.decimals))
}
