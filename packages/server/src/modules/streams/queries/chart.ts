import type { Db } from '../../../platform/db.ts'
import { type ChartPoints, largestTriangles, pointsOf, thinned, thinnedRollups } from '../domain/chart.ts'
import type { Streams } from '../runtime.ts'
import { readRollups, readSeries } from './readings.ts'

export interface ChartAsked {
  from: number
  to: number
  pixels: number
  /** `minmax`: least and greatest of each pixel; `lttb`: the readings that keep the look of the line. */
  how: 'minmax' | 'lttb'
}

/** What a chart was made of. */
export type ChartSource = 'readings' | 'minute' | 'hour' | 'day'
export interface ChartOfStream extends ChartPoints {
  streamId: number
  source: ChartSource
}

/** Readings one chart reads at most before it takes a roll-up instead. */
const MOST = 200_000
const LEVELS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const
/** The roll-ups of so long ago are written; newer readings may not be in them yet. */
const WRITTEN_MS = 600_000

/** The finest source that answers with few enough rows; readings while there are not too many. */
export function sourceOf(
  asked: Pick<ChartAsked, 'from' | 'to' | 'how'>,
  intervalS: number,
  keptSince: { raw: number; minute: number }
): ChartSource {
  const span = asked.to - asked.from
  const readings = span / 1000 / (intervalS || 60)
  if ((readings <= MOST || asked.how === 'lttb') && asked.from >= keptSince.raw) return 'readings'
  if (intervalS > 0 && intervalS < 60 && asked.from >= keptSince.minute && span / LEVELS.minute <= MOST) return 'minute'
  return span / LEVELS.hour <= MOST ? 'hour' : 'day'
}

/** A stream thinned to the pixels asked for. */
export async function chartOfStream(
  db: Db,
  { catalogue, options }: Pick<Streams, 'catalogue' | 'options'>,
  streamId: number,
  asked: ChartAsked,
  now: number
): Promise<ChartOfStream> {
  const interval = catalogue.intervalS[streamId] ?? 0
  const stale = catalogue.staleS[streamId] ?? 0
  const gapMs = 1000 * (stale || interval * 2) || Number.POSITIVE_INFINITY
  const day = 86_400_000
  const source = sourceOf(asked, interval, { raw: now - options.rawDays * day, minute: now - options.minuteDays * day })
  if (source === 'readings') {
    const series = await readSeries(db, streamId, asked.from, asked.to)
    const points =
      series.length <= asked.pixels * 2
        ? pointsOf(series, gapMs)
        : asked.how === 'lttb'
          ? largestTriangles(series, asked.pixels, gapMs)
          : thinned(series, asked, gapMs)
    return { streamId, source, ...points }
  }
  const width = LEVELS[source]
  const until = Math.min(asked.to, now - WRITTEN_MS - width)
  const rows = await readRollups(db, source, streamId, asked.from - width + 1, until)
  // What is newer than the roll-ups is read as it is, as rows of the same kind.
  const since = Math.max(asked.from, rows.length > 0 ? rows.at(-1)!.at + width : until)
  if (since < asked.to && asked.to > now - WRITTEN_MS - 2 * width) {
    const fresh = await readSeries(db, streamId, since, asked.to)
    for (let i = 0; i < fresh.length; i++) {
      const value = fresh.values[i]!
      if (!Number.isNaN(value)) rows.push({ at: fresh.at[i]!, count: 1, min: value, max: value, sum: value, last: value })
    }
  }
  return { streamId, source, ...thinnedRollups(rows, asked, width, gapMs) }
}

/** Charts of some streams, in the order asked. */
export async function chartOf(
  db: Db,
  streams: Pick<Streams, 'catalogue' | 'options'>,
  streamIds: readonly number[],
  asked: ChartAsked,
  now: number
): Promise<ChartOfStream[]> {
  const out: ChartOfStream[] = []
  for (let i = 0; i < streamIds.length; i += 4)
    out.push(...(await Promise.all(streamIds.slice(i, i + 4).map((id) => chartOfStream(db, streams, id, asked, now)))))
  return out
}
