import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'

/** How many streams of a register and key have readings, by `type/key`. */
export async function countSpoken(db: Db | Tx, typeIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ ref: string; n: number }>`select t.type_id || '/' || s.key as ref, count(*)::int as n
    from streams.stream s join streams.thing t on t.id = s.thing_id
    where t.type_id = any(${[...typeIds]}::text[]) and (exists (select from streams.latest l where l.stream_id = s.id)
      or exists (select from streams.pack p where p.stream_id = s.id) or exists (select from streams.reading r where r.stream_id = s.id)
      or exists (select from streams.rollup_hour h where h.stream_id = s.id))
    group by 1`.execute(db)
  return new Map(rows.map((r) => [r.ref, r.n]))
}
