import type { PayloadMapping, Quality } from '@chengyun/contract/streams'
import { PathError, type PathStep, parsePath, valueAt } from './json-path.ts'
import { type WallClock, type WallFormat, wallFormat } from './wall-clock.ts'

/** A value found in a payload, before anybody knows whether there is such a device or stream. */
export interface FoundValue {
  device: string
  by: 'code' | 'account'
  stream: string
  at: number
  result: unknown
  quality: Quality
}

export interface PayloadFault {
  code: string
  detail: string
}

export interface PayloadRead {
  values: FoundValue[]
  faults: PayloadFault[]
}

/** What is known of a payload besides its content. */
export interface PayloadContext {
  /** The level `{device}` of the topic. */
  topicDevice?: string | undefined
  account?: string | undefined
  receivedAt: number
  wall: WallClock
}

interface Linear {
  stream: string
  scale?: number
  offset?: number
}

/** A mapping whose paths and formats are read. */
export interface CompiledMapping {
  declaration: PayloadMapping
  each: readonly PathStep[] | null
  devicePath: readonly PathStep[] | null
  timePath: readonly PathStep[] | null
  timeFormat: WallFormat | null
  qualityPath: readonly PathStep[] | null
  values: readonly (Linear & {
    path: readonly PathStep[]
    invalid: readonly unknown[]
    quality: readonly PathStep[] | null
  })[]
  named: {
    path: readonly PathStep[]
    nameAt: readonly PathStep[] | null
    valueAt: readonly PathStep[] | null
    streams: ReadonlyMap<string, Linear>
    only: boolean
  } | null
}

/** One payload may carry so many readings; a flood of them is one message to a device and a denial of service to a city. */
export const PAYLOAD_READINGS = 10_000

/** Read a declaration, or say everything that is wrong with it. */
export function compileMapping(d: PayloadMapping): { mapping: CompiledMapping | null; faults: PayloadFault[] } {
  const faults: PayloadFault[] = []
  const path = (where: string, text: string | undefined): readonly PathStep[] | null => {
    if (text === undefined) return null
    try {
      return parsePath(text)
    } catch (error) {
      if (!(error instanceof PathError)) throw error
      faults.push({ code: 'MAPPING_PATH', detail: `${where}: ${error.message}` })
      return null
    }
  }
  const say = (code: string, detail: string) => faults.push({ code, detail })
  if (d.values === undefined && d.named === undefined) say('MAPPING_EMPTY', 'values | named')
  if (d.device.from === 'path' && d.device.path === undefined) say('MAPPING_DEVICE', 'device.path')
  if (d.device.from === 'topic' && !d.topic?.split('/').includes('{device}')) say('MAPPING_DEVICE', 'topic: {device}')
  if (d.topic !== undefined && !isMappingTopic(d.topic)) say('MAPPING_TOPIC', d.topic)
  const timeFormat = d.time?.as === 'text' ? wallFormat(d.time.format ?? '') : null
  if (d.time?.as === 'text' && timeFormat === null) say('MAPPING_FORMAT', d.time.format ?? '')
  const mapping: CompiledMapping = {
    declaration: d,
    each: path('each', d.each),
    devicePath: path('device.path', d.device.path),
    timePath: path('time.path', d.time?.path),
    timeFormat,
    qualityPath: path('quality.path', d.quality?.path),
    values: (d.values ?? []).map((v, i) => ({
      ...v,
      path: path(`values.${i}.path`, v.path) ?? [],
      invalid: v.invalid ?? [],
      quality: path(`values.${i}.quality`, v.quality)
    })),
    named: d.named
      ? {
          path: path('named.path', d.named.path) ?? [],
          nameAt: path('named.nameAt', d.named.nameAt),
          valueAt: path('named.valueAt', d.named.valueAt),
          streams: new Map(Object.entries(d.named.streams ?? {})),
          only: d.named.only === true
        }
      : null
  }
  return { mapping: faults.length > 0 ? null : mapping, faults }
}

