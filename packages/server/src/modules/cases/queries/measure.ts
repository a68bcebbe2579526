import type { CaseQuery } from '@chengyun/contract/cases'
import { isMeasureKey, measureCondition } from '@chengyun/contract/indicators'
import { type RawBuilder, sql } from 'kysely'

/** The rows a number of the overview was counted from: the same definition, compiled to SQL. Null for an unknown measure. */
export const measureOf =
  (now: Date) =>
  (key: string, query: CaseQuery): RawBuilder<boolean> | null => {
    if (!isMeasureKey(key)) return null
    const span = { now, from: query.from ? new Date(query.from) : undefined, to: query.to ? new Date(query.to) : undefined }
    const { parts, values } = measureCondition(key, span)
    return sql<boolean>(parts as unknown as TemplateStringsArray, ...values)
  }
