import { type DeviceFaultCode, type Quality, qualityCode, type ReadingExtra } from '@chengyun/contract/streams'
import type { Catalogue } from '../domain/catalogue.ts'
import { type PayloadFault, readPayload } from '../domain/mapping.ts'
import { storeResult } from '../domain/result.ts'
import { camelKey, readObservation, readTelemetry } from '../domain/telemetry.ts'
import type { WallClock } from '../domain/wall-clock.ts'
import type { DeviceRow } from '../queries/devices.ts'
import type { DeviceBook, MappedTopic } from './book.ts'
import type { Funnel } from './funnel.ts'
import { type Route, TopicRoutes } from './topic-routes.ts'

/** Who hands something in, as far as it matters for what it becomes. */
export interface Sender {
  /** The device that is signed in, if it is one. */
  deviceId: string | null
  account: string
  /** May he say something of this stream? */
  mayWrite(streamId: number): boolean
  /** May he speak for this device? */
  maySpeakFor(device: DeviceRow): boolean
}

/** What became of a payload: readings stored, and what was wrong. */
export interface Taken {
  readings: number
  faults: PayloadFault[]
}

/** Reason codes of MQTT 5 that tell what became of a publication. */
const DONE = 0
const PAYLOAD_INVALID = 0x99

const DATA_MOST = 16_384

/** Turns what arrives, whatever carried it, into readings of streams. What is wrong is noted with the device and stops nothing else. */
export class Receiver {
  readonly #book: DeviceBook
  readonly #catalogue: Catalogue
  readonly #funnel: Funnel
  readonly #wall: WallClock
  readonly #routes: TopicRoutes
  readonly #spoken = new WeakMap<DeviceRow, string>()
  readonly #streams = new WeakMap<DeviceRow, { version: number; of: Map<string, number> }>()

  constructor(parts: { book: DeviceBook; catalogue: Catalogue; funnel: Funnel; wall: WallClock }) {
    this.#book = parts.book
    this.#catalogue = parts.catalogue
    this.#funnel = parts.funnel
    this.#wall = parts.wall
    this.#routes = new TopicRoutes(parts.book)
  }

  /** The topic a device spoke on last. */
  spokenAs(device: DeviceRow): string | undefined {
    return this.#spoken.get(device)
  }

  /** A publication. `settle` is called once, with a reason of MQTT 5, when what it brought is stored or nothing of it can be. */
  publication(sender: Sender, topic: string, payload: Buffer, settle: (reason: number) => void): void {
    const now = Date.now()
    const own = sender.deviceId === null ? undefined : this.#book.byId.get(sender.deviceId)
    if (own) this.#book.seen(own, now)
    const route = this.#routes.of(topic)
    if (route.kind === 'none' || payload.length === 0) {
      settle(DONE)
      return
    }
    let body: unknown
    try {
      body = JSON.parse(payload.toString())
    } catch {
      this.#fault(own ?? (route.kind === 'convention' ? route.device : undefined), 'PAYLOAD_NOT_JSON', topic, now)
      settle(PAYLOAD_INVALID)
      return
    }
    const device = this.#collect(sender, own, route, topic, body, now)
    this.#seal(device ?? own, settle)
  }

  /** A payload read by a mapping, whoever brought it; resolves after the commit with what was wrong. */
  mapped(sender: Sender, mapped: MappedTopic, body: unknown): Promise<Taken> {
    const own = sender.deviceId === null ? undefined : this.#book.byId.get(sender.deviceId)
    return this.#taken(own, (now, faults) => this.#takeMapped(sender, mapped, undefined, body, now, faults))
  }

  /** Telemetry of our own convention, brought by a device that is signed in. */
  telemetry(device: DeviceRow, body: unknown): Promise<Taken> {
    return this.#taken(device, (now, faults) => this.#takeTelemetry(device, body, now, faults))
  }

