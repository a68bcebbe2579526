import type { BenchRow } from '../../lib/stats.ts'

/** A figure of this suite; nothing was promised unless `ok` says so. */
export const rowOf = (
  name: string,
  ours: number,
  unit: BenchRow['unit'],
  note: string,
  target = '',
  ok: boolean | null = null
): BenchRow => ({ suite: 'real-packs', name, unit, ours, limit: null, ratio: null, target, ok, note })
