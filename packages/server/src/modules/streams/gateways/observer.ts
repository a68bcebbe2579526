import { type JournalBatch, QUALITIES, type ReadingBatch, type ReadingExtra } from '@chengyun/contract/streams'
import type { Catalogue } from '../domain/catalogue.ts'
import type { LatestValues } from '../domain/latest.ts'
import { readObservationTopic } from '../domain/telemetry.ts'
import type { Broker } from './mqtt/broker.ts'
import type { Message } from './mqtt/message.ts'

/** One reading, as the columns keep it. */
export interface ObservedReading {
  streamId: number
  at: number
  value: number
  value2: number
  quality: number
  extra: ReadingExtra | null
}

/** Says what is observed to whoever subscribed to it (SensorThings 1.1, 14.3), from the journal: whichever process took it, in the order of the commits. */
export class Observer {
  readonly #broker: Broker
  readonly #catalogue: Catalogue
  readonly #latest: LatestValues
  readonly #root: string
  #version = -1
  #isWanted = false
  #all = false
  readonly #one = new Map<number, boolean>()

  constructor(parts: { broker: Broker; catalogue: Catalogue; latest: LatestValues; root: string }) {
    this.#broker = parts.broker
    this.#catalogue = parts.catalogue
    this.#latest = parts.latest
    this.#root = parts.root
  }

  take({ readings }: Pick<JournalBatch, 'readings'>): void {
    if (this.#version !== this.#broker.treeVersion) {
      this.#version = this.#broker.treeVersion
      this.#isWanted = this.#broker.mayReach('v1.1')
      this.#all = this.#broker.hasListeners('v1.1/Observations')
      this.#one.clear()
    }
    if (!this.#isWanted) return
    for (let i = 0; i < readings.length; i++) {
      const id = readings.streams[i]!
      let one = this.#one.get(id)
      if (one === undefined) {
        one = this.#broker.hasListeners(topicOf(id))
        this.#one.set(id, one)
      }
      // Single readings of hidden streams are for rules and figures alone.
      if ((!one && !this.#all) || this.#catalogue.hidden[id] === 1) continue
      const message = this.message(rowOf(readings, i))
      if (one) this.#broker.publish(message, null)
      if (this.#all) this.#broker.publish({ ...message, topic: 'v1.1/Observations' }, null)
    }
  }

  /** The latest of the stream a filter names, as kept message. */
  *retained(filter: string): Generator<Message> {
    const streamId = readObservationTopic(filter)?.streamId
    if (streamId === undefined || streamId === null || !this.#catalogue.has(streamId) || this.#catalogue.hidden[streamId] === 1)
      return
    const row = this.#latest.get(streamId)
    if (row) yield this.message({ ...row, streamId })
  }

  message(row: ObservedReading): Message {
    let whole: Record<string, unknown> | undefined
    const observation = () => {
      whole ??= this.#observation(row)
      return whole
    }
    return {
      topic: topicOf(row.streamId),
      payload: Buffer.from(JSON.stringify(observation())),
      retain: false,
      streamId: row.streamId,
      narrow: (select) => {
        const o = observation()
        const names = select.map((name) => (name === 'id' ? '@iot.id' : name))
        return Buffer.from(JSON.stringify(Object.fromEntries(names.filter((n) => n in o).map((n) => [n, o[n]]))))
      }
    }
  }

  #observation({ streamId, at, value, value2, quality, extra }: ObservedReading): Record<string, unknown> {
    const id = `${streamId}-${at}`
    const from = new Date(at).toISOString()
    const self = `${this.#root}/Observations('${id}')`
    return {
      '@iot.id': id,
      '@iot.selfLink': self,
      phenomenonTime: extra?.until === undefined ? from : `${from}/${extra.until}`,
      resultTime: extra?.resultTime ?? null,
      result: this.#result(streamId, value, value2, extra),
      ...(quality !== 0 || extra?.resultQuality !== undefined
        ? { resultQuality: extra?.resultQuality ?? QUALITIES[quality] }
        : {}),
      ...(extra?.validTime !== undefined && { validTime: extra.validTime }),
      ...(extra?.parameters !== undefined && { parameters: extra.parameters }),
      'Datastream@iot.navigationLink': `${self}/Datastream`,
      'FeatureOfInterest@iot.navigationLink': `${self}/FeatureOfInterest`
    }
  }

  #result(streamId: number, value: number, value2: number, extra: ReadingExtra | null): unknown {
    if (extra?.result !== undefined) return extra.result
    switch (this.#catalogue.kindOf(streamId)) {
      case 'truth':
        return value !== 0
      case 'position':
        return { type: 'Point', coordinates: [value, value2] }
      default:
        return Number.isNaN(value) ? null : value
    }
  }
}

const topicOf = (streamId: number): string => `v1.1/Datastreams(${streamId})/Observations`

const rowOf = (r: ReadingBatch, i: number): ObservedReading => ({
  streamId: r.streams[i]!,
  at: r.at[i]!,
  value: r.values[i]!,
  value2: r.values2 === null ? Number.NaN : r.values2[i]!,
  quality: r.quality[i]!,
  extra: r.extra?.get(i) ?? null
})
