import {
  BulkRequest,
  BulkResult,
  CASE_ERRORS,
  CaseInput,
  CaseListView,
  CaseQuery,
  CaseReport,
  CaseView,
  type ClockStage,
  OPERATION_KEYS,
  type OperationKey,
  operationOf,
  permissionOf,
  QueueView
} from '@chengyun/contract/cases'
import { ErrorBody, Id, Nullable, Words } from '@chengyun/contract/common'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import { may } from '../../../platform/actor.ts'
import { AppError, fillText } from '../../../platform/errors.ts'
import { moveCase } from '../commands/move.ts'
import { recordReveal } from '../commands/personal.ts'
import { reportCase } from '../commands/report.ts'
import { refuse } from '../domain/guards.ts'
import type { CaseEnv } from '../env.ts'
import { presentClock, presentRow } from '../present.ts'
import { exportBundle } from '../queries/bundle.ts'
import { countCases, countQueues, listCases, listPoints } from '../queries/list.ts'
import { contactOf, getVisibleCase, viewCase } from '../queries/view.ts'

const errors = { 400: ErrorBody, 403: ErrorBody, 404: ErrorBody, 409: ErrorBody, 422: ErrorBody }
const CaseId = Type.Object({
  id: Type.String({ pattern: '^([0-9a-f-]{36}|[0-9]{19})$', description: 'Id or 19-digit case number' })
})
const Key = Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 8, maxLength: 80 })) })
const keyOf = (headers: { 'idempotency-key'?: string }): string | undefined => headers['idempotency-key']

