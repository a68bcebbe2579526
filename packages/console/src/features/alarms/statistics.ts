import type { AlarmStatistics, StatisticsBy } from '@chengyun/contract/alarms'
import { addDays, type DaySpan, startOfDay } from '@chengyun/contract/indicators'
import type { AlarmFilters } from '../../api/alarms.ts'

export type Group = AlarmStatistics['groups'][number]
/** What a page of statistics is about: days of the city, the last not among them. */
export interface Asked extends DaySpan {
  zone: string
  /** What narrows it, as a list would be narrowed. */
  filters: AlarmFilters
}

/** By what the alarms are counted, in the order of the choice. */
export const BY = [
  'rule',
  'pack',
  'level',
  'unit',
  'type',
  'district',
  'street',
  'day',
  'month'
] as const satisfies readonly StatisticsBy[]
export type By = (typeof BY)[number]
/** Groups that follow each other in time, not by size. */
export const inTime = (by: By): boolean => by === 'day' || by === 'month'

const later = (a: string, b: string): string => (a > b ? a : b)
const sooner = (a: string, b: string): string => (a < b ? a : b)

/** The days a group of a time covers, within those that are asked for. */
function daysOf(by: By, key: string, { from, to }: DaySpan): DaySpan {
  if (by === 'day') return { from: key, to: addDays(key, 1) }
  if (by !== 'month') return { from, to }
  const first = `${key.slice(0, 4)}-${key.slice(4, 6)}-01`
  const next = `${addDays(first, 32).slice(0, 7)}-01`
  return { from: later(first, from), to: sooner(next, to) }
}

const instants = ({ from, to }: DaySpan, zone: string) => ({
  from: startOfDay(from, zone).toISOString(),
  to: startOfDay(to, zone).toISOString()
})

/** The filters of the list with exactly the alarms of a page; those of one group of it with `of`. */
export function filtersOf(asked: Asked, of?: { by: By; key: string }): AlarmFilters {
  const { zone, filters } = asked
  if (!of) return { ...filters, ...instants(asked, zone) }
  const { by, key } = of
  const own: AlarmFilters =
    by === 'day' || by === 'month'
      ? {}
      : by === 'level'
        ? { worst: key }
        : by === 'unit'
          ? { holder: key || 'none' }
          : by === 'district' || by === 'street'
            ? { within: key || 'none' }
            : { [by]: key }
  return { ...filters, ...own, ...instants(daysOf(by, key, asked), zone) }
}

/** The address of that list, narrowed to what a number counts. */
export const listAddress = (filters: AlarmFilters, more: AlarmFilters = {}): string =>
  `/alarms?${new URLSearchParams({ ...filters, ...more }).toString()}`

/** Every day that is asked for with its figures, also those without an alarm; none after `today`. */
export function byDay(
  groups: readonly Group[],
  { from, to }: DaySpan,
  today: string
): { day: string; group: Group | undefined }[] {
  const known = new Map(groups.map((g) => [g.key, g]))
  const out: { day: string; group: Group | undefined }[] = []
  for (let day = from; day < to && day <= today; day = addDays(day, 1)) out.push({ day, group: known.get(day) })
  return out
}

/** A rule so often wrong that somebody should look at it: a third of at least so many. */
const NOISY_SHARE = 1 / 3
const NOISY_FROM = 5
export const isNoisy = ({ raised, falseShare }: Pick<Group, 'raised' | 'falseShare'>): boolean =>
  raised >= NOISY_FROM && (falseShare ?? 0) >= NOISY_SHARE

export type SortKey = 'raised' | 'acknowledgeS' | 'durationS' | 'falseShare' | 'doneRate'
/** Groups with the largest first; times in their order; what has no figure last. */
export function sorted(groups: readonly Group[], by: By, key: SortKey | null): Group[] {
  if (key === null) return inTime(by) || by === 'level' ? groups.toSorted((a, b) => a.key.localeCompare(b.key)) : [...groups]
  return groups.toSorted((a, b) => (b[key] ?? -1) - (a[key] ?? -1))
}
