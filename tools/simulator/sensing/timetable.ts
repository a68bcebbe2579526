import { chanceOf } from '../random.ts'

/** A stream that speaks in the demonstration. */
export interface Sensor {
  /** Number of the stream. */
  id: number
  /** `register/stream`, as the demonstrations of packs call it. */
  ref: string
  /** Code of the item. */
  thing: string
  kind: 'number' | 'count' | 'truth'
  intervalS: number
}

/** Readings a second that are sent at most; a city with more of them hears each stream less often. */
export const MOST_PER_SECOND = 300

/** Who speaks in which second of the epoch. All streams of a thing with one interval speak together, as loggers do; things are spread evenly. */
export class Timetable {
  readonly #groups = new Map<number, (Sensor[] | undefined)[]>()
  /** Times as long as declared that everybody waits. */
  readonly stretch: number

  constructor(sensors: readonly Sensor[], mostPerSecond: number = MOST_PER_SECOND) {
    const perSecond = sensors.reduce((sum, s) => sum + 1 / s.intervalS, 0)
    this.stretch = Math.max(1, Math.round((1000 * perSecond) / mostPerSecond) / 1000)
    for (const sensor of sensors) {
      const interval = Math.ceil(sensor.intervalS * this.stretch)
      const group = this.#groups.get(interval) ?? new Array<Sensor[] | undefined>(interval)
      this.#groups.set(interval, group)
      const phase = Math.floor(chanceOf(`${sensor.thing}/phase`).next() * interval)
      const together = group[phase]
      if (together) together.push(sensor)
      else group[phase] = [sensor]
    }
  }

  at(second: number): Sensor[] {
    return [...this.#groups].flatMap(([interval, group]) => group[second % interval] ?? [])
  }
}
