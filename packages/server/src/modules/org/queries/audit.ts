import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'

export interface AuditFilter {
  actorId?: string
  actor?: string
  action?: string
  objectType?: string
  objectId?: string
  result?: 'ok' | 'denied' | 'failed'
  from?: Date
  to?: Date
  before?: number
  limit: number
}

export interface AuditRecord {
  seq: number
  at: Date
  actor_id: string
  actor_name: string
  ip: string | null
  user_agent: string | null
  session_id: string | null
  action: string
  object_type: string | null
  object_id: string | null
  before: unknown
  after: unknown
  result: string
  reason: string | null
  request_id: string | null
  hash: string
}

/** Lines of the audit trail, newest first, paged by sequence number. */
export async function listAudit(db: Db, f: AuditFilter): Promise<AuditRecord[]> {
  const where: RawBuilder<unknown>[] = [sql`true`]
  if (f.actorId) where.push(sql`actor_id = ${f.actorId}`)
  if (f.actor) where.push(sql`strpos(actor_name, ${f.actor}) > 0`)
  // `org.` means everything of org, `org.signIn` only that.
  if (f.action) where.push(f.action.endsWith('.') ? sql`starts_with(action, ${f.action})` : sql`action = ${f.action}`)
  if (f.objectType) where.push(sql`object_type = ${f.objectType}`)
  if (f.objectId) where.push(sql`object_id = ${f.objectId}`)
  if (f.result) where.push(sql`result = ${f.result}`)
  if (f.from) where.push(sql`at >= ${f.from}`)
  if (f.to) where.push(sql`at < ${f.to}`)
  if (f.before) where.push(sql`seq < ${f.before}`)
  const { rows } = await sql<AuditRecord>`
    select seq, at, actor_id, actor_name, ip, user_agent, session_id, action, object_type, object_id, before, after, result, reason, request_id, hash
    from platform.audit where ${sql.join(where, sql` and `)} order by seq desc limit ${f.limit}`.execute(db)
  return rows
}
