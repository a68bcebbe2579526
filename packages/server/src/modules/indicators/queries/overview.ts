import { addDays, type Counts, type DaySpan, KEPT_MEASURES, type MeasureKey } from '@chengyun/contract/indicators'
import type { Db } from '../../../platform/db.ts'
import { spanAt } from '../domain/filters.ts'
import type { Reach } from '../domain/reach.ts'
import { type LiveSum, listLiveSums } from './live.ts'
import { breakdownOf, keepsBreakdown, listSums, type Sum, totalsOf } from './sums.ts'

/** What is shown of each group; the totals have everything. */
export const GROUP_MEASURES: readonly MeasureKey[] = [
  'report',
  'accept',
  'register',
  'dispatch',
  'needDispose',
  'dispose',
  'inTimeDispose',
  'disposed',
  'needClose',
  'close',
  'inTimeClose',
  'closed'
]
export const UNIT_MEASURES: readonly MeasureKey[] = [
  'dispatch',
  'needDispose',
  'dispose',
  'inTimeDispose',
  'overtimeDispose',
  'disposed',
  'rework',
  'return'
]
const TREND_MEASURES: readonly MeasureKey[] = ['report', 'selfHandled', 'notRegister', 'cancel', 'disposed', 'closed']
export const NOW_MEASURES: readonly MeasureKey[] = ['open', 'late']

export interface Group {
  key: string | null
  counts: Counts
}

export interface Numbers {
  totals: Counts
  districts: Group[]
  /** Those with most that is late, at most as many as were asked for. */
  units: Group[]
  sources: Group[]
  majors: Group[]
  trend: { day: string; counts: Counts }[]
}

export const added = (all: readonly Counts[]): Counts => {
  const out: Counts = {}
  for (const counts of all)
    for (const [key, n] of Object.entries(counts)) out[key as MeasureKey] = (out[key as MeasureKey] ?? 0) + n
  return out
}

export interface OverviewQuestion {
  reach: Reach
  span: DaySpan
  timeZone: string
  now: Date
  /** Units to show. */
  top: number
  /** Open and late cases of this moment, by district or unit. */
  open(by: 'district' | 'unit'): LiveSum[]
}

/** Everything the overview shows of a span, for a reach: kept numbers in one statement, open cases live beside it. */
export async function getNumbers(db: Db, question: OverviewQuestion): Promise<Numbers> {
  const { reach, span, timeZone, now } = question
  const totals = totalsOf(reach)
  const kept = keepsBreakdown(reach)
  const parts = [
    { part: { name: 'area', by: 'area' as const, measures: KEPT_MEASURES }, source: totals, span },
    {
      part: { name: 'day', by: 'day' as const, measures: TREND_MEASURES },
      source: reach.kind === 'city' ? { ...totals, areas: ['*'] } : totals,
      span
    },
    ...(kept
      ? (['source', 'major'] as const).map((d) => ({
          part: { name: d, by: 'key' as const, measures: GROUP_MEASURES },
          source: breakdownOf(d, reach),
          span
        }))
      : [])
  ]
  const live = { reach, span: spanAt(span, timeZone), now }
  const [sums, units, ...splits] = await Promise.all([
    listSums(db, parts),
    listWorstUnits(db, question),
    // A street or a unit is a small part of the city: its split by source and class is counted from its cases.
    ...(kept
      ? []
      : [
          listLiveSums(db, { ...live, by: 'source', measures: GROUP_MEASURES }),
          listLiveSums(db, { ...live, by: 'major', measures: GROUP_MEASURES })
        ])
  ])
  const of = (name: string) => sums.filter((s) => s.part === name)
  const districts = merged(of('area'), question.open('district'))
  return {
    totals: added(districts.map((d) => d.counts)),
    districts,
    units,
    sources: kept ? of('source') : splits[0]!,
    majors: kept ? of('major') : splits[1]!,
    trend: everyDay(span, of('day'))
  }
}

const n = (g: Group, key: MeasureKey): number => g.counts[key] ?? 0
const worstFirst = (a: Group, b: Group): number =>
  n(b, 'late') - n(a, 'late') ||
  n(b, 'open') - n(a, 'open') ||
  n(b, 'overtimeDispose') - n(a, 'overtimeDispose') ||
  n(b, 'needDispose') - n(a, 'needDispose') ||
  (a.key ?? '').localeCompare(b.key ?? '')

/**
 * The units with most that is late. A year of eight hundred units is the bulk of the tallies, and where enough units are late only the
 * rows of the worst need reading.
 */
async function listWorstUnits(db: Db, { reach, span, timeZone, now, top, open: openBy }: OverviewQuestion): Promise<Group[]> {
  const live = { reach, span: spanAt(span, timeZone), now, by: 'unit' as const }
  const open = openBy('unit').filter((u) => u.key !== null)
  const late = open.filter((u) => n(u, 'late') > 0)
  const shown = late.length >= top ? late.sort(worstFirst).slice(0, top) : null
  const keys = shown ? shown.map((u) => u.key!) : reach.kind === 'unit' ? reach.keys : null
  const part = { name: 'unit', by: 'key' as const, measures: UNIT_MEASURES }
  const sums =
    reach.kind === 'street'
      ? (await listLiveSums(db, { ...live, measures: UNIT_MEASURES })).filter(
          (u) => u.key !== null && (!shown || keys?.includes(u.key))
        )
      : await listSums(db, [{ part, source: { dimension: 'unit', areas: reach.districts, keys }, span }])
  return merged(sums, shown ?? open)
    .sort(worstFirst)
    .slice(0, top)
}

const known = (key: string | null): string | null => (key === null || key === '-' ? null : key)

/** Sums of a span and of this moment, side by side. */
function merged(sums: readonly (Sum | LiveSum)[], open: readonly LiveSum[]): Group[] {
  const out = new Map<string | null, Counts>()
  for (const { key, counts } of sums) out.set(known(key), { ...counts })
  for (const { key, counts } of open) out.set(known(key), { ...out.get(known(key)), ...counts })
  return [...out].map(([key, counts]) => ({ key, counts }))
}

function everyDay({ from, to }: DaySpan, sums: readonly Sum[]): { day: string; counts: Counts }[] {
  const byDay = new Map(sums.map((s) => [s.day, s.counts]))
  const out: { day: string; counts: Counts }[] = []
  for (let day = from; day < to; day = addDays(day, 1)) out.push({ day, counts: byDay.get(day) ?? {} })
  return out
}
