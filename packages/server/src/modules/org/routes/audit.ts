import { AuditPage, AuditQuery, AuditVerdict } from '@chengyun/contract/org'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { stringify } from 'csv-stringify/sync'
import { recordAudit, verifyAudit } from '../../../platform/audit.ts'
import { type AuditFilter, type AuditRecord, listAudit } from '../queries/audit.ts'

const EXPORT_LIMIT = 50_000
const COLUMNS = [
  'seq',
  'at',
  'actor_name',
  'actor_id',
  'ip',
  'action',
  'object_type',
  'object_id',
  'result',
  'reason',
  'before',
  'after',
  'hash'
] as const

/** A cell that a spreadsheet would run as a formula is kept as text. */
const safe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)
const cell = (row: AuditRecord, column: (typeof COLUMNS)[number]): string => {
  const value = row[column]
  if (value === null || value === undefined) return ''
  return safe(value instanceof Date ? value.toISOString() : typeof value === 'object' ? JSON.stringify(value) : String(value))
}

function filterOf(
  query: { from?: string; to?: string } & Omit<AuditFilter, 'from' | 'to' | 'limit'>,
  limit: number
): AuditFilter {
  const { from, to, ...rest } = query
  return { ...rest, ...(from !== undefined && { from: new Date(from) }), ...(to !== undefined && { to: new Date(to) }), limit }
}

/** The audit trail: for the audit administrator alone, who can read, prove and take away but never change. */
export const auditRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app

  app.get(
    '/audit',
    { config: { permission: 'audit:read' }, schema: { querystring: AuditQuery, response: { 200: AuditPage } } },
    async (req) => {
      const { limit = 100, ...query } = req.query
      const rows = await listAudit(db, filterOf(query, limit + 1))
      const items = rows.slice(0, limit)
      return {
        items: items.map((r) => ({
          seq: r.seq,
          at: r.at.toISOString(),
          actorId: r.actor_id,
          actorName: r.actor_name,
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
          requestId: r.request_id,
          hash: r.hash
        })),
        next: rows.length > limit ? (items.at(-1)?.seq ?? null) : null
      }
    }
  )

  app.post(
    '/audit/verify',
    { config: { permission: 'audit:verify' }, schema: { response: { 200: AuditVerdict } } },
    async (req) => {
      const verdict = await verifyAudit(db)
      await recordAudit(db, {
        actor: req.actor,
        at: new Date(),
        action: 'audit.verify',
        after: verdict,
        result: verdict.brokenAt === null ? 'ok' : 'failed',
        requestId: req.id
      })
      return verdict
    }
  )

  app.get(
    '/audit/export',
    { config: { permission: 'audit:export' }, schema: { querystring: AuditQuery } },
    async (req, reply) => {
      const { limit = EXPORT_LIMIT, ...query } = req.query
      const rows = await listAudit(db, filterOf(query, limit))
      await recordAudit(db, {
        actor: req.actor,
        at: new Date(),
        action: 'audit.export',
        after: { rows: rows.length, filter: query },
        result: 'ok',
        requestId: req.id
      })
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="audit.csv"')
        .header('cache-control', 'no-store')
        .send(stringify([[...COLUMNS], ...rows.map((r) => COLUMNS.map((c) => cell(r, c)))], { bom: true }))
    }
  )
}
