import {
  type DaySpan,
  type IndicatorKey,
  indicatorOf,
  isIndicatorKey,
  type MeasureCount,
  type MeasureKey,
  type Ranked,
  type RankingView,
  rateOf
} from '@chengyun/contract/indicators'
import { fieldsOf, filterMaker, spanAt } from './domain/filters.ts'
import type { Reach } from './domain/reach.ts'
import type { Group } from './queries/overview.ts'

interface Question {
  dimension: Ranked
  measure: MeasureKey | IndicatorKey
  reach: Reach
  span: DaySpan
  timeZone: string
  names: ReadonlyMap<string, string>
}

/** Best first for rates, most first for counts; equal values share a rank, what has no rate comes last. */
export function presentRanking(
  groups: readonly Group[],
  { dimension, measure, reach, span, timeZone, names }: Question
): RankingView['items'] {
  const at = spanAt(span, timeZone)
  const sign = isIndicatorKey(measure) && indicatorOf(measure).direction === 'lower' ? -1 : 1
  const items = groups.map(({ key, counts }) => {
    const filter = filterMaker(at, { ...fieldsOf(reach), [dimension]: key ?? '' })
    const count = (m: MeasureKey): MeasureCount => ({ measure: m, count: counts[m] ?? 0, filter: filter(m) })
    const rate = isIndicatorKey(measure) ? indicatorOf(measure) : undefined
    return {
      rank: 0,
      key: key ?? '',
      name: names.get(key ?? '') ?? key ?? '',
      value: isIndicatorKey(measure) ? rateOf(measure, counts) : (counts[measure] ?? 0),
      numerator: count(rate ? rate.numerator : (measure as MeasureKey)),
      denominator: rate ? count(rate.denominator) : null
    }
  })
  items.sort((a, b) => {
    if (a.value === null || b.value === null)
      return Number(a.value === null) - Number(b.value === null) || a.key.localeCompare(b.key)
    return sign * (b.value - a.value) || a.key.localeCompare(b.key)
  })
  for (const [i, item] of items.entries()) {
    const above = items[i - 1]
    item.rank = above && above.value === item.value ? above.rank : i + 1
  }
  return items
}
