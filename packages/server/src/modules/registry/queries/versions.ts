import type { BatchScope } from '@chengyun/contract/registry'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { ChangeRecord } from './history.ts'
import { ITEM_COLUMNS, type ItemRecord } from './items.ts'

/** A row as it is now, with what happened to it since, newest first. */
export interface RowSince {
  row: ItemRecord
  since: Pick<ChangeRecord, 'kind' | 'before' | 'source' | 'source_ref'>[]
}

async function withChanges(db: Db, rows: readonly ItemRecord[], at: Date, andOf: string | null): Promise<RowSince[]> {
  const { rows: changes } = await sql<RowSince['since'][number] & { item_id: string }>`
    select item_id, kind, before, source, source_ref from registry.change where item_id = any(${rows.map((r) => r.id)}::uuid[])
      and (recorded_at > ${at} or source_ref = ${andOf}::text) order by item_id, seq desc`.execute(db)
  const ofItem = Map.groupBy(changes, (c) => c.item_id)
  return rows.map((row) => ({ row, since: ofItem.get(row.id) ?? [] }))
}

/** Rows of a register that were there at an instant or came back since, by code; those outside the scope only when they changed since. */
export async function listRowsSince(
  db: Db,
  typeId: string,
  at: Date,
  { districts = [], classes = [] }: BatchScope,
  after: string,
  limit: number
): Promise<RowSince[]> {
  const within = districts.length === 0 ? sql`true` : sql`i.grid_code like any(${districts.map((d) => `${d}%`)}::text[])`
  const ofClass = classes.length === 0 ? sql`true` : sql`i.class_code = any(${[...classes]}::text[])`
  const { rows } = await sql<ItemRecord>`select ${ITEM_COLUMNS} from registry.item i
    where i.type_id = ${typeId} and i.created_at <= ${at} and (i.removed_at is null or i.removed_at > ${at}) and i.code > ${after}
      and ((${within} and ${ofClass}) or exists (select from registry.change c where c.item_id = i.id and c.recorded_at > ${at}))
    order by i.code limit ${limit}`.execute(db)
  return withChanges(db, rows, at, null)
}

/** Rows of a register by code with what happened to them since an instant, and with what the batch `andOf` did. */
export async function listRowsOf(
  db: Db,
  typeId: string,
  codes: readonly string[],
  at: Date,
  andOf: string | null
): Promise<RowSince[]> {
  const { rows } = await sql<ItemRecord>`select ${ITEM_COLUMNS} from registry.item i
    where i.type_id = ${typeId} and i.code = any(${[...codes]}::text[]) order by i.code`.execute(db)
  return withChanges(db, rows, at, andOf)
}

/** Codes a batch brought, where it filled an empty register. */
export async function listBrought(db: Db, batchId: string, typeId: string, after: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{
    code: string
  }>`select code from registry.item where type_id = ${typeId} and batch_id = ${batchId}::uuid
    and code > ${after} order by code limit ${limit}`.execute(db)
  return rows.map((r) => r.code)
}
