import type { AlarmLevel } from '@chengyun/contract/alarms'
import type { IndexDeclaration } from '@chengyun/scenario-kit/packs'
import { sql } from 'kysely'
import { command } from '../../../platform/command.ts'
import { tellRoles } from '../../alarms/index.ts'
import type { IndexValue } from '../domain/health.ts'
import type { IndexItem, Unsent } from '../queries/indexes.ts'

export interface Computed {
  pack: string
  declared: IndexDeclaration
  at: Date
  values: readonly { item: IndexItem; found: IndexValue }[]
  /** Classes before, by item; empty: nobody is told, it is about the past. */
  before: ReadonlyMap<string, number>
}

/** Keeps what an index said at an instant; once. Whoever fell a class is told of, in the same commit. Answers how many values are new. */
export const keepIndexes = command(async (tx, { pack, declared, at, values, before }: Computed, ctx): Promise<number> => {
  const rows = values.map(({ item, found }) => ({
    item_id: item.id,
    value: found.value,
    class: found.class,
    parts: found.parts
  }))
  const { rows: kept } = await sql<{
    id: string
  }>`insert into scenarios.index_value (pack_id, index_key, item_id, at, value, class, parts)
    select ${pack}, ${declared.key}, item_id, ${at}, value, class, parts
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(item_id uuid, value float8, class smallint, parts jsonb)
    on conflict do nothing returning item_id as id`.execute(tx)
  const fresh = new Set(kept.map((r) => r.id))
  for (const { item, found } of values) {
    const was = before.get(item.id)
    if (!declared.tell || !fresh.has(item.id) || found.class === null || was === undefined || found.class <= was) continue
    const name = (n: number) => declared.classes[n]!.name
    const now = name(found.class)
    const then = name(was)
    await tellRoles.within(
      tx,
      {
        roles: declared.tell,
        kind: 'index',
        level: Math.max(1, 5 - found.class) as AlarmLevel,
        text: {
          zh: `${item.name}${declared.name.zh}降至${now.zh}（${found.value}），此前${then.zh}`,
          en: `${item.name}: ${declared.name.en} fell to ${now.en} (${found.value}), before ${then.en}`
        },
        link: `/scenarios/${pack}/reports?q=${encodeURIComponent(item.code)}`,
        where: { gridCode: item.gridCode, unitIds: item.unitIds }
      },
      ctx
    )
  }
  return kept.length
})

/** Notes which values their streams were given. */
export const markSent = command(async (tx, sent: readonly Unsent[], ctx): Promise<void> => {
  const rows = sent.map(({ pack, key, item, at }) => ({ pack, key, item, at }))
  await sql`update scenarios.index_value v set sent_at = ${ctx.now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(pack text, key text, item uuid, at timestamptz)
    where v.pack_id = t.pack and v.index_key = t.key and v.item_id = t.item and v.at = t.at`.execute(tx)
})
