import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { NarrowerRule } from '../domain/narrower.ts'

const LINE = 1
const POLYGON = 2

/** The SQL of "this item breaks the rule". */
function breaks(rule: NarrowerRule): RawBuilder<boolean> {
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
  const counts = rules.map((rule, i) => sql`count(*) filter (where ${breaks(rule)})::int as ${sql.ref(`n${i}`)}`)
  const any = sql.join(
    rules.map((rule) => sql`(${breaks(rule)})`),
    sql` or `
  )
  const { rows } = await sql<Record<string, number>>`select count(*)::int as items, ${sql.join(counts)}
    from registry.item where type_id = ${typeId} and (${any})`.execute(db)
  const row = rows[0] ?? {}
  return {
    items: row.items ?? 0,
    rules: rules.flatMap(({ path, zh, en }, i) => {
      const items = row[`n${i}`] ?? 0
      return items > 0 ? [{ path, items, zh, en }] : []
    })
  }
}
