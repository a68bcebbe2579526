import type { CaseQuery } from '@chengyun/contract/cases'
import type { RawBuilder } from 'kysely'

/** The condition of a counted measure over a period, so that a number of the overview opens exactly its rows. */
export const measureOf =
  (_timeZone: string, _now: Date) =>
  (_key: string, _query: CaseQuery): RawBuilder<boolean> | null =>
    null
