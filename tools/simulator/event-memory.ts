import type { CaseView } from '@chengyun/contract/cases'
import { eventsOfMinute, MINUTE_MS, type SimEvent, type World } from './world.ts'

const KEPT_EVENTS = 6000

/** The events behind the cases this run reported, the latest of them, by name and by place. */
export class EventMemory {
  readonly #world: World
  readonly #events = new Map<string, { event: SimEvent; caseNo: string }>()
  readonly #byPlace = new Map<string, SimEvent>()

  constructor(world: World) {
    this.#world = world
  }

  keep(event: SimEvent, caseNo: string): void {
    this.#events.set(event.id, { event, caseNo })
    this.#byPlace.set(event.location.join(), event)
    if (this.#events.size <= KEPT_EVENTS) return
    const [oldest, kept] = this.#events.entries().next().value as [string, { event: SimEvent }]
    this.#events.delete(oldest)
    this.#byPlace.delete(kept.event.location.join())
  }

  /** Number of the case an event became; null when it is not remembered. */
  caseNoOf(eventId: string): string | null {
    return this.#events.get(eventId)?.caseNo ?? null
  }

  /** Did this run report the case? */
  isOurs(view: CaseView): boolean {
    return this.#byPlace.has(view.location.join())
  }

  /** The event behind a case: remembered, or computed again from the minute it was found in. Null for what people reported. */
  eventOf(view: CaseView): SimEvent | null {
    const place = view.location.join()
    const known = this.#byPlace.get(place)
    if (known || view.foundAt === null) return known ?? null
    const events = eventsOfMinute(this.#world, Math.floor(Date.parse(view.foundAt) / MINUTE_MS), Number.MAX_SAFE_INTEGER)
    return events.find((e) => e.location.join() === place) ?? null
  }
}
