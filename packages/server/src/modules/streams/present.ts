import { Categories, QUALITIES, type ReadingView, STREAM_STATES, type StreamView } from '@chengyun/contract/streams'
import { Value } from 'typebox/value'
import type { Actor } from '../../platform/actor.ts'
import type { Series } from './domain/pack-codec.ts'
import { canOf } from './policy.ts'
import type { StreamRecord } from './queries/catalogue.ts'
import type { Streams } from './runtime.ts'

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value)
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** A stream with its latest reading, as its reader sees it at `now` (epoch ms). */
export function presentStream(record: StreamRecord, { catalogue, latest }: Streams, actor: Actor, now: number): StreamView {
  const thing = catalogue.things.get(record.thing_id)
  const last = latest.get(record.id)
  const state = latest.stateOf(record.id, catalogue.limitsOf(record.id), now)
  return {
    id: record.id,
    key: record.key,
    name: record.name,
    nameEn: textOf(record.properties.nameEn),
    kind: record.kind,
    unit: record.unit,
    decimals: typeof record.properties.decimals === 'number' ? record.properties.decimals : null,
    ...categoriesOf(record),
    low: record.low,
    high: record.high,
    intervalS: record.interval_s,
    staleAfterS: record.stale_after_s,
    stuckAfterS: record.stuck_after_s,
    hidden: record.hidden,
    maintenanceUntil: record.maintenance_until?.toISOString() ?? null,
    thingId: record.thing_id,
    item: {
      type: record.type_id,
      code: thing?.code ?? '',
      name: thing?.name ?? '',
      place: thing && thing.lng !== null && thing.lat !== null ? [thing.lng, thing.lat] : null,
      gridCode: thing?.grid_code ?? null
    },
    state,
    latest: last
      ? {
          at: new Date(last.at).toISOString(),
          receivedAt: new Date(last.receivedAt).toISOString(),
          changedAt: new Date(last.changedAt).toISOString(),
          value: record.hidden ? null : orNull(last.value),
          ...(!record.hidden && !Number.isNaN(last.value2) && { value2: last.value2 }),
          ...(!record.hidden && last.extra?.result !== undefined && { result: last.extra.result }),
          quality: QUALITIES[last.quality] ?? 'good'
        }
      : null,
    can: canOf(actor)
  }
}

/** Names of the words a category says, where its template declared them. */
function categoriesOf({ kind, properties: { categories } }: StreamRecord): Pick<StreamView, 'categories'> {
  return kind === 'category' && Value.Check(Categories, categories) ? { categories } : {}
}

/** Reading `i` of a series. */
export function presentReading(s: Series, i: number): ReadingView {
  const value2 = s.values2?.[i]
  const result = s.extra?.get(i)?.result
  return {
    at: new Date(s.at[i]!).toISOString(),
    value: orNull(s.values[i]!),
    ...(value2 !== undefined && !Number.isNaN(value2) && { value2 }),
    ...(result !== undefined && { result }),
    quality: QUALITIES[s.quality[i]!] ?? 'good'
  }
}

/** Number of a state in the list of states. */
export const stateCode = (state: StreamView['state']): number => STREAM_STATES.indexOf(state)
