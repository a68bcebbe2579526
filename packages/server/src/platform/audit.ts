import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Actor } from './actor.ts'
import { AUDIT_EVENT, auditPayload, commitSignal } from './command.ts'
import type { Db, Tx } from './db.ts'

/** One line of the audit trail (GB/T 22239-2019 8.1.4.3): who, when, from where, what, on which object, with what result. */
export interface AuditEntry {
  actor: Actor
  at: Date
  action: string
  objectType?: string
  objectId?: string
  before?: unknown
  after?: unknown
  result: 'ok' | 'denied' | 'failed'
  reason?: string
  userAgent?: string
  requestId?: string
}

/** Record something that has no transaction of its own: a failed sign-in, an export, a refused request. */
export async function recordAudit(db: Db, entry: AuditEntry): Promise<void> {
  const { actor, at, ...rest } = entry
  await sql`insert into platform.outbox (name, payload, at)
    values (${AUDIT_EVENT}, ${JSON.stringify(auditPayload(actor, at, rest))}::jsonb, ${at})`.execute(db)
  commitSignal.emit('commit')
}

export interface AuditRow {
  seq: number
  payload: Record<string, unknown>
  prevHash: string
  hash: string
}

/** The chain over the audit trail: each hash covers the entry and the hash before it. */
export const auditHash = (prevHash: string, seq: number, payload: unknown): string =>
  createHash('sha256')
    .update(`${prevHash}\n${seq}\n${JSON.stringify(payload)}`)
    .digest('hex')

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const json = (value: unknown): string | null => (value === undefined || value === null ? null : JSON.stringify(value))

/** What the hash covers: every column, in this order, so that any edited cell is found. */
export const auditContent = (p: Record<string, unknown>): unknown[] => [
  p.at,
  p.actorId,
  p.actorName,
  p.unitId ?? null,
  p.ip ?? null,
  p.userAgent ?? null,
  p.sessionId ?? null,
  p.action,
  p.objectType ?? null,
  p.objectId ?? null,
  canonical(p.before),
  canonical(p.after),
  p.result,
  p.reason ?? null,
  p.requestId ?? null
]

/** JSON with sorted keys: jsonb does not keep their order, the hash must not care. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical)
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([k, v]) => [k, canonical(v)])
    )
  }
  return value ?? null
}

/** Append entries to the chain. Only the relay calls this: one writer, in delivery order. */
export async function chainAudit(
  tx: Tx,
  from: { seq: number; hash: string },
  payloads: readonly Record<string, unknown>[]
): Promise<{ seq: number; hash: string }> {
  let { seq, hash } = from
  for (const p of payloads) {
    seq += 1
    const prev = hash
    hash = auditHash(prev, seq, auditContent(p))
    await sql`insert into platform.audit (seq, at, actor_id, actor_name, unit_id, ip, user_agent, session_id, action, object_type, object_id,
        before, after, result, reason, request_id, prev_hash, hash)
      values (${seq}, ${text(p.at)}::timestamptz, ${text(p.actorId)}::uuid, ${text(p.actorName)}, ${text(p.unitId)}::uuid, ${text(p.ip)}, ${text(p.userAgent)},
        ${text(p.sessionId)}, ${text(p.action)}, ${text(p.objectType)}, ${text(p.objectId)}, ${json(p.before)}::jsonb, ${json(p.after)}::jsonb,
        ${text(p.result)}, ${text(p.reason)}, ${text(p.requestId)}, ${prev}, ${hash})`.execute(tx)
  }
  return { seq, hash }
}

/** Walk the whole chain and report the first break, or null. Reads in pages; safe on a live system. */
export async function verifyAudit(db: Db): Promise<{ checked: number; brokenAt: number | null }> {
  let prev = ''
  let last = 0
  let checked = 0
  for (;;) {
    const { rows } = await sql<Record<string, unknown> & { seq: number; hash: string; prev_hash: string; at: Date }>`
      select * from platform.audit where seq > ${last} order by seq limit 1000`.execute(db)
    for (const r of rows) {
      const content = auditContent({
        at: r.at.toISOString(),
        actorId: r.actor_id,
        actorName: r.actor_name,
        unitId: r.unit_id,
        ip: r.ip,
        userAgent: r.user_agent,
        sessionId: r.session_id,
        action: r.action,
        objectType: r.object_type,
        objectId: r.object_id,
        before: r.before,
        after: r.after,
        result: r.result,
        reason: r.reason,
        requestId: r.request_id
      })
      if (r.seq !== last + 1 || r.prev_hash !== prev || r.hash !== auditHash(prev, r.seq, content))
        return { checked, brokenAt: r.seq }
      prev = r.hash
      last = r.seq
      checked += 1
    }
    if (rows.length < 1000) break
  }
  const { rows } = await sql<{ audit_seq: number; audit_hash: string }>`select audit_seq, audit_hash from platform.relay`.execute(
    db
  )
  const head = rows[0]
  if (head && (head.audit_seq !== last || head.audit_hash !== prev)) return { checked, brokenAt: last + 1 }
  return { checked, brokenAt: null }
}
