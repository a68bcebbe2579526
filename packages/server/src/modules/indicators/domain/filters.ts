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

/** Query string for `GET /api/cases` with exactly the rows a number was counted from. Measures of the present take no time. */
export function filterOf(measure: MeasureKey, span: SpanAt, fields: RowFields): string {
  const params = new URLSearchParams({ measure })
  if (measureOf(measure).on !== null) {
    params.set('from', span.fromAt.toISOString())
    params.set('to', span.toAt.toISOString())
  }
  for (const [name, value] of Object.entries(fields)) params.set(name, value)
  return params.toString().replaceAll('%3A', ':').replaceAll('%2C', ',')
}
