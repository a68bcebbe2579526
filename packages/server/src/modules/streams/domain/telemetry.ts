import { type Quality, qualityCode, type ReadingExtra } from '@chengyun/contract/streams'
import { qualityOfFlag } from './hj212-message.ts'

// What devices of our own convention and of SensorThings say, taken out of JSON and judged by its shape.

/** `city/{areaCode}/{sector}/{deviceId}/{up|down}/{telemetry|event|status|reply|cmd}` */
const CONVENTION = /^city\/([^/]+)\/([^/]+)\/([^/]+)\/up\/(telemetry|event|status|reply)$/

export interface ConventionTopic {
  area: string
  sector: string
  device: string
  what: 'telemetry' | 'event' | 'status' | 'reply'
}

export function readConventionTopic(topic: string): ConventionTopic | null {
  const m = CONVENTION.exec(topic)
  return m && { area: m[1]!, sector: m[2]!, device: m[3]!, what: m[4] as ConventionTopic['what'] }
}

/** Values of one moment, by the names the device uses. */
export interface Telemetry {
  at: number
  quality: Quality
  values: Record<string, unknown>
}

/** `{"ts": 1782880200000, "values": {"ch4Lel": 12.4}, "quality": "N"}`, or a list of such. Null where it is not that. */
export function readTelemetry(payload: unknown, receivedAt: number): Telemetry[] | null {
  const out: Telemetry[] = []
  for (const one of Array.isArray(payload) ? payload : [payload]) {
    if (typeof one !== 'object' || one === null) return null
    const { ts, values, quality } = one as { ts?: unknown; values?: unknown; quality?: unknown }
    if (typeof values !== 'object' || values === null || Array.isArray(values)) return null
    const at = ts === undefined ? receivedAt : typeof ts === 'number' ? ts : typeof ts === 'string' ? Date.parse(ts) : Number.NaN
    if (!Number.isFinite(at)) return null
    const flag = quality === undefined ? undefined : typeof quality === 'string' ? quality : '?'
    out.push({ at: Math.round(at), quality: qualityOfFlag(flag), values: values as Record<string, unknown> })
  }
  return out
}

/** `ch4_lel` and `ch4-lel` are `ch4Lel` among the keys of streams. */
export const camelKey = (name: string): string => name.replace(/[_-]+([a-zA-Z0-9])/g, (_, c: string) => c.toUpperCase())

/** An Observation as SensorThings writes it (1.1, 8.2.7), on its way into a batch. */
export interface ObservationIn {
  streamId: number | null
  at: number
  result: unknown
  quality: number
  extra: ReadingExtra | null
}

const OFFSET = /(?:Z|[+-]\d\d:?\d\d)$/
const instant = (text: unknown): number => (typeof text === 'string' && OFFSET.test(text) ? Date.parse(text) : Number.NaN)

/** Null where the shape is wrong. Without a phenomenonTime it is the moment of arrival (8.2.7.1). */
export function readObservation(payload: unknown, receivedAt: number): ObservationIn | null {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null
  const o = payload as Record<string, unknown>
  if (!('result' in o)) return null
  const stream = (o.Datastream as { '@iot.id'?: unknown } | undefined)?.['@iot.id']
  const feature = (o.FeatureOfInterest as { '@iot.id'?: unknown } | undefined)?.['@iot.id']
  let at = receivedAt
  const extra: ReadingExtra = {}
  if (o.phenomenonTime !== undefined && o.phenomenonTime !== null) {
    const [from, until, ...more] = String(o.phenomenonTime).split('/')
    at = instant(from)
    if (Number.isNaN(at) || more.length > 0) return null
    if (until !== undefined) {
      const end = instant(until)
      if (!(end >= at)) return null
      extra.until = new Date(end).toISOString()
    }
  }
  if (o.resultTime !== undefined && o.resultTime !== null) {
    const when = instant(o.resultTime)
    if (Number.isNaN(when)) return null
    extra.resultTime = new Date(when).toISOString()
  }
  if (typeof o.validTime === 'string') extra.validTime = o.validTime.slice(0, 80)
  if (typeof o.parameters === 'object' && o.parameters !== null) extra.parameters = o.parameters as Record<string, unknown>
  if (o.resultQuality !== undefined && o.resultQuality !== null) extra.resultQuality = o.resultQuality
  if (typeof feature === 'number') extra.featureId = feature
  return {
    streamId: typeof stream === 'number' && Number.isInteger(stream) ? stream : null,
    at: Math.round(at),
    result: o.result,
    quality: qualityCode('good'),
    extra: Object.keys(extra).length === 0 ? null : extra
  }
}

/** `v1.1/Datastreams(5)/Observations` names a stream, `v1.1/Observations` leaves it to the payload; null for any other topic. */
export function readObservationTopic(topic: string): { streamId: number | null } | null {
  if (topic === 'v1.1/Observations') return { streamId: null }
  const m = /^v1\.1\/Datastreams\((\d{1,9})\)\/Observations$/.exec(topic)
  return m && { streamId: Number(m[1]) }
}

/**
 * Topics a command is said on: those the device listens on, with what its wildcards leave open filled in from its last message, else from where it is at
 * home. A device that listens on none is told where it spoke last.
 */
export function commandTopics(
  device: { code: string; account: string },
  home: { area: string; sector: string },
  spokenAs: string | undefined,
  filters: Iterable<string>
): Set<string> {
  const [, area = home.area, sector = home.sector, name = device.code] = spokenAs?.split('/') ?? []
  const topics = new Set<string>()
  for (const filter of filters) {
    const m = /^city\/([^/#]+)\/([^/#]+)\/([^/+#]+)\/down\/(?:cmd|\+|#)$/.exec(filter)
    if (!m || (m[3] !== device.code && m[3] !== device.account)) continue
    topics.add(`city/${m[1] === '+' ? area : m[1]}/${m[2] === '+' ? sector : m[2]}/${m[3]}/down/cmd`)
  }
  if (topics.size === 0) topics.add(`city/${area}/${sector}/${name}/down/cmd`)
  return topics
}
