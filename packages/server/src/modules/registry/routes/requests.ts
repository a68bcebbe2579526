import { Id } from '@chengyun/contract/common'
import {
  REGISTRY_ERRORS,
  RequestDecision,
  RequestInput,
  RequestPage,
  RequestQuery,
  RequestView,
  type RequestView as RequestViewType
} from '@chengyun/contract/registry'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { type Actor, may } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { decideRequest, decidesOn, proposeChange, REVIEW, withdrawRequest } from '../commands/requests.ts'
import type { RegistryEnv } from '../env.ts'
import { mayReadType, type Reach } from '../policy.ts'
import { reachOf } from '../queries/reach.ts'
import { findRequest, listRequests, type RequestRecord } from '../queries/requests.ts'
import { listTypes } from '../queries/types.ts'

const fail = thrower(REGISTRY_ERRORS)
const READ = { config: { permission: 'registry:read' } } as const
const ById = Type.Object({ id: Id }, { additionalProperties: false })
const Key = Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) })

const present = (r: RequestRecord, actor: Actor, reach: Reach | null): RequestViewType => ({
  id: r.id,
  type: r.type_id,
  kind: r.kind,
  code: r.code,
  wanted: r.wanted,
  note: r.note,
  evidenceIds: r.evidence_ids,
  origin: r.origin,
  originRef: r.origin_ref,
  gridCode: r.grid_code,
  state: r.state,
  applicantName: r.applicant_name,
  requestedAt: r.requested_at.toISOString(),
  reviewerName: r.reviewer_name,
  reason: r.reason,
  decidedAt: r.decided_at?.toISOString() ?? null,
  resultCode: r.result_code,
  can:
    r.state !== 'waiting'
      ? []
      : [
          ...(reach && decidesOn(reach, r) ? (['decide'] as const) : []),
          ...(r.applicant_id === actor.id ? (['withdraw'] as const) : [])
        ]
})

/** Changes of registers that wait for a decision. */
export const requestRoutes =
  (env: RegistryEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    const reviewReach = (actor: Actor) => (may(actor, REVIEW) ? reachOf(db, actor, REVIEW) : null)
    const view = async (id: string, actor: Actor): Promise<RequestViewType> => {
      const row = await findRequest(db, id)
      if (!row) throw fail('REGISTRY_REQUEST_NOT_FOUND')
      return present(row, actor, await reviewReach(actor))
    }
    app.get(
      '/registry/requests',
      { ...READ, schema: { querystring: RequestQuery, response: { 200: RequestPage } } },
      async (req) => {
        const { type, state, code, cursor, limit = 50 } = req.query
        const types = (await listTypes(db)).filter(
          (t) => mayReadType(req.actor, t.declaration) && (type === undefined || t.id === type)
        )
        const reach = await reviewReach(req.actor)
        const rows = await listRequests(db, {
          typeIds: types.map((t) => t.id),
          state,
          code,
          before: cursor,
          limit: limit + 1,
          reach,
          applicantId: req.actor.id
        })
        const page = rows.slice(0, limit)
        return {
          items: page.map((r) => present(r, req.actor, reach)),
          next: rows.length > limit ? (page.at(-1)?.id ?? null) : null
        }
      }
    )
    app.post(
      '/registry/requests',
      { ...READ, schema: { headers: Key, body: RequestInput, response: { 201: RequestView } } },
      async (req, reply) => {
        const { id } = await proposeChange(env)(db, req.actor, req.body, { key: req.headers['idempotency-key'] })
        return reply.code(201).send(await view(id, req.actor))
      }
    )
    app.post(
      '/registry/requests/:id/decide',
      { config: { permission: REVIEW }, schema: { params: ById, body: RequestDecision, response: { 200: RequestView } } },
      async (req) => {
        await decideRequest(env)(db, req.actor, { id: req.params.id, ...req.body })
        return view(req.params.id, req.actor)
      }
    )
    app.post(
      '/registry/requests/:id/withdraw',
      { ...READ, schema: { params: ById, response: { 200: RequestView } } },
      async (req) => {
        await withdrawRequest(db, req.actor, { id: req.params.id })
        return view(req.params.id, req.actor)
      }
    )
  }
