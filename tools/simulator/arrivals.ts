// What the world brings, when it is to be reported.
import { eventsOfMinute, MINUTE_MS, type SimEvent, type World } from './world.ts'

/** Wall clock and simulated time. At speed 1 they are the same; both in epoch milliseconds. */
export class SimClock {
  readonly began: number
  readonly speed: number

  constructor(began: number, speed: number) {
    this.began = began
    this.speed = speed
  }

  simAt(wall: number): number {
    return this.began + (wall - this.began) * this.speed
  }
  wallAt(sim: number): number {
    return sim <= this.began ? sim : this.began + (sim - this.began) / this.speed
  }
}

/** A report on its way; `dueAt` on the wall clock. */
export interface Arrival {
  event: SimEvent
  dueAt: number
  rushTo: string | null
}

/** Between two reports of the backlog. */
const BACKLOG_GAP_MS = 600

/** Reports on their way: the world's as its minutes pass, those of a backlog one after another. */
export class Arrivals {
  readonly #world: World
  readonly #clock: SimClock
  readonly #waiting: Arrival[] = []
  #nextMinute: number

  constructor(world: World, clock: SimClock) {
    this.#world = world
    this.#clock = clock
    this.#nextMinute = Math.floor(clock.began / MINUTE_MS)
  }

  get count(): number {
    return this.#waiting.length
  }

  addBacklog(backlog: readonly Omit<Arrival, 'dueAt'>[], now: number): void {
    this.#waiting.push(...backlog.map(({ event, rushTo }, i) => ({ event, dueAt: now + i * BACKLOG_GAP_MS, rushTo })))
  }

  /** Lets the time up to now pass without anything arising. */
  skip(now: number): void {
    this.#nextMinute = Math.floor(this.#clock.simAt(now) / MINUTE_MS)
  }

  /** What the world brings up to the present minute, at so many cases in a usual hour. */
  advance(now: number, rate: number): void {
    const present = Math.floor(this.#clock.simAt(now) / MINUTE_MS)
    // After a long sleep the city does not make up for what it missed.
    if (present - this.#nextMinute > 3 * Math.max(1, this.#clock.speed)) this.#nextMinute = present
    for (; this.#nextMinute <= present; this.#nextMinute++) {
      // What arose before the start was another run's to report.
      const events = eventsOfMinute(this.#world, this.#nextMinute, rate).filter((e) => e.at >= this.#clock.began)
      this.#waiting.push(...events.map((event) => ({ event, dueAt: this.#clock.wallAt(event.at), rushTo: null })))
    }
  }

  /** One that is due, taken out. */
  take(now: number): Arrival | undefined {
    const at = this.#waiting.findIndex((a) => a.dueAt <= now)
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0]
  }

  putBack(arrival: Arrival): void {
    this.#waiting.push(arrival)
  }
}
