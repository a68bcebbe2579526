import { LRUCache } from 'lru-cache'
import { filterMatches } from '../domain/mqtt-topic.ts'
import { type ConventionTopic, readConventionTopic, readObservationTopic } from '../domain/telemetry.ts'
import type { DeviceRow } from '../queries/devices.ts'
import type { DeviceBook, MappedTopic } from './book.ts'

/** What a topic says about the payload that came on it. */
export type Route =
  | { kind: 'none' }
  | { kind: 'convention'; topic: ConventionTopic; device: DeviceRow | undefined }
  | { kind: 'observation'; streamId: number | null }
  | { kind: 'mapping'; mapped: MappedTopic; topicDevice: string | undefined }

/** What topics mean: the same until devices or mappings change. */
export class TopicRoutes {
  readonly #book: DeviceBook
  readonly #known = new LRUCache<string, Route>({ max: 50_000 })

  constructor(book: DeviceBook) {
    this.#book = book
    book.onChange(() => this.#known.clear())
  }

  of(topic: string): Route {
    const known = this.#known.get(topic)
    if (known) return known
    const route = this.#find(topic)
    this.#known.set(topic, route)
    return route
  }

  #find(topic: string): Route {
    const observation = readObservationTopic(topic)
    if (observation) return { kind: 'observation', ...observation }
    const convention = readConventionTopic(topic)
    if (convention) return { kind: 'convention', topic: convention, device: this.#book.find('code', convention.device) }
    for (const mapped of this.#book.mappings)
      if (mapped.filter !== null && filterMatches(mapped.filter, topic))
        return { kind: 'mapping', mapped, topicDevice: mapped.deviceLevel < 0 ? undefined : topic.split('/')[mapped.deviceLevel] }
    return { kind: 'none' }
  }
}
