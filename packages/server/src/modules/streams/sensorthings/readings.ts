/** Observations on their way in: from what SensorThings says to a batch of the intake, and what became of each. */
import { QUALITIES, type ReadingExtra, STREAMS_ERRORS } from '@chengyun/contract/streams'
import type { Actor } from '../../../platform/actor.ts'
import type { Db } from '../../../platform/db.ts'
import { type Reach, reaches, reachOf } from '../../registry/index.ts'
import type { PendingReading } from '../commands/sta-write.ts'
import { emptyBatch } from '../domain/batch-codec.ts'
import { storeResult } from '../domain/result.ts'
import { observationId } from '../domain/sta/address.ts'
import { StaError } from '../domain/sta/fault.ts'
import { isoOf, spanOf } from '../domain/sta/time.ts'
import type { Streams } from '../runtime.ts'
import type { Asking } from './asking.ts'

const writeReach = new WeakMap<Actor, Promise<Reach>>()

/** What an account may write. Kept with the account as the session holds it: a new one comes when anything of it changes. */
export function reachOfWriter(db: Db, actor: Actor): Promise<Reach> {
  const known = writeReach.get(actor)
  if (known) return known
  const made = reachOf(db, actor, 'streams:write')
  writeReach.set(actor, made)
  made.catch(() => writeReach.delete(actor))
  return made
}

/** The stream exists and whoever writes reaches its thing. @throws StaError */
export function demandStream({ catalogue }: Streams, reach: Reach, stream: number): void {
  const thing = catalogue.thingOf(stream)
  if (!thing) throw new StaError(`there is no Datastream ${stream}`)
  if (!reaches(reach, thing)) throw new StaError(`Datastream ${stream} lies outside of what you may write`, 403)
}

/** As demandStream, for whoever asks. @throws StaError */
export async function demandWritable({ streams, db, actor, device }: Asking, stream: number): Promise<void> {
  if (device === undefined) demandStream(streams, await reachOfWriter(db, actor), stream)
  // Of other things it is not told whether they are there.
  else if (!device.mayWrite(stream)) throw new StaError(`Datastream ${stream} is none of this device`, 403)
}

/** Instants that were given because none was said, by stream: two readings of one stream in one millisecond are two. */
const given = new WeakMap<Streams, Map<number, number>>()
function nextInstant(streams: Streams, stream: number, now: number): number {
  const known = given.get(streams) ?? new Map<number, number>()
  given.set(streams, known)
  const at = Math.max(now, (known.get(stream) ?? 0) + 1)
  known.set(stream, at)
  return at
}

export interface Stored {
  id: string
  stream: number
  at: number
}

const NO_VALUE = { status: 400, message: 'Observation: the result does not fit the observationType of its Datastream' }

/** Stores readings, whose values were checked, and answers their ids after the commit; a fault stands in the place of a reading that was not taken. */
export async function storeReadings(
  streams: Streams,
  readings: readonly PendingReading[],
  now: number
): Promise<(Stored | StaError)[]> {
  const n = readings.length
  const batch = emptyBatch(n)
  const out: (Stored | StaError)[] = new Array(n)
  const entries: number[] = []
  for (let i = 0; i < n; i += 1) {
    const { stream, values, feature } = readings[i] as PendingReading
    const kind = streams.catalogue.kindOf(stream)
    const stored = storeResult(kind, values.result)
    if (stored === null) {
      out[i] = new StaError(NO_VALUE.message)
      continue
    }
    const span = values.phenomenonTime === undefined ? null : spanOf(String(values.phenomenonTime))
    const at = span?.from ?? nextInstant(streams, stream, now)
    const k = entries.length
    batch.streams[k] = stream
    batch.at[k] = at
    batch.values[k] = stored.value
    if (!Number.isNaN(stored.value2)) {
      batch.values2 ??= new Float64Array(n).fill(Number.NaN)
      batch.values2[k] = stored.value2
    }
    const quality = QUALITIES.indexOf(values.resultQuality as never)
    batch.quality[k] = Math.max(0, quality)
    const extra = extraOf(values, stored.result, span?.until ?? null, quality < 0, feature)
    if (extra) {
      batch.extra ??= new Map()
      batch.extra.set(k, extra)
    }
    entries.push(i)
    out[i] = { id: observationId(stream, at), stream, at }
  }
  batch.length = entries.length
  const { refused } = await streams.intake.submit(batch)
  for (const { index, code } of refused) {
    const text = (STREAMS_ERRORS as Record<string, { status: number; en: string }>)[code]
    out[entries[index] as number] = new StaError(`Observation: ${text?.en ?? code}`)
  }
  return out
}

function extraOf(
  v: Record<string, unknown>,
  result: unknown,
  until: number | null,
  hasOwnQuality: boolean,
  feature: number | null
): ReadingExtra | null {
  if (result === undefined && until === null && feature === null && !RARE.some((name) => v[name] != null)) return null
  const extra: ReadingExtra = {}
  if (result !== undefined) extra.result = result
  if (until !== null) extra.until = isoOf(until)
  if (v.resultTime != null) extra.resultTime = String(v.resultTime)
  if (v.validTime != null) extra.validTime = String(v.validTime)
  if (v.parameters != null && Object.keys(v.parameters as object).length > 0)
    extra.parameters = v.parameters as Record<string, unknown>
  if (hasOwnQuality && v.resultQuality != null) extra.resultQuality = v.resultQuality
  if (feature !== null) extra.featureId = feature
  return Object.keys(extra).length > 0 ? extra : null
}
const RARE = ['resultTime', 'validTime', 'parameters', 'resultQuality'] as const
