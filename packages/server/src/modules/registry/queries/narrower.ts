import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { NarrowerRule } from '../domain/narrower.ts'

const LINE = 1
const POLYGON = 2

type PatternRule = Extract<NarrowerRule, { rule: 'pattern' }>
type SqlRule = Exclude<NarrowerRule, PatternRule>
/** Items whose texts are held against patterns at once. */
const PAGE = 20_000

/** The SQL of "this item breaks the rule". */
function breaks(rule: SqlRule): RawBuilder<boolean> {
  switch (rule.rule) {
    case 'required':
      return sql`removed_at is null and coalesce(attributes -> ${rule.key}, 'null'::jsonb) = 'null'::jsonb`
    case 'gone':
      return sql`coalesce(attributes -> ${rule.key}, 'null'::jsonb) <> 'null'::jsonb`
    case 'below':
      return sql`jsonb_typeof(attributes -> ${rule.key}) = 'number' and (attributes ->> ${rule.key})::numeric < ${rule.limit}::numeric`
    case 'above':
      return sql`jsonb_typeof(attributes -> ${rule.key}) = 'number' and (attributes ->> ${rule.key})::numeric > ${rule.limit}::numeric`
    case 'longer':
      return sql`char_length(attributes ->> ${rule.key}) > ${rule.limit}::int`
    case 'choice':
      return rule.many
        ? sql`jsonb_typeof(attributes -> ${rule.key}) = 'array' and not attributes -> ${rule.key} <@ ${JSON.stringify(rule.values)}::jsonb`
        : sql`attributes ->> ${rule.key} <> all(${[...rule.values]}::text[])`
    case 'state':
      return sql`status <> all(${[...rule.values]}::text[])`
    case 'class':
      return sql`class_code <> all(${[...rule.values]}::text[])`
    case 'place':
      return sql`removed_at is null and lng is null`
    case 'shape':
      return rule.geometry === 'point'
        ? sql`shape is not null`
        : sql`lng is not null and (shape is null or get_byte(shape, 0) <> ${rule.geometry === 'line' ? LINE : POLYGON}::int)`
  }
}

export interface Affected {
  items: number
  rules: { path: string; items: number; zh: string; en: string }[]
}

/** How many items of a register break rules that are narrower than before: in all, and by rule. */
export async function countBreaking(db: Db | Tx, typeId: string, rules: readonly NarrowerRule[]): Promise<Affected> {
  if (rules.length === 0) return { items: 0, rules: [] }
  const bySql = rules.filter((rule): rule is SqlRule => rule.rule !== 'pattern')
  const byPattern = rules.filter((rule): rule is PatternRule => rule.rule === 'pattern')
  const any =
    bySql.length === 0
      ? sql<boolean>`false`
      : sql<boolean>`(${sql.join(
          bySql.map((rule) => sql`(${breaks(rule)})`),
          sql` or `
        )})`
  const counts = new Map<NarrowerRule, number>()
  let items = 0
  if (bySql.length > 0) {
    const columns = bySql.map((rule, i) => sql`count(*) filter (where ${breaks(rule)})::int as ${sql.ref(`n${i}`)}`)
    const { rows } = await sql<Record<string, number>>`select count(*)::int as items, ${sql.join(columns)}
      from registry.item where type_id = ${typeId} and ${any}`.execute(db)
    items = rows[0]?.items ?? 0
    for (const [i, rule] of bySql.entries()) counts.set(rule, rows[0]?.[`n${i}`] ?? 0)
  }
  if (byPattern.length > 0) items += await countMismatches(db, typeId, byPattern, any, counts)
  return {
    items,
    rules: rules.flatMap((rule) => {
      const n = counts.get(rule) ?? 0
      return n > 0 ? [{ path: rule.path, items: n, zh: rule.zh, en: rule.en }] : []
    })
  }
}

/**
 * Counts texts that do not match, by the same expressions edits are held against: those of the database read some patterns otherwise.
 * Answers the items that break none of the other rules.
 */
async function countMismatches(
  db: Db | Tx,
  typeId: string,
  rules: readonly PatternRule[],
  any: RawBuilder<boolean>,
  counts: Map<NarrowerRule, number>
): Promise<number> {
  const patterns = rules.map((rule) => new RegExp(rule.pattern, 'u'))
  const texts = sql`array[${sql.join(rules.map((rule) => sql`attributes ->> ${rule.key}`))}]`
  let items = 0
  for (let after = ''; ; ) {
    const { rows } = await sql<{
      code: string
      texts: (string | null)[]
      counted: boolean
    }>`select code, ${texts} as texts, ${any} as counted
      from registry.item where type_id = ${typeId} and code > ${after} order by code limit ${PAGE}`.execute(db)
    for (const row of rows) {
      let breaksOne = false
      for (const [i, rule] of rules.entries()) {
        const text = row.texts[i]
        if (typeof text !== 'string' || patterns[i]?.test(text)) continue
        counts.set(rule, (counts.get(rule) ?? 0) + 1)
        breaksOne = true
      }
      if (breaksOne && row.counted !== true) items += 1
    }
    if (rows.length < PAGE) return items
    after = (rows.at(-1) as { code: string }).code
  }
}
