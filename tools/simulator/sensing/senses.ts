import { DemoSource } from '@chengyun/scenario-kit/demo-series'
import type { Demo } from '@chengyun/scenario-kit/packs'
import { choicesOf, Episodes, saidIn } from './episodes.ts'
import { type Sensor, Timetable } from './timetable.ts'

export interface Said {
  sensor: Sensor
  /** Epoch ms. */
  at: number
  value: number
}

/** What streams of demonstrations say, packs' own faults included. Offsets: what the city's wall clock is ahead of UTC, ms. */
export class Voices {
  readonly demos: readonly Demo[]
  readonly offset: (at: number) => number
  readonly #byRef: ReadonlyMap<string, DemoSource>

  constructor(demos: readonly Demo[], offset: (at: number) => number) {
    this.demos = demos
    this.offset = offset
    this.#byRef = new Map(
      demos.flatMap((demo) => {
        const source = new DemoSource(demo, offset)
        return demo.streams.map((s) => [s.of, source] as const)
      })
    )
  }

  has(ref: string): boolean {
    return this.#byRef.has(ref)
  }

  faultsOf(ref: string): NonNullable<Demo['faults']> {
    return this.demos.flatMap((demo) => (demo.faults ?? []).filter((f) => f.of === ref))
  }

  /** NaN of a stream no demonstration speaks of. */
  plain(sensor: Sensor, at: number): number {
    return this.#byRef.get(sensor.ref)?.plain(sensor.ref, sensor.thing, at) ?? Number.NaN
  }

  /** Null while it is silent. */
  reading(sensor: Sensor, at: number): number | null {
    return this.#byRef.get(sensor.ref)?.reading(sensor.ref, sensor.thing, at) ?? null
  }
}

/** Everything the city's sensors say: a function of seed, city and instant. */
export class Senses {
  readonly #voices: Voices
  readonly #timetable: Timetable
  readonly #episodes: Episodes

  constructor(seed: string, voices: Voices, sensors: readonly Sensor[]) {
    this.#voices = voices
    this.#timetable = new Timetable(sensors)
    this.#episodes = new Episodes(seed, choicesOf(voices.demos, sensors), voices.offset)
  }

  /** What is said in a second of the epoch. */
  said(second: number): Said[] {
    const at = second * 1000
    const episodes = this.#episodes.at(at)
    return this.#timetable.at(second).flatMap((sensor) => {
      const natural = this.#voices.reading(sensor, at)
      const episode = episodes.get(sensor.id)
      const value = natural !== null && episode ? saidIn(episode, this.#voices.plain(sensor, at), at) : natural
      return value === null || Number.isNaN(value) ? [] : [{ sensor, at, value }]
    })
  }
}
