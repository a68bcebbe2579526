import {
  type Condition,
  type Counts,
  type MeasureKey,
  measureCondition,
  measureOf,
  type SqlFragment,
  SqlWriter
} from '@chengyun/contract/indicators'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { SpanAt } from '../domain/filters.ts'
import type { Reach } from '../domain/reach.ts'

const GROUPS = {
  all: `''`,
  district: 'c.district_code',
  street: 'c.street_code',
  unit: 'c.unit_id',
  source: 'c.source_type',
  major: 'c.major_code'
} as const
export type LiveGroup = keyof typeof GROUPS

const raw = ({ parts, values }: SqlFragment): RawBuilder<boolean> => sql(parts as unknown as TemplateStringsArray, ...values)

/** The cases of a reach. */
export function reachCondition(reach: Reach): RawBuilder<boolean> {
  const out: RawBuilder<boolean>[] = [sql`true`]
  if (reach.districts) out.push(sql`c.district_code = any(${reach.districts})`)
  if (reach.kind === 'street') out.push(sql`c.street_code = any(${reach.keys})`)
  if (reach.kind === 'unit') out.push(sql`c.unit_id = any(${reach.keys}::uuid[])`)
  return sql.join(out, sql` and `)
}

/**
 * A measure of the present where only open cases are read: without asking each again whether it is open, so that the partial indexes
 * answer alone and no case is touched.
 */
function openCondition(key: MeasureKey, now: Date): RawBuilder<boolean> {
  const rest = (condition: Condition): Condition => {
    if ('flag' in condition && condition.flag === 'is_open') return { all: [] }
    return 'all' in condition ? { all: condition.all.map(rest) } : condition
  }
  return raw(new SqlWriter('c', now).condition(rest(measureOf(key).where)).fragment())
}

export interface LiveSum {
  /** Null: cases without a district, street or unit. */
  key: string | null
  counts: Counts
}

/**
 * Counts straight from the cases. Used for measures of this moment (`open: true`: open cases only, by their partial indexes), where
 * no breakdown is kept, and as what the tallies are compared with. A sum (返工次数) adds what the cases carry.
 */
export async function listLiveSums(
  db: Db,
  question: { by: LiveGroup; measures: readonly MeasureKey[]; reach: Reach; span: SpanAt; now: Date; open?: boolean }
): Promise<LiveSum[]> {
  const { measures, reach, span, now } = question
  const columns = measures.map((key) => {
    const condition = question.open
      ? openCondition(key, now)
      : raw(measureCondition(key, { from: span.fromAt, to: span.toAt, now }))
    const { weight } = measureOf(key)
    return weight === 1
      ? sql`count(*) filter (where ${condition})::int`
      : sql`coalesce(sum(${sql.ref(`c.${weight}`)}) filter (where ${condition}), 0)::int`
  })
  const { rows } = await sql<{ key: string | null; counts: number[] }>`
    select ${sql.raw(GROUPS[question.by])} as key, array[${sql.join(columns)}] as counts from cases.pub_case c
    where ${reachCondition(reach)} ${question.open ? sql`and c.is_open` : sql``} group by 1`.execute(db)
  return rows.map((row) => ({ key: row.key, counts: Object.fromEntries(measures.map((m, i) => [m, row.counts[i]!])) }))
}
