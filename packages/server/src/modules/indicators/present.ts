import {
  addDays,
  type Counts,
  type DaySpan,
  type FunnelStage,
  type GroupView,
  INDICATOR_KEYS,
  type IndicatorKey,
  indicatorOf,
  LIVE_MEASURES,
  MEASURE_KEYS,
  type MeasureCount,
  type MeasureKey,
  measureOf,
  type OverviewView,
  type Period,
  type RateView,
  ROWS_OF,
  rateOf
} from '@chengyun/contract/indicators'
import { fieldsOf, filterMaker, type RowFields, rowsFilter, type SpanAt, spanAt } from './domain/filters.ts'
import type { Reach } from './domain/reach.ts'
import { GROUP_MEASURES, type Group, NOW_MEASURES, type Numbers, UNIT_MEASURES } from './queries/overview.ts'

const FUNNEL: Record<FunnelStage, MeasureKey> = {
  report: 'report',
  accept: 'accept',
  register: 'register',
  dispatch: 'dispatch',
  dispose: 'disposed',
  close: 'closed',
  notRegister: 'notRegister',
  cancel: 'cancel',
  selfHandled: 'selfHandled'
}

export interface OverviewFacts {
  now: Date
  seq: number
  timeZone: string
  period: { key: Period; span: DaySpan }
  reach: Reach
  numbers: Numbers
  names: ReadonlyMap<string, string>
}

export const presentSpan = (key: Period, span: DaySpan, timeZone: string) => {
  const { fromAt, toAt } = spanAt(span, timeZone)
  return { key, from: span.from, to: addDays(span.to, -1), fromAt: fromAt.toISOString(), toAt: toAt.toISOString(), timeZone }
}

export function presentOverview(facts: OverviewFacts): OverviewView {
  const { numbers, reach, names } = facts
  const span = spanAt(facts.period.span, facts.timeZone)
  const fields = fieldsOf(reach)
  const filter = filterMaker(span, fields)
  const count = counted(numbers.totals, filter)
  const group = (of: readonly Group[], measures: readonly MeasureKey[], field: keyof RowFields, name: (key: string) => string) =>
    of.map((g) =>
      presentGroup(g, measures, span, { ...fields, ...(g.key !== null && { [field]: g.key }) }, g.key === null ? '' : name(g.key))
    )
  const named = (key: string) => names.get(key) ?? key
  return {
    asOf: facts.now.toISOString(),
    seq: facts.seq,
    period: presentSpan(facts.period.key, facts.period.span, facts.timeZone),
    reach: { kind: reach.kind, districts: reach.districts && [...reach.districts], keys: reach.keys && [...reach.keys] },
    funnel: (Object.keys(FUNNEL) as FunnelStage[]).map((key) => ({
      key,
      ...count(FUNNEL[key]),
      zh: measureOf(FUNNEL[key]).zh,
      en: measureOf(FUNNEL[key]).en
    })),
    open: count('open'),
    late: count('late'),
    counts: Object.fromEntries(
      MEASURE_KEYS.filter((k) => !LIVE_MEASURES.includes(k) || NOW_MEASURES.includes(k)).map((k) => [k, numbers.totals[k] ?? 0])
    ),
    filter: rowsFilter(span, fields),
    rates: INDICATOR_KEYS.map((key) => presentRate(key, numbers.totals, filter)),
    byDistrict: group([...numbers.districts].sort(byKey), [...GROUP_MEASURES, ...NOW_MEASURES], 'district', named),
    byUnit: group(numbers.units, [...UNIT_MEASURES, ...NOW_MEASURES], 'unit', named),
    bySource: group([...numbers.sources].sort(mostReports), GROUP_MEASURES, 'source', (key) => key),
    byMajor: group([...numbers.majors].sort(mostReports), GROUP_MEASURES, 'major', named),
    trend: presentTrend(numbers.trend, fields, facts.timeZone)
  }
}

function presentTrend(trend: Numbers['trend'], fields: RowFields, timeZone: string): OverviewView['trend'] {
  return trend.map(({ day, counts }) => {
    const n = (key: MeasureKey) => counts[key] ?? 0
    return {
      day,
      inflow: n('report'),
      outflow: n('closed') + n('cancel') + n('notRegister') + n('selfHandled'),
      disposed: n('disposed'),
      filter: rowsFilter(spanAt({ from: day, to: addDays(day, 1) }, timeZone), fields)
    }
  })
}

const counted =
  (counts: Counts, filter: (measure: MeasureKey) => string) =>
  (measure: MeasureKey): MeasureCount => ({ measure, count: counts[measure] ?? 0, filter: filter(measure) })

function presentRate(key: IndicatorKey, counts: Counts, filter: (measure: MeasureKey) => string): RateView {
  const { zh, en, direction, numerator, denominator } = indicatorOf(key)
  const count = counted(counts, filter)
  return { key, zh, en, direction, value: rateOf(key, counts), numerator: count(numerator), denominator: count(denominator) }
}

function presentGroup(group: Group, measures: readonly MeasureKey[], span: SpanAt, fields: RowFields, name: string): GroupView {
  const rates = INDICATOR_KEYS.filter(
    (k) => measures.includes(indicatorOf(k).numerator) && measures.includes(indicatorOf(k).denominator)
  )
  return {
    key: group.key,
    name,
    counts: Object.fromEntries(measures.map((m) => [m, group.counts[m] ?? 0])),
    rates: Object.fromEntries(rates.map((k) => [k, rateOf(k, group.counts)])),
    // The list has no filter for "in no district": such a number opens nothing rather than too much.
    filter: group.key === null ? null : rowsFilter(span, fields)
  }
}

const n = (g: Group, key: MeasureKey): number => g.counts[key] ?? 0
const byKey = (a: Group, b: Group): number => (a.key ?? '~').localeCompare(b.key ?? '~')
const mostReports = (a: Group, b: Group): number => n(b, 'report') - n(a, 'report') || byKey(a, b)
/** Cases a measure's list holds: for a sum, those that add to it. */
export const rowsOf = (measure: MeasureKey): MeasureKey => ROWS_OF[measure] ?? measure
