import { type BenchRow, quantile, round } from '../../lib/stats.ts'

/** A figure of this suite; nothing was promised unless `ok` says so. */
export const rowOf = (
  name: string,
  ours: number,
  unit: BenchRow['unit'],
  note: string,
  target = '',
  ok: boolean | null = null
): BenchRow => ({ suite: 'real-packs', name, unit, ours, limit: null, ratio: null, target, ok, note })

/** The median for a note; a dash where there is none. */
export const middle = (values: readonly number[], digits: number): string =>
  values.length === 0 ? '–' : String(round(quantile(values, 0.5), digits))