function isMappingTopic(topic: string): boolean {
  const levels = topic.split('/')
  return levels.every(
    (level, i) =>
      level === '+' || level === '{device}' || (level === '#' && i === levels.length - 1) || /^[^+#{}\0]+$/.test(level)
  )
}

/** The values of a payload. What cannot be read is said, and the rest is read all the same. */
export function readPayload(mapping: CompiledMapping, payload: unknown, context: PayloadContext): PayloadRead {
  const out: PayloadRead = { values: [], faults: [] }
  const root = mapping.each === null ? payload : valueAt(payload, mapping.each)
  const entries = mapping.each === null ? [root] : Array.isArray(root) ? root : null
  if (entries === null) {
    out.faults.push({ code: 'PAYLOAD_NO_LIST', detail: mapping.declaration.each ?? '' })
    return out
  }
  for (const entry of entries) {
    readEntry(mapping, entry, context, out)
    if (out.values.length > PAYLOAD_READINGS) {
      out.values.length = PAYLOAD_READINGS
      out.faults.push({ code: 'PAYLOAD_TOO_MANY', detail: String(PAYLOAD_READINGS) })
      break
    }
  }
  return out
}

function readEntry(m: CompiledMapping, entry: unknown, context: PayloadContext, out: PayloadRead): void {
  const { from, by = 'code' } = m.declaration.device
  const named = from === 'account' ? context.account : from === 'topic' ? context.topicDevice : valueAt(entry, m.devicePath!)
  if (typeof named !== 'string' && typeof named !== 'number') {
    out.faults.push({ code: 'PAYLOAD_NO_DEVICE', detail: m.declaration.device.path ?? from })
    return
  }
  const at = timeOf(m, entry, context)
  if (Number.isNaN(at)) {
    out.faults.push({ code: 'PAYLOAD_NO_TIME', detail: m.declaration.time?.path ?? '' })
    return
  }
  const device = String(named)
  const who = from === 'account' ? 'account' : by
  const quality = qualityAt(m, entry, m.qualityPath)
  const put = (to: Linear, raw: unknown, q: Quality): void => {
    out.values.push({ device, by: who, stream: to.stream, at, result: linear(raw, to), quality: q })
  }
  for (const v of m.values) {
    const raw = valueAt(entry, v.path)
    // A value that is not there is silence, and one that says "none" too: neither is a zero.
    if (raw === undefined || raw === null || v.invalid.includes(raw)) continue
    put(v, raw, v.quality === null ? quality : qualityAt(m, entry, v.quality))
  }
  if (m.named) readNamed(m.named, entry, (to, raw) => put(to, raw, quality), out)
}

function readNamed(
  named: NonNullable<CompiledMapping['named']>,
  entry: unknown,
  put: (to: Linear, raw: unknown) => void,
  out: PayloadRead
): void {
  const found = valueAt(entry, named.path)
  if (typeof found !== 'object' || found === null) {
    out.faults.push({ code: 'PAYLOAD_NO_VALUES', detail: named.path.join('.') })
    return
  }
  const pairs: [unknown, unknown][] = Array.isArray(found)
    ? found.map((one) => [valueAt(one, named.nameAt ?? ['name']), valueAt(one, named.valueAt ?? ['value'])])
    : Object.entries(found)
  for (const [name, raw] of pairs) {
    if (typeof name !== 'string' || raw === null || raw === undefined) continue
    const to = named.streams.get(name) ?? (named.only ? undefined : { stream: name })
    if (to) put(to, raw)
  }
}

function linear(raw: unknown, { scale, offset }: Linear): unknown {
  if (scale === undefined && offset === undefined) return raw
  const value = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw
  return typeof value === 'number' ? value * (scale ?? 1) + (offset ?? 0) : raw
}

function timeOf(m: CompiledMapping, entry: unknown, context: PayloadContext): number {
  const { time } = m.declaration
  if (!time) return context.receivedAt
  const raw = valueAt(entry, m.timePath!)
  switch (time.as) {
    case 'text':
      return typeof raw === 'string' ? context.wall.parse(raw.trim(), m.timeFormat!) : Number.NaN
    case 'iso':
      return typeof raw === 'string' && /(?:Z|[+-]\d\d:?\d\d)$/.test(raw) ? Date.parse(raw) : Number.NaN
    default: {
      const value = typeof raw === 'string' && raw !== '' ? Number(raw) : raw
      if (typeof value !== 'number' || !Number.isFinite(value)) return Number.NaN
      return Math.round(time.as === 's' ? value * 1000 : time.as === 'us' ? value / 1000 : value)
    }
  }
}

function qualityAt(m: CompiledMapping, entry: unknown, path: readonly PathStep[] | null): Quality {
  if (path === null) return 'good'
  const word = valueAt(entry, path)
  if (word === undefined || word === null) return 'good'
  return m.declaration.quality?.words[String(word)] ?? 'fault'
}
