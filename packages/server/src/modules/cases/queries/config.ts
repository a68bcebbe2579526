import type { WorkCalendar } from '@chengyun/contract/clock'
import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

export async function listCalendars(
  db: Db
): Promise<{ id: string; version: number; districtCode: string | null; createdAt: Date; doc: WorkCalendar }[]> {
  const { rows } = await sql<{ id: string; version: number; districtCode: string | null; createdAt: Date; doc: WorkCalendar }>`
    select id, version, district_code as "districtCode", created_at as "createdAt", doc from cases.calendar order by id, version`.execute(
    db
  )
  return rows
}

export async function listChanges(db: Db): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<
    Record<string, unknown>
  >`select id, object_type as "objectType", object_id as "objectId", before, after, actor_name as "actorName",
    changed_at as "changedAt", undo_of as "undoOf", undone_at as "undoneAt" from platform.change where module = 'cases' order by changed_at desc limit 200`.execute(
    db
  )
  return rows
}

export async function listFilters(
  db: Db,
  userId: string
): Promise<{ id: string; name: string; query: Record<string, string> }[]> {
  const { rows } = await sql<{
    id: string
    name: string
    query: Record<string, string>
  }>`select id, name, query from cases.saved_filter where user_id = ${userId} order by sort, created_at`.execute(db)
  return rows
}

/** How many open cases a change of configuration would touch: shown before it applies. */
export async function countRegisteredUnder(
  db: Db,
  what: { standardRef?: string; kind?: string; code?: string; conditionId?: string }
): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from cases."case" where is_open
    and (${what.code ?? null}::text is null or (standard_ref = ${what.standardRef ?? null} and kind = ${what.kind ?? null} and class_code = ${what.code ?? null}))
    and (${what.conditionId ?? null}::text is null or condition_id = ${what.conditionId ?? null})`.execute(db)
  return rows[0]?.n ?? 0
}

export async function hasCalendar(db: Db): Promise<boolean> {
  const { rows } = await sql`select 1 from cases.calendar limit 1`.execute(db)
  return rows.length > 0
}
