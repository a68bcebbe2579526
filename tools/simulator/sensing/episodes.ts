import type { Demo } from '@chengyun/scenario-kit/packs'
import { chanceOf } from '../random.ts'
import type { Sensor } from './timetable.ts'

// The faults packs describe happen to a share of the things a day: a few an hour in a small city, and they last for hours. So that something
// comes and goes while somebody looks, some of them happen besides, shortened.

type Fault = NonNullable<Demo['faults']>[number]

/** A fault that can happen, and to whom. */
export interface Choice {
  fault: Fault
  decimals: number
  sensors: readonly Sensor[]
}
export interface Episode {
  sensor: Sensor
  fault: Fault
  decimals: number
  /** Epoch ms; `to` is no more part of it. */
  from: number
  to: number
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const SLOT = 10 * MINUTE
/** Episodes that begin within ten minutes. */
const PER_SLOT = 4
const SHORTEST = 12 * MINUTE
const LONGEST = 35 * MINUTE
/** What takes longer than this to be noticed is not shortened. */
const LONGEST_FAULT_S = 7200

/** What can happen: of silence and standing still one sees nothing within half an hour, and meters do not run backwards afterwards. */
export function choicesOf(demos: readonly Demo[], sensors: readonly Sensor[]): Choice[] {
  const byRef = Map.groupBy(sensors, (s) => s.ref)
  return demos.flatMap((demo) =>
    (demo.faults ?? []).flatMap((fault) => {
      const able = (byRef.get(fault.of) ?? []).filter((s) => s.kind !== 'count')
      const decimals = demo.streams.find((s) => s.of === fault.of)?.decimals ?? 0
      const fits = fault.size !== undefined && fault.kind !== 'silent' && fault.kind !== 'stuck' && fault.forS <= LONGEST_FAULT_S
      return fits && able.length > 0 ? [{ fault, decimals, sensors: able.sort((a, b) => a.id - b.id) }] : []
    })
  )
}

/** Episodes that begin in a slot of ten minutes, a function of seed and slot. `offset`: what the wall clock is ahead of UTC, ms. */
function episodesOfSlot(seed: string, slot: number, choices: readonly Choice[], offset: (at: number) => number): Episode[] {
  const out: Episode[] = []
  for (let n = 0; n < PER_SLOT; n++) {
    const chance = chanceOf(`${seed}/episode/${slot}/${n}`)
    const from = slot * SLOT + Math.floor(chance.next() * SLOT)
    const hour = ((from + offset(from)) / HOUR) % 24
    const fitting = choices.filter(({ fault: { hours = [0, 24] } }) => hour >= hours[0] && hour < hours[1])
    if (fitting.length === 0) continue
    const { fault, decimals, sensors } = chance.weigh(fitting, (c) => Math.sqrt(c.fault.shareADay))
    const to = from + Math.floor(SHORTEST + chance.next() * (LONGEST - SHORTEST))
    out.push({ sensor: chance.pick(sensors), fault, decimals, from, to })
  }
  return out
}

/** Episodes by stream at any instant. */
export class Episodes {
  readonly #seed: string
  readonly #choices: readonly Choice[]
  readonly #offset: (at: number) => number
  readonly #slots = new Map<number, Episode[]>()

  constructor(seed: string, choices: readonly Choice[], offset: (at: number) => number) {
    this.#seed = seed
    this.#choices = choices
    this.#offset = offset
  }

  /** Those that last at an instant; of two that meet in one stream the earlier. */
  at(at: number): Map<number, Episode> {
    const [first, last] = [Math.floor((at - LONGEST) / SLOT), Math.floor(at / SLOT)]
    for (const slot of this.#slots.keys()) if (slot < first || slot > last) this.#slots.delete(slot)
    const out = new Map<number, Episode>()
    for (let slot = first; slot <= last; slot++) {
      const begun = this.#slots.get(slot) ?? episodesOfSlot(this.#seed, slot, this.#choices, this.#offset)
      this.#slots.set(slot, begun)
      for (const e of begun) if (at >= e.from && at < e.to && !out.has(e.sensor.id)) out.set(e.sensor.id, e)
    }
    return out
  }
}

/** What a stream says in an episode where it would say `plain`. A ramp comes as far as it would in its own time, only sooner. */
export function saidIn({ fault, decimals, from, to }: Episode, plain: number, at: number): number {
  const size = fault.size ?? 0
  if (fault.kind === 'value') return size
  const grown = fault.kind === 'ramp' ? ((size * fault.forS) / 3600) * ((at - from) / (to - from)) : size
  return Number((plain + grown).toFixed(decimals))
}
