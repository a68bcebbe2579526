import { filterMatches } from '../../domain/mqtt-topic.ts'
import type { Message } from './message.ts'

const MOST = 200_000
const MOST_BYTES = 64 * 1024 * 1024

/** Kept messages: the last of each topic that was published to be kept. What is beyond the bounds is not kept. */
export class Retained {
  readonly #kept = new Map<string, { message: Message; bytes: number }>()
  #bytes = 0

  /** In the place of the one before; an empty payload only takes that away (MQTT 3.1.1, 3.3.1.3). */
  keep(message: Message): void {
    const before = this.#kept.get(message.topic)
    if (before) {
      this.#bytes -= before.bytes
      this.#kept.delete(message.topic)
    }
    const bytes = message.topic.length + message.payload.length + 200
    if (message.payload.length === 0) return
    if (this.#kept.size >= MOST || this.#bytes + bytes > MOST_BYTES) return
    // A copy: the payload is a window into a chunk of the network's.
    this.#kept.set(message.topic, { message: { ...message, payload: Buffer.from(message.payload) }, bytes })
    this.#bytes += bytes
  }

  /** Those whose topics fall under a filter. */
  *under(filter: string): Generator<Message> {
    if (!/[+#]/.test(filter)) {
      const kept = this.#kept.get(filter)
      if (kept) yield kept.message
    } else for (const [topic, kept] of this.#kept) if (filterMatches(filter, topic)) yield kept.message
  }
}
