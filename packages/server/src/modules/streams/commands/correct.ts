/** A stored reading is put right or taken away by a person: the row or its pack, the roll-ups, and a word to whoever holds it in memory. */
import { STREAMS_ERRORS } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import type { Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { packSeries, type Series, unpackSeries } from '../domain/pack-codec.ts'
import { countsIn } from '../domain/rollup.ts'
import { dayOf, dayText } from './days.ts'
import { DAY_LOCK } from './merge-packs.ts'

const fail = thrower(STREAMS_ERRORS)
const MANUAL = 7

interface Known {
  value: number | null
  quality: number
}

/** What a reading becomes; null takes it away. */
export interface Correction {
  value: number | null
  /** Number of the quality; `manual` when it is not said. */
  quality?: number | undefined
}

/** Changes or (`to` null) removes the reading of a stream at an instant (epoch ms). Throws STREAMS_READING_NOT_FOUND. */
export const correctReading = command(
  async (tx, input: { streamId: number; at: number; to: Correction | null; reason: string }, ctx): Promise<void> => {
    const { streamId, at, to, reason } = input
    const next: Known | null = to && { value: to.value, quality: to.quality ?? MANUAL }
    const before = (await changeRow(tx, streamId, at, next)) ?? (await changePack(tx, streamId, at, next))
    if (!before) throw fail('STREAMS_READING_NOT_FOUND', { stream: streamId, at: new Date(at).toISOString() })
    await adjustRollups(tx, streamId, at, before, next)
    ctx.emit('streams.corrected', {
      streamId,
      at,
      value: next === null ? null : next.value,
      quality: next === null ? MANUAL : next.quality
    })
    ctx.audit({
      action: to === null ? 'streams.removeReading' : 'streams.correctReading',
      objectType: 'stream',
      objectId: String(streamId),
      result: 'ok',
      before: { at: new Date(at).toISOString(), ...before },
      after: next ? { ...next } : {},
      reason
    })
  }
)

const instant = (at: number) => sql`(timestamptz 'epoch' + ${at}::float8 * interval '1 ms')`

async function changeRow(tx: Tx, streamId: number, at: number, next: Known | null): Promise<Known | undefined> {
  const { rows } =
    await sql<Known>`select value, quality from streams.reading where stream_id = ${streamId} and at = ${instant(at)} for update`.execute(
      tx
    )
  if (!rows[0]) return undefined
  if (next)
    await sql`update streams.reading set value = ${next.value}, quality = ${next.quality} where stream_id = ${streamId} and at = ${instant(at)}`.execute(
      tx
    )
  else await sql`delete from streams.reading where stream_id = ${streamId} and at = ${instant(at)}`.execute(tx)
  return rows[0]
}

async function changePack(tx: Tx, streamId: number, at: number, next: Known | null): Promise<Known | undefined> {
  const day = dayOf(at)
  await sql`select pg_advisory_xact_lock(${DAY_LOCK}::int, ${day}::int)`.execute(tx)
  const { rows } = await sql<{
    body: Buffer
  }>`select body from streams.pack where stream_id = ${streamId} and day = ${dayText(day)}::date`.execute(tx)
  if (!rows[0]) return undefined
  const series = unpackSeries(rows[0].body)
  const i = series.at.indexOf(at)
  if (i < 0) return undefined
  const before = { value: Number.isNaN(series.values[i]) ? null : series.values[i]!, quality: series.quality[i]! }
  if (next) {
    series.values[i] = next.value ?? Number.NaN
    series.quality[i] = next.quality
    await putPack(tx, streamId, day, series)
  } else if (series.length > 1) await putPack(tx, streamId, day, leaveOut(series, i))
  else await sql`delete from streams.pack where stream_id = ${streamId} and day = ${dayText(day)}::date`.execute(tx)
  return before
}

const putPack = (tx: Tx, streamId: number, day: number, s: Series): Promise<unknown> =>
  sql`update streams.pack set body = ${packSeries(s)}, count = ${s.length}, first_at = ${instant(s.at[0]!)}, last_at = ${instant(s.at[s.length - 1]!)}
    where stream_id = ${streamId} and day = ${dayText(day)}::date`.execute(tx)

function leaveOut(s: Series, left: number): Series {
  const keep = <T extends Float64Array | Uint8Array>(column: T): T => column.filter((_, i) => i !== left) as T
  const extra =
    s.extra && new Map([...s.extra].filter(([i]) => i !== left).map(([i, more]) => [i > left ? i - 1 : i, more] as const))
  return {
    length: s.length - 1,
    at: keep(s.at),
    values: keep(s.values),
    values2: s.values2 && keep(s.values2),
    quality: keep(s.quality),
    extra: extra && extra.size > 0 ? extra : null
  }
}

/** Count and sum are moved at once; least, greatest and last are made anew from the readings by a job, when all that came is in the roll-ups. */
async function adjustRollups(tx: Tx, streamId: number, at: number, before: Known, next: Known | null): Promise<void> {
  const had = before.value !== null && countsIn(before.quality) ? before.value : null
  const has = next && next.value !== null && countsIn(next.quality) ? next.value : null
  if (had === null && has === null) return
  const count = (has === null ? 0 : 1) - (had === null ? 0 : 1)
  const sum = (has ?? 0) - (had ?? 0)
  await sql`insert into streams.dirty_hour (stream_id, hour, since) values (${streamId}, date_trunc('hour', ${instant(at)}), now())
    on conflict (stream_id, hour) do update set since = excluded.since`.execute(tx)
  const zone = sql`coalesce((select value->>'timeZone' from platform.setting where key = 'city'), 'Asia/Shanghai')`
  const spans = {
    minute: sql`date_trunc('minute', ${instant(at)})`,
    hour: sql`date_trunc('hour', ${instant(at)})`,
    day: sql`date_trunc('day', ${instant(at)}, ${zone})`
  }
  for (const [level, span] of Object.entries(spans))
    await sql`update ${sql.raw(`streams.rollup_${level}`)} set count = count + ${count}, sum = sum + ${sum}::float8
      where stream_id = ${streamId} and at = ${span}`.execute(tx)
}

/** Readings left the platform as a file: who, which and of which span is on the audit trail. */
export const recordReadingsExport = command(
  async (_tx, input: { streamId: number; format: string; from: string; to: string }, { audit }) => {
    const { streamId, ...after } = input
    audit({ action: 'streams.export', objectType: 'stream', objectId: String(streamId), result: 'ok', after })
  }
)
