/** One line of the result: ours beside the limit of the same run. */
export interface BenchRow {
  suite: string
  name: string
  unit: '/s' | 'ms' | 's' | 'MB' | 'B' | '×' | 'score' | 'F1' | ''
  ours: number
  /** The raw limit (or what it is compared with) in the same unit and run; null where there is none. */
  limit: number | null
  /** Median of the ratios of the rounds; null where there is no limit. */
  ratio: number | null
  target: string
  /** null: measured, but nothing was promised. */
  ok: boolean | null
  note: string
}

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN
}
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
export const round = (value: number, digits = 2): number => Math.round(value * 10 ** digits) / 10 ** digits
export const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Times of `count` calls in ms, after a few that do not count. */
export async function timesOf(call: () => Promise<unknown>, count: number, warmUp = 3): Promise<number[]> {
  const times: number[] = []
  for (let i = -warmUp; i < count; i += 1) {
    const began = performance.now()
    await call()
    if (i >= 0) times.push(performance.now() - began)
  }
  return times
}

const shown = (value: number | null, unit: string): string => {
  if (value === null) return '–'
  const digits = unit === '/s' || unit === 'MB' ? 0 : value < 10 ? 2 : 1
  return `${round(value, digits)}`
}

/** The rows as a table for people. */
export function tableOf(rows: readonly BenchRow[]): string {
  const head = ['suite', 'what', 'unit', 'ours', 'limit', 'ratio', 'target', '', 'note']
  const cells = rows.map((r) => [
    r.suite,
    r.name,
    r.unit,
    shown(r.ours, r.unit),
    shown(r.limit, r.unit),
    r.ratio === null ? '–' : `${round(r.ratio)}`,
    r.target,
    r.ok === null ? '' : r.ok ? 'ok' : 'SHORT',
    r.note
  ])
  const widths = head.map((h, i) => Math.max(h.length, ...cells.map((c) => c[i]!.length)))
  return [head, ...cells]
    .map((c) =>
      c
        .map((cell, i) => (i === 8 ? cell : cell.padEnd(widths[i]!)))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}
