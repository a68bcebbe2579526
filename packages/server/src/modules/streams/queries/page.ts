import type { Db } from '../../../platform/db.ts'
import { DAY_MS } from '../commands/days.ts'
import type { Series } from '../domain/pack-codec.ts'
import { readSeries } from './readings.ts'

/**
 * At least the last `count` readings of a stream before `to` and not before `from` (epoch ms), or all there are: read in stretches that grow, since
 * nothing says how often it spoke.
 */
export async function pageOfReadings(db: Db, streamId: number, from: number, to: number, count: number): Promise<Series> {
  for (let stretch = DAY_MS; ; stretch *= 4) {
    const since = Math.max(from, to - stretch)
    const series = await readSeries(db, streamId, since, to)
    if (series.length >= count || since === from) return series
  }
}
