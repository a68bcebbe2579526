import type { ReadingExtra } from '@chengyun/contract/streams'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { packSeries, unpackSeries } from '../domain/pack-codec.ts'
import { StaError } from '../domain/sta/fault.ts'
import { dayOf, dayText } from './days.ts'
import { DAY_LOCK } from './merge-packs.ts'

/** Changes what a stored reading says besides its number: the row, or its pack. Null takes a member away. Throws StaError (404). */
export const amendReading = command(
  async (
    tx,
    input: { stream: number; at: number; extra: Record<string, unknown>; value2?: number | undefined },
    ctx
  ): Promise<void> => {
    const { stream, at, extra } = input
    const instant = sql`(timestamptz 'epoch' + ${at}::float8 * interval '1 ms')`
    const value2 = input.value2 === undefined || Number.isNaN(input.value2) ? null : input.value2
    const { rows } =
      await sql`update streams.reading set extra = jsonb_strip_nulls(coalesce(extra, '{}') || ${JSON.stringify(extra)}::jsonb),
      value2 = coalesce(${value2}::float8, value2) where stream_id = ${stream} and at = ${instant} returning 1`.execute(tx)
    if (rows.length === 0) {
      const day = dayOf(at)
      await sql`select pg_advisory_xact_lock(${DAY_LOCK}::int, ${day}::int)`.execute(tx)
      const packs = await sql<{
        body: Buffer
      }>`select body from streams.pack where stream_id = ${stream} and day = ${dayText(day)}::date`.execute(tx)
      const series = packs.rows[0] && unpackSeries(packs.rows[0].body)
      const i = series?.at.indexOf(at) ?? -1
      if (!series || i < 0) throw new StaError('Nothing found.', 404)
      const merged = Object.fromEntries(Object.entries({ ...series.extra?.get(i), ...extra }).filter(([, v]) => v !== null))
      series.extra = new Map([...(series.extra ?? []), [i, merged as ReadingExtra]])
      await sql`update streams.pack set body = ${packSeries(series)} where stream_id = ${stream} and day = ${dayText(day)}::date`.execute(
        tx
      )
    }
    ctx.audit({
      action: 'streams.amendReading',
      objectType: 'stream',
      objectId: String(stream),
      result: 'ok',
      after: { at: new Date(at).toISOString(), fields: Object.keys(extra) }
    })
  }
)
