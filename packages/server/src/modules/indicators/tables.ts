import type { MeasureKey } from '@chengyun/contract/indicators'
import { KEPT_MEASURES } from '@chengyun/contract/indicators'
import type { Generated } from 'kysely'

export const DIMENSIONS = ['total', 'street', 'unit', 'source', 'major'] as const
export type Dimension = (typeof DIMENSIONS)[number]
/** A day, or the month that begins on it. */
export type Grain = 'd' | 'm'

export interface RevisionTable {
  one: Generated<boolean>
  number: Generated<number>
  rebuilt_at: Date | null
}

declare module '../../platform/db.ts' {
  interface Tables {
    'indicators.revision': RevisionTable
  }
}

/** The column a kept measure is counted in, quoted: some are words of SQL. */
export const columnOf = (key: MeasureKey): string => `"${key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`)}"`
export const MEASURE_COLUMNS: readonly string[] = KEPT_MEASURES.map(columnOf)
