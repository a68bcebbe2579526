import { type DaySpan, type MeasureKey, measureOf, startOfDay } from '@chengyun/contract/indicators'
import type { Reach } from './reach.ts'

/** What the rows of a number have in common beside the measure: fields of CaseQuery. */
export type RowFields = Partial<Record<'district' | 'street' | 'unit' | 'source' | 'major', string>>

export interface SpanAt {
  fromAt: Date
  toAt: Date
}
export const spanAt = ({ from, to }: DaySpan, timeZone: string): SpanAt => ({
  fromAt: startOfDay(from, timeZone),
  toAt: startOfDay(to, timeZone)
})

/** A unit no case is with: a list filtered by nothing would show everything. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** The reach of a question as fields of the list. */
export function fieldsOf(reach: Reach): RowFields {
  return {
    ...(reach.districts && { district: reach.districts.join(',') }),
    ...(reach.kind === 'street' && { street: reach.keys?.join(',') ?? '' }),
    ...(reach.kind === 'unit' && { unit: reach.keys?.join(',') || NOBODY })
  }
}

/** What a filter says beside its measure: time and place. The measure goes before it: `measure=report&${rowsFilter(…)}`. */
export function rowsFilter(span: SpanAt, fields: RowFields): string {
  return `from=${span.fromAt.toISOString()}&to=${span.toAt.toISOString()}${written(fields)}`
}

// Written by hand: an answer carries a thousand of these. Codes, ids and source words need no more than this.
const written = (fields: RowFields): string =>
  Object.entries(fields)
    .map(([name, value]) => `&${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`)
    .join('')

/** Makes the query strings for `GET /api/cases` with exactly the rows of numbers. Measures of the present take no time. */
export function filterMaker(span: SpanAt, fields: RowFields): (measure: MeasureKey) => string {
  const kept = rowsFilter(span, fields)
  const place = written(fields)
  return (measure) => (measureOf(measure).on === null ? `measure=${measure}${place}` : `measure=${measure}&${kept}`)
}