  async #taken(own: DeviceRow | undefined, take: (now: number, faults: PayloadFault[]) => void): Promise<Taken> {
    const now = Date.now()
    if (own) this.#book.seen(own, now)
    const before = this.#pushed
    const faults: PayloadFault[] = []
    take(now, faults)
    const readings = this.#pushed - before
    const refused = await this.#funnel.sealed()
    for (const code of refused) faults.push({ code: 'READING_REFUSED', detail: code })
    return { readings: readings - refused.length, faults }
  }

  #pushed = 0

  #seal(device: DeviceRow | undefined, settle: (reason: number) => void): void {
    this.#funnel.seal(
      {
        settled: (_id, refused) => {
          if (refused.length > 0) this.#fault(device, 'READING_REFUSED', [...new Set(refused)].join(', '), Date.now())
          settle(DONE)
        }
      },
      0
    )
  }

  #collect(
    sender: Sender,
    own: DeviceRow | undefined,
    route: Exclude<Route, { kind: 'none' }>,
    topic: string,
    body: unknown,
    now: number
  ): DeviceRow | undefined {
    if (route.kind === 'observation') {
      this.#takeObservation(sender, own, route.streamId, body, now)
      return own
    }
    if (route.kind === 'mapping') {
      this.#takeMapped(sender, route.mapped, route.topicDevice, body, now, null)
      return own
    }
    const { device } = route
    if (!device?.enabled) {
      this.#fault(own, 'DEVICE_UNKNOWN', route.topic.device, now)
      return own
    }
    if (device !== own) this.#book.seen(device, now)
    if (this.#spoken.get(device) !== topic) this.#spoken.set(device, topic)
    if (route.topic.what === 'telemetry') this.#takeTelemetry(device, body, now, null)
    else this.#takeWord(device, route.topic.what, topic, body, now)
    return device
  }

  #takeObservation(sender: Sender, own: DeviceRow | undefined, named: number | null, body: unknown, now: number): void {
    const o = readObservation(body, now)
    const streamId = named ?? o?.streamId ?? null
    if (!o || streamId === null) {
      this.#fault(own, 'PAYLOAD_SHAPE', 'Observation', now)
      return
    }
    if (!this.#catalogue.has(streamId)) this.#fault(own, 'STREAM_UNKNOWN', String(streamId), now)
    else if (!sender.mayWrite(streamId)) this.#fault(own, 'NOT_ALLOWED', `Datastreams(${streamId})`, now)
    else this.#put(own, streamId, o.at, o.result, o.quality, o.extra ?? undefined, now)
  }

  #takeTelemetry(device: DeviceRow, body: unknown, now: number, faults: PayloadFault[] | null): void {
    const entries = readTelemetry(body, now)
    if (!entries) {
      this.#note(device, 'PAYLOAD_SHAPE', 'telemetry', now, faults)
      return
    }
    const streams = this.streamsOf(device)
    for (const { at, quality, values } of entries) {
      const code = qualityCode(quality)
      for (const name in values) {
        if (values[name] === null) continue
        const streamId = streams.get(name) ?? streams.get(camelKey(name))
        if (streamId === undefined) this.#note(device, 'STREAM_UNKNOWN', name, now, faults)
        else if (!this.#put(device, streamId, at, values[name], code, undefined, now))
          faults?.push({ code: 'RESULT_INVALID', detail: name })
      }
    }
  }

  #takeMapped(
    sender: Sender,
    { mapping }: MappedTopic,
    topicDevice: string | undefined,
    body: unknown,
    now: number,
    faults: PayloadFault[] | null
  ): void {
    const own = sender.deviceId === null ? undefined : this.#book.byId.get(sender.deviceId)
    const read = readPayload(mapping, body, { topicDevice, account: sender.account, receivedAt: now, wall: this.#wall })
    for (const f of read.faults) this.#note(own, f.code as DeviceFaultCode, f.detail, now, faults)
    for (const v of read.values) {
      const device = this.#book.find(v.by, v.device)
      if (!device?.enabled) {
        this.#note(own, 'DEVICE_UNKNOWN', v.device, now, faults)
        continue
      }
      const streamId = this.streamsOf(device).get(v.stream) ?? this.streamsOf(device).get(camelKey(v.stream))
      if (streamId === undefined) this.#note(device, 'STREAM_UNKNOWN', v.stream, now, faults)
      else if (!sender.maySpeakFor(device)) this.#note(own, 'NOT_ALLOWED', device.code, now, faults)
      else {
        if (device !== own) this.#book.seen(device, now)
        if (!this.#put(device, streamId, v.at, v.result, qualityCode(v.quality), undefined, now))
          faults?.push({ code: 'RESULT_INVALID', detail: v.stream })
      }
    }
  }

  #takeWord(device: DeviceRow, what: 'event' | 'status' | 'reply', topic: string, body: unknown, now: number): void {
    if (what === 'status') {
      // What a device says of itself before it goes, or its will: the grace begins.
      if ((body as { online?: unknown } | null)?.online === false) this.#book.lost(device, now)
      return
    }
    const o = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
    const at = new Date(typeof o.ts === 'number' && Number.isFinite(o.ts) ? o.ts : now).toISOString()
    const isReply = what === 'reply'
    const data = isReply ? o.data : body
    if (JSON.stringify(data ?? null).length > DATA_MOST || (isReply && typeof o.msgId !== 'string')) {
      this.#fault(device, 'PAYLOAD_SHAPE', topic, now)
      return
    }
    const deviceId = device.item_id
    this.#book.say(
      isReply
        ? { kind: 'reply', deviceId, msgId: o.msgId, code: typeof o.code === 'number' ? o.code : 0, data: data ?? null, at }
        : { kind: 'event', deviceId, code: device.code, typeId: device.type_id, at, data }
    )
  }

  /** One value of a stream. False, and noted, where it is none of its kind. */
  #put(
    device: DeviceRow | undefined,
    streamId: number,
    at: number,
    raw: unknown,
    quality: number,
    extra: ReadingExtra | undefined,
    now: number
  ): boolean {
    const stored = storeResult(this.#catalogue.kindOf(streamId), raw)
    if (!stored) {
      this.#fault(device, 'RESULT_INVALID', `${this.#catalogue.keyOf(streamId)}: ${JSON.stringify(raw)?.slice(0, 100)}`, now)
      return false
    }
    const beyond = stored.result === undefined ? extra : { ...extra, result: stored.result }
    this.#funnel.push(streamId, at, stored.value, stored.value2, quality, beyond)
    this.#pushed += 1
    return true
  }

  /** For gateways that read values by themselves (HJ 212, Modbus): by key, false where the thing has no such stream. */
  put(device: DeviceRow, key: string, at: number, value: number, quality: Quality): boolean {
    const streamId = this.streamsOf(device).get(key)
    if (streamId === undefined) return false
    return this.#put(device, streamId, at, value, qualityCode(quality), undefined, at)
  }

  /** Streams of the thing a device observes, by key. */
  streamsOf(device: DeviceRow): ReadonlyMap<string, number> {
    const known = this.#streams.get(device)
    const { version } = this.#catalogue
    if (known?.version === version) return known.of
    const of = new Map<string, number>()
    for (const id of this.#catalogue.streamsOfThing.get(device.thing_id) ?? []) of.set(this.#catalogue.keyOf(id), id)
    this.#streams.set(device, { version, of })
    return of
  }

  #note(device: DeviceRow | undefined, code: DeviceFaultCode, detail: string, now: number, faults: PayloadFault[] | null): void {
    faults?.push({ code, detail })
    this.#fault(device, code, detail, now)
  }

  #fault(device: DeviceRow | undefined, code: DeviceFaultCode, detail: string, now: number): void {
    if (device) this.#book.fault(device, code, detail, now)
  }
}