/** The case desk: lists, one case, and the operations of the flow. */
export const caseRoutes =
  (env: CaseEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = env

    app.get(
      '/cases',
      {
        config: { permission: 'cases:read' },
        schema: {
          tags: ['cases'],
          summary: 'A page of cases',
          querystring: CaseQuery,
          response: { 200: CaseListView, ...errors }
        }
      },
      async (req) => {
        const now = new Date()
        const { rows, nextCursor } = await listCases(db, req.query, req.actor, now)
        return { items: rows.map((r) => presentRow(env, req.actor, r, now)), nextCursor }
      }
    )

    app.get(
      '/cases/queues',
      {
        config: { permission: 'cases:read' },
        schema: {
          tags: ['cases'],
          summary: 'Queues of the desk with counts',
          response: { 200: Type.Object({ queues: Type.Array(QueueView) }) }
        }
      },
      async (req) => ({
        queues: await countQueues(db, req.actor, new Date())
      })
    )

    app.get(
      '/cases/count',
      {
        config: { permission: 'cases:read' },
        schema: {
          tags: ['cases'],
          summary: 'How many cases a filter has',
          querystring: CaseQuery,
          response: { 200: Type.Object({ count: Type.Integer() }), ...errors }
        }
      },
      async (req) => ({
        count: await countCases(db, req.query, req.actor, new Date())
      })
    )

    app.get(
      '/cases/map',
      {
        config: { permission: 'cases:read' },
        schema: {
          tags: ['cases'],
          summary: 'Cases of a filter as GeoJSON points, at most 2000, soonest due first',
          querystring: CaseQuery
        }
      },
      async (req) => {
        const now = new Date()
        const { points, truncated } = await listPoints(db, req.query, req.actor, now)
        return {
          type: 'FeatureCollection',
          truncated,
          features: points.map((p) => {
            const timer = p.due_stage ? p.clocks[p.due_stage as ClockStage] : undefined
            return {
              type: 'Feature',
              id: p.id,
              geometry: { type: 'Point', coordinates: [p.lng, p.lat] },
              properties: {
                id: p.id,
                status: p.status,
                lamp: timer ? presentClock(env, p.due_stage as ClockStage, timer, now).lamp : 'done',
                className: env.reference.findClass(p.standard_ref, p.kind, p.class_code)?.name ?? p.class_code
              }
            }
          })
        }
      }
    )

    app.get(
      '/cases/:id',
      {
        config: { permission: 'cases:read' },
        schema: { tags: ['cases'], summary: 'One case, whole', params: CaseId, response: { 200: CaseView, ...errors } }
      },
      async (req) => viewCase(env, req.actor, await getVisibleCase(db, req.actor, req.params.id), new Date())
    )

    app.get(
      '/cases/:id/bundle',
      {
        config: { permission: 'cases:read' },
        schema: { tags: ['cases'], summary: 'The case with the proof of its history, for `chengyun verify`', params: CaseId }
      },
      async (req, reply) => {
        const record = await getVisibleCase(db, req.actor, req.params.id)
        reply.header('content-disposition', `attachment; filename="case-${record.caseNo}.json"`)
        return exportBundle(env, req.actor, record, new Date())
      }
    )

    app.post(
      '/cases/:id/reveal',
      {
        config: { permission: 'pii:view' },
        schema: {
          tags: ['cases'],
          summary: 'The reporter in clear: a reason is demanded and recorded',
          params: CaseId,
          body: Type.Object({ reason: Type.String({ minLength: 2, maxLength: 200 }) }, { additionalProperties: false }),
          response: { 200: Type.Object({ name: Nullable(Type.String()), phone: Nullable(Type.String()) }), ...errors }
        }
      },
      async (req) => {
        const record = await getVisibleCase(db, req.actor, req.params.id)
        await recordReveal(db, req.actor, { caseId: record.id, caseNo: record.caseNo, reason: req.body.reason })
        return (await contactOf(env, record.id)) ?? { name: null, phone: null }
      }
    )

    app.post(
      '/cases',
      {
        config: { authenticated: true },
        schema: {
          tags: ['cases'],
          summary: 'Report a problem',
          headers: Key,
          querystring: Type.Object({
            selfHandled: Type.Optional(Type.Boolean()),
            view: Type.Optional(Words(['full', 'row'] as const))
          }),
          body: CaseReport,
          response: { 201: Type.Unknown(), ...errors }
        }
      },
      async (req, reply) => {
        const op = req.query.selfHandled ? 'selfHandle' : 'report'
        if (!may(req.actor, permissionOf(op))) throw new AppError('FORBIDDEN', 403, 'Not permitted', { op })
        const now = new Date()
        const record = await reportCase(env, req.actor, req.body, { now, key: keyOf(req.headers), op })
        reply.code(201)
        return req.query.view === 'row' ? presentRow(env, req.actor, record, now) : viewCase(env, req.actor, record, now)
      }
    )

    app.post(
      '/cases/:id/operations/:op',
      {
        config: { authenticated: true },
        schema: {
          tags: ['cases'],
          summary: 'Do one operation of the flow',
          headers: Key,
          params: Type.Object({ id: Id, op: Words(OPERATION_KEYS as readonly OperationKey[]) }),
          querystring: Type.Object({ view: Type.Optional(Words(['full', 'row'] as const)) }),
          body: CaseInput,
          response: { 200: Type.Unknown(), ...errors }
        }
      },
      async (req) => {
        const now = new Date()
        const record = await moveCase(env, req.actor, req.params.id, req.params.op, req.body, { now, key: keyOf(req.headers) })
        return req.query.view === 'row' ? presentRow(env, req.actor, record, now) : viewCase(env, req.actor, record, now)
      }
    )

    app.post(
      '/cases/bulk/:op',
      {
        config: { authenticated: true },
        schema: {
          tags: ['cases'],
          summary: 'One operation on many cases',
          params: Type.Object({ op: Words(OPERATION_KEYS as readonly OperationKey[]) }),
          body: BulkRequest,
          response: { 200: BulkResult, ...errors }
        }
      },
      async (req) => {
        const { op } = req.params
        if (!operationOf(op).bulk) throw refuse('CASE_BULK_NOT_ALLOWED', { op })
        const english = /^en\b/i.test(req.headers['accept-language'] ?? '')
        const input = req.body.input
        // All at once: what is written at the same moment goes in one statement.
        const results = await Promise.all(
          req.body.items.map(async ({ id, version }): Promise<Static<typeof BulkResult>['results'][number]> => {
            try {
              await moveCase(env, req.actor, id, op, { ...input, version }, { now: new Date() })
              return { id, ok: true }
            } catch (error) {
              if (!(error instanceof AppError)) throw error
              const text = CASE_ERRORS[error.code as keyof typeof CASE_ERRORS]
              const message = text ? fillText(english ? text.en : text.zh, error.details) : error.message
              return { id, ok: false, code: error.code, message }
            }
          })
        )
        return { done: results.filter((r) => r.ok).length, failed: results.filter((r) => !r.ok).length, results }
      }
    )
  }
