import type { Identity } from './identity.ts'
import type { Outgoing } from './packets.ts'

/** What a subscriber asked for. */
export interface Subscription {
  session: Session
  /** As written, query included. */
  filter: string
  /** Without the query. */
  base: string
  /** `?$select=…` of SensorThings topics; delivered topics carry it too. */
  query: string
  select: readonly string[] | null
  qos: 0 | 1
  noLocal: boolean
  retainAsPublished: boolean
}

/** What is written to a client that is there. */
export interface Line {
  version: number
  /** Bytes that were written and not yet taken by the network. */
  readonly backlog: number
  write(bytes: Buffer): void
  /** End the connection; the reason code is of MQTT 5. */
  end(reason: number, why: string): void
  /** How many QoS 1 messages the client takes without acknowledging. */
  receiveMaximum: number
  /** Largest packet the client takes. */
  largest: number
}

/** Publications of one connection that are not yet committed; beyond it the socket is not read. */
export const WINDOW = 500

/** Bounds of what is kept for one client. */
export const BOUNDS = {
  /** QoS 0 is dropped for a client whose line holds more than this. */
  backlogBytes: 1024 * 1024,
  /** QoS 1 that waits for a client that is there: a commit brings what 50 devices had under way, all at once. */
  queue: { messages: 100_000, bytes: 32 * 1024 * 1024 },
  /** The same for a client that is away. */
  kept: { messages: 10_000, bytes: 8 * 1024 * 1024 },
  inflight: 1000
} as const
const QUOTA = 0x97

interface Numbered {
  message: Outgoing
  retain: boolean
}

/** Subscriptions and unacknowledged messages of one client; outlives its connection where the client wants that. */
export class Session {
  readonly key: string
  readonly clientId: string
  identity: Identity
  line: Line | null = null
  readonly subscriptions = new Map<string, Subscription>()
  /** Identifiers of QoS 2 publications that were taken and not yet released. */
  readonly received = new Set<number>()
  /** Seconds it is kept without a connection; 0: it ends with it. */
  expiryS = 0
  /** Epoch ms at which it is forgotten; only while there is no connection. */
  expiresAt = Number.POSITIVE_INFINITY
  dropped = 0
  readonly #inflight = new Map<number, Numbered>()
  #queue: Numbered[] = []
  #head = 0
  #queueBytes = 0
  #lastId = 0

  constructor(key: string, clientId: string, identity: Identity) {
    this.key = key
    this.clientId = clientId
    this.identity = identity
  }

  get waiting(): number {
    return this.#queue.length - this.#head + this.#inflight.size
  }

  deliver(message: Outgoing, qos: 0 | 1, retain: boolean): void {
    const { line } = this
    if (line && message.bytes > line.largest) return
    if (qos === 0) {
      if (!line) return
      if (line.backlog > BOUNDS.backlogBytes) this.dropped += 1
      else line.write(message.plain(line.version, retain))
      return
    }
    if (!line && this.expiryS === 0) return
    const bound = line ? BOUNDS.queue : BOUNDS.kept
    const isFull = this.#queue.length - this.#head >= bound.messages || this.#queueBytes + message.bytes > bound.bytes
    if (isFull) {
      this.dropped += 1
      // Who asked for every message and does not take them is told so, instead of being given a part.
      line?.end(QUOTA, 'subscriber too slow')
      return
    }
    this.#queue.push({ message: message.keep(), retain })
    this.#queueBytes += message.bytes
    this.#send()
  }

  #send(): void {
    const { line } = this
    if (!line) return
    const most = Math.min(line.receiveMaximum, BOUNDS.inflight)
    while (this.#head < this.#queue.length && this.#inflight.size < most && line.backlog <= BOUNDS.backlogBytes) {
      const next = this.#queue[this.#head]!
      this.#queue[this.#head++] = undefined as never
      this.#queueBytes -= next.message.bytes
      if (next.message.expiresAt < Date.now()) continue
      const id = this.#freeId()
      this.#inflight.set(id, next)
      line.write(next.message.numbered(line.version, id, next.retain, false))
    }
    if (this.#head > 1024 || this.#head === this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
  }

  #freeId(): number {
    do this.#lastId = this.#lastId >= 0xffff ? 1 : this.#lastId + 1
    while (this.#inflight.has(this.#lastId))
    return this.#lastId
  }

  acknowledged(id: number): void {
    if (this.#inflight.delete(id)) this.#send()
  }

  /** The line can take more. */
  drained(): void {
    this.#send()
  }

  /** A client is there (again): what it never acknowledged is sent once more, in its order. */
  attach(line: Line): void {
    this.line = line
    this.expiresAt = Number.POSITIVE_INFINITY
    for (const [id, { message, retain }] of this.#inflight) line.write(message.numbered(line.version, id, retain, true))
    this.#send()
  }

  detach(now: number): void {
    this.line = null
    this.expiresAt = now + this.expiryS * 1000
  }
}
