import { type MappingTrial, qualityCode } from '@chengyun/contract/streams'
import type { Catalogue } from '../domain/catalogue.ts'
import { compileMapping, type PayloadFault, readPayload } from '../domain/mapping.ts'
import { filterMatches, topicFilter } from '../domain/mqtt-topic.ts'
import { storeResult } from '../domain/result.ts'
import { camelKey } from '../domain/telemetry.ts'
import type { WallClock } from '../domain/wall-clock.ts'
import type { DeviceBook } from './book.ts'
import type { Receiver } from './receiver.ts'

interface TrialParts {
  book: DeviceBook
  catalogue: Catalogue
  receiver: Receiver
  wall: WallClock
}

/** What a payload would become by a declaration that may not be saved yet. Nothing is stored. */
export function tryMapping(
  parts: TrialParts,
  asked: MappingTrial
): {
  readings: { device: string; streamId: number | null; stream: string; at: number; result: unknown; quality: number }[]
  faults: PayloadFault[]
} {
  const { mapping, faults } = compileMapping(asked.declaration)
  if (!mapping) return { readings: [], faults }
  let body: unknown
  try {
    body = JSON.parse(asked.payload)
  } catch {
    return { readings: [], faults: [{ code: 'PAYLOAD_NOT_JSON', detail: '' }] }
  }
  const { filter, deviceLevel } = topicFilter(asked.declaration.topic ?? '')
  if (asked.topic !== undefined && !filterMatches(filter, asked.topic))
    return { readings: [], faults: [{ code: 'MAPPING_TOPIC', detail: asked.topic }] }
  const topicDevice = deviceLevel < 0 ? undefined : asked.topic?.split('/')[deviceLevel]
  const read = readPayload(mapping, body, { topicDevice, account: asked.account, receivedAt: Date.now(), wall: parts.wall })
  const readings = read.values.slice(0, 1000).map((v) => {
    const device = parts.book.find(v.by, v.device)
    const streams = device && parts.receiver.streamsOf(device)
    const streamId = streams?.get(v.stream) ?? streams?.get(camelKey(v.stream)) ?? null
    if (!device) read.faults.push({ code: 'DEVICE_UNKNOWN', detail: v.device })
    else if (streamId === null) read.faults.push({ code: 'STREAM_UNKNOWN', detail: `${v.device}: ${v.stream}` })
    else if (!storeResult(parts.catalogue.kindOf(streamId), v.result))
      read.faults.push({ code: 'RESULT_INVALID', detail: `${v.stream}: ${JSON.stringify(v.result)?.slice(0, 100)}` })
    return { device: v.device, streamId, stream: v.stream, at: v.at, result: v.result, quality: qualityCode(v.quality) }
  })
  return { readings, faults: read.faults }
}
