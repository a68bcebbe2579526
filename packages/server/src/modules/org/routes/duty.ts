import {
  ChangeView,
  DelegationCreate,
  DelegationView,
  ORG_ERRORS,
  type Permission,
  PreviewQuery,
  RosterImport,
  RosterReport,
  ShiftCreate,
  ShiftQuery,
  ShiftView
} from '@chengyun/contract/org'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { delegate, revokeDelegation } from '../commands/accounts.ts'
import { planRosterImport, planShiftCancel, planShiftCreate, type RosterPlanInput } from '../commands/plan-duty.ts'
import { presentShift } from '../present.ts'
import { listDelegations, listShifts } from '../queries/directory.ts'
import { Done, IdParams, ok, planOrDo } from './administration.ts'

const fail = thrower(ORG_ERRORS)
const LONGEST_SPAN_MS = 62 * 86_400_000
const SHIFT_LIMIT = 5000

/** The roster, and the lending of operations (授权). */
export const dutyRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app

  app.get(
    '/org/shifts',
    { config: { permission: 'org:read' }, schema: { querystring: ShiftQuery, response: { 200: Type.Array(ShiftView) } } },
    async (req) => {
      const { from, to, ...filter } = req.query
      const span = { from: new Date(from), to: new Date(to) }
      const length = span.to.getTime() - span.from.getTime()
      if (!(length > 0 && length <= LONGEST_SPAN_MS)) throw fail('ORG_PERIOD')
      return (await listShifts(db, { ...filter, ...span, limit: SHIFT_LIMIT })).map(presentShift)
    }
  )
  app.post(
    '/org/shifts',
    {
      config: { permission: 'org:duty' },
      schema: { body: ShiftCreate, querystring: PreviewQuery, response: { 200: ChangeView } }
    },
    (req) => planOrDo(app, req, (on, ctx) => planShiftCreate(on, req.body, ctx))
  )
  app.delete(
    '/org/shifts/:id',
    {
      config: { permission: 'org:duty' },
      schema: { params: IdParams, querystring: PreviewQuery, response: { 200: ChangeView } }
    },
    (req) => planOrDo(app, req, (on, ctx) => planShiftCancel(on, { id: req.params.id }, ctx))
  )
  app.post(
    '/org/shifts/import',
    {
      config: { permission: 'org:duty' },
      schema: {
        body: RosterImport,
        querystring: PreviewQuery,
        response: { 200: Type.Object({ report: RosterReport, change: ChangeView }) }
      }
    },
    async (req) => {
      const input: RosterPlanInput = { rows: req.body.rows, rejected: [] }
      const change = await planOrDo(app, req, (on, ctx) => planRosterImport(on, input, ctx))
      return { report: { accepted: change.diff.length, rejected: input.rejected }, change }
    }
  )

  app.get(
    '/org/delegations',
    { config: { authenticated: true }, schema: { response: { 200: Type.Array(DelegationView) } } },
    async (req) =>
      (await listDelegations(db, req.actor.id, new Date())).map((d) => ({
        id: d.id,
        fromUserId: d.from_user_id,
        fromUserName: d.from_user_name,
        userId: d.user_id,
        userName: d.user_name,
        permissions: d.permissions as Permission[],
        from: d.valid_from_at.toISOString(),
        to: d.valid_to_at.toISOString(),
        reason: d.reason
      }))
  )
  app.post(
    '/org/delegations',
    {
      config: { permission: 'org:delegate' },
      schema: { body: DelegationCreate, response: { 200: Type.Object({ ids: Type.Array(Type.String()) }) } }
    },
    async (req) => ({
      ids: await delegate(db, req.actor, { ...req.body, from: new Date(req.body.from), to: new Date(req.body.to) })
    })
  )
  app.delete(
    '/org/delegations/:id',
    { config: { permission: 'org:delegate' }, schema: { params: IdParams, response: { 200: Done } } },
    async (req) => {
      await revokeDelegation(db, req.actor, { id: req.params.id })
      return ok
    }
  )
}
