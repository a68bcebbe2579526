import { createHash } from 'node:crypto'
import type { Counts, DaySpan, MeasureKey } from '@chengyun/contract/indicators'
import { type Db, prepared } from '../../../platform/db.ts'
import type { Reach } from '../domain/reach.ts'
import { segmentsOf } from '../domain/segments.ts'
import { CITY } from '../domain/tallies.ts'
import { columnOf, type Dimension } from '../tables.ts'

/** Sums of one group. `key` is the district, street, unit, source or class; for a trend it is empty and `day` is set. */
export interface Sum {
  part: string
  key: string
  day: string | null
  counts: Counts
}

export interface Part {
  name: string
  by: 'area' | 'key' | 'day'
  measures: readonly MeasureKey[]
}

/** Parameters of one statement; equal texts share a plan. */
class Values {
  readonly list: unknown[] = []
  add(value: unknown, type: string): string {
    this.list.push(value)
    return `$${this.list.length}::${type}`
  }
}

interface Source {
  dimension: Dimension
  /** Null: every area but the city as a whole. */
  areas: readonly string[] | null
  keys: readonly string[] | null
}

/** Where the totals of a reach are kept. */
export const totalsOf = (reach: Reach): Source => ({
  dimension: reach.kind === 'street' ? 'street' : reach.kind === 'unit' ? 'unit' : 'total',
  areas: reach.districts,
  keys: reach.keys
})

function partText(part: Part, source: Source, span: DaySpan, v: Values): string {
  const segments = part.by === 'day' ? [{ grain: 'd' as const, sign: 1, ...span }] : segmentsOf(span)
  const columns = part.measures.map(columnOf)
  const ranges = segments.map(({ grain, from, to, sign }) => {
    const where = [
      `dimension = '${source.dimension}'`,
      `grain = '${grain}'`,
      `starts_on >= ${v.add(from, 'date')}`,
      `starts_on < ${v.add(to, 'date')}`
    ]
    if (source.areas) where.push(`area = any(${v.add(source.areas, 'text[]')})`)
    else if (source.dimension !== 'unit' && source.dimension !== 'street') where.push(`area <> '${CITY}'`)
    if (source.keys) where.push(`key = any(${v.add(source.keys, 'text[]')})`)
    const signed = columns.map((c) => (sign === 1 ? c : `-${c} as ${c}`))
    return `select area, key, starts_on, ${signed.join(', ')} from indicators.tally where ${where.join(' and ')}`
  })
  const group = { area: 'area', key: 'key', day: 'starts_on' }[part.by]
  return `select '${part.name}' as part, ${part.by === 'day' ? `''` : group} as key, ${part.by === 'day' ? 'starts_on' : 'null::date'} as day,
    array[${columns.map((c) => `sum(${c})::int`).join(', ')}] as counts from (${ranges.join(' union all ')}) t group by ${group}`
}

/** Several groupings of the tallies in ONE statement, hence of one moment: their sums agree with each other. */
export async function listSums(db: Db, parts: readonly { part: Part; source: Source; span: DaySpan }[]): Promise<Sum[]> {
  const values = new Values()
  const text = parts.map(({ part, source, span }) => partText(part, source, span, values)).join('\nunion all\n')
  const name = `indicators-${createHash('sha256').update(text).digest('hex').slice(0, 24)}`
  const rows = await prepared<{ part: string; key: string; day: string | null; counts: number[] }>(db, name, text, values.list)
  const measures = new Map(parts.map(({ part }) => [part.name, part.measures]))
  return rows.map(({ counts, ...row }) => ({ ...row, counts: countsOf(measures.get(row.part) ?? [], counts) }))
}

function countsOf(measures: readonly MeasureKey[], numbers: readonly number[]): Counts {
  const out: Counts = {}
  for (const [i, key] of measures.entries()) out[key] = numbers[i]!
  return out
}

/** Totals of a reach split by source or class are kept for the city and for districts. */
export const keepsBreakdown = (reach: Reach): boolean => reach.kind === 'city' || reach.kind === 'district'
export const breakdownOf = (dimension: 'source' | 'major', reach: Reach): Source => ({
  dimension,
  areas: reach.districts ?? [CITY],
  keys: null
})
