import { dayAt } from './days.ts'
import { holds, instantOf, type MeasureRow, type SqlFragment, SqlWriter, weightOf } from './expression.ts'
import { type MeasureKey, measureOf, ROWS_OF } from './measures.ts'

/** The day of the city's wall clock a case counts on under a kept measure, or null when it does not count. */
export function dayCounted(key: MeasureKey, row: MeasureRow, timeZone: string): string | null {
  const { on, where, weight } = measureOf(key)
  if (on === null) throw new Error(`${key} is a measure of the present`)
  if (holds(where, row, 0) !== true || weightOf(weight, row) === 0) return null
  const at = instantOf(on, row, 0)
  return at === null ? null : dayAt(at, timeZone)
}

/** Does a case count under a measure of this moment? */
export const countsNow = (key: MeasureKey, row: MeasureRow, now: Date): boolean =>
  holds(measureOf(key).where, row, now.getTime()) === true

export interface MeasureSpan {
  /** First instant and the one after the last; a measure of this moment takes neither. */
  from?: Date | undefined
  to?: Date | undefined
  now: Date
}

/**
 * The rows a number was counted from, as a condition over `cases.pub_case` or `cases.case` under the alias: a list with it has exactly
 * as many rows as the number says. For a sum (返工次数) these are the cases that add to it.
 */
export function measureCondition(key: MeasureKey, span: MeasureSpan, alias = 'c'): SqlFragment {
  const { on, where } = measureOf(ROWS_OF[key] ?? key)
  const out = new SqlWriter(alias, span.now).text('(').condition(where)
  if (on !== null) {
    if (span.from) out.text(' and ').instant(on).text(' >= ').value(span.from, 'timestamptz')
    if (span.to) out.text(' and ').instant(on).text(' < ').value(span.to, 'timestamptz')
    if (!span.from && !span.to) out.text(' and ').instant(on).text(' is not null')
  }
  return out.text(')').fragment()
}
