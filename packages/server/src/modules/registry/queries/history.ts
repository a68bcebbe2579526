import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { ChainedChange } from '../domain/chain.ts'
import type { ChangeKind, ChangeSource } from '../tables.ts'

/** A row of `registry.change`. */
export interface ChangeRecord {
  seq: string
  type_id: string
  item_id: string
  code: string
  kind: ChangeKind
  version: number
  before: Record<string, unknown>
  after: Record<string, unknown>
  source: ChangeSource
  source_ref: string | null
  evidence_ids: string[]
  note: string
  actor_id: string | null
  actor_name: string
  reviewer_id: string | null
  reviewer_name: string | null
  effective_at: Date
  recorded_at: Date
  prev_hash: Uint8Array | null
  hash: Uint8Array
}

/** What the hash of a row is computed over. */
export const chained = (r: Omit<ChangeRecord, 'seq' | 'prev_hash' | 'hash'>): ChainedChange => ({
  typeId: r.type_id,
  itemId: r.item_id,
  code: r.code,
  kind: r.kind,
  version: r.version,
  before: r.before,
  after: r.after,
  source: r.source,
  sourceRef: r.source_ref,
  evidenceIds: r.evidence_ids,
  note: r.note,
  actorId: r.actor_id,
  actorName: r.actor_name,
  reviewerId: r.reviewer_id,
  reviewerName: r.reviewer_name,
  effectiveAt: r.effective_at.toISOString(),
  recordedAt: r.recorded_at.toISOString()
})

/** All changes of an item, oldest first. */
export async function listChanges(db: Db | Tx, itemId: string): Promise<ChangeRecord[]> {
  const { rows } = await sql<ChangeRecord>`select * from registry.change where item_id = ${itemId} order by seq`.execute(db)
  return rows
}

/** The last change of an item. */
export async function findLastChange(
  db: Db | Tx,
  itemId: string
): Promise<Pick<ChangeRecord, 'hash' | 'actor_name'> | undefined> {
  const { rows } = await sql<Pick<ChangeRecord, 'hash' | 'actor_name'>>`select hash, actor_name from registry.change
    where item_id = ${itemId} order by seq desc limit 1`.execute(db)
  return rows[0]
}

export interface BatchHead {
  id: string
  name: string
  kind: string
  hash: Uint8Array | null
  published_at: Date | null
}

/** The batch an item came by. */
export async function findBatchHead(db: Db | Tx, id: string): Promise<BatchHead | undefined> {
  const { rows } = await sql<BatchHead>`select id, name, kind, hash, published_at from registry.batch where id = ${id}`.execute(
    db
  )
  return rows[0]
}

/** Changes of a bulk edit, newest first, a page at a time. */
export async function listChangesOf(db: Db | Tx, source: ChangeSource, ref: string, before: string | null, limit: number) {
  const { rows } = await sql<ChangeRecord>`select * from registry.change where source = ${source} and source_ref = ${ref}
    and (${before}::bigint is null or seq < ${before}::bigint) order by seq desc limit ${limit}`.execute(db)
  return rows
}
