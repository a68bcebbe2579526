import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { ItemRecord } from './items.ts'
import { type Asked, type ListPage, listItems } from './list.ts'

/** A page of a list with the shapes of its items, which lists leave out. */
export async function listItemsWhole(db: Db, asked: Asked, cursor: string | undefined, limit: number): Promise<ListPage> {
  const { cursor: _, ...query } = asked.query
  const page = await listItems(db, { ...asked, query: { ...query, limit, ...(cursor !== undefined && { cursor }) } })
  const ids = page.rows.map((r) => r.id)
  if (ids.length === 0) return page
  const { rows } = await sql<{ id: string; shape: Uint8Array }>`select id, shape from registry.item
    where type_id = any(${[...asked.typeIds]}::text[]) and id = any(${ids}::uuid[]) and shape is not null`.execute(db)
  const shapes = new Map(rows.map((r) => [r.id, r.shape]))
  return { ...page, rows: page.rows.map((r): ItemRecord => ({ ...r, shape: shapes.get(r.id) ?? null })) }
}
