import {
  type Counts,
  type DaySpan,
  type IndicatorKey,
  indicatorOf,
  isIndicatorKey,
  LIVE_MEASURES,
  type MeasureKey,
  type Ranked
} from '@chengyun/contract/indicators'
import type { Db } from '../../../platform/db.ts'
import { spanAt } from '../domain/filters.ts'
import type { Reach } from '../domain/reach.ts'
import { CITY } from '../domain/tallies.ts'
import { listLiveSums } from './live.ts'
import type { Group } from './overview.ts'
import { keepsBreakdown, listSums, totalsOf } from './sums.ts'

/** The measures a ranking by this key needs. */
export const measuresOf = (key: MeasureKey | IndicatorKey): MeasureKey[] =>
  isIndicatorKey(key) ? [indicatorOf(key).numerator, indicatorOf(key).denominator] : [key]

/** Counts of every key of a dimension within a reach. */
export async function listGroups(
  db: Db,
  dimension: Ranked,
  key: MeasureKey | IndicatorKey,
  question: { reach: Reach; span: DaySpan; timeZone: string; now: Date }
): Promise<Group[]> {
  const { reach, span, timeZone, now } = question
  const measures = measuresOf(key)
  const live = measures.every((m) => LIVE_MEASURES.includes(m))
  const source = sourceOf(dimension, reach)
  const rows =
    live || !source
      ? await listLiveSums(db, { by: dimension, measures, reach, span: spanAt(span, timeZone), now, open: live })
      : await listSums(db, [{ part: { name: 'rank', by: dimension === 'district' ? 'area' : 'key', measures }, source, span }])
  return rows.map((r): Group => ({ key: r.key === '-' ? null : r.key, counts: r.counts as Counts })).filter((g) => g.key !== null)
}

/** Where the split is kept; undefined when it has to be counted from the cases (a street by unit, a unit by class). */
function sourceOf(dimension: Ranked, reach: Reach): ReturnType<typeof totalsOf> | undefined {
  if (dimension === 'district') return totalsOf(reach)
  if (dimension === reach.kind) return totalsOf(reach)
  if (!keepsBreakdown(reach)) return undefined
  if (dimension === 'street' || dimension === 'unit') return { dimension, areas: reach.districts, keys: null }
  return { dimension, areas: reach.districts ?? [CITY], keys: null }
}
