import {
  ChangeView,
  type ChangeView as ChangeViewType,
  ORG_ERRORS,
  PasswordReset,
  PreviewQuery,
  Reveal,
  Revealed,
  UnitChange,
  UnitCreate,
  UnitPage,
  UnitQuery,
  UnitView,
  UserChange,
  UserCreate,
  UserPage,
  UserQuery,
  UserView
} from '@chengyun/contract/org'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { type Actor, may } from '../../../platform/actor.ts'
import type { Db, Tx } from '../../../platform/db.ts'
import { thrower } from '../../../platform/errors.ts'
import { hashPassword } from '../auth/passwords.ts'
import { recordReveal, resetPassword, unlockUser } from '../commands/accounts.ts'
import { type ChangeInput, makeChange, type Plan, type PlanContext, presentPlan } from '../commands/change.ts'
import { grantsSignal } from '../commands/org-command.ts'
import { removeTotp, writePassword } from '../commands/own-account.ts'
import { planUserChange, planUserCreate } from '../commands/plan-people.ts'
import { planUnitChange, planUnitCreate } from '../commands/plan-units.ts'
import { endSessionsOf } from '../commands/session.ts'
import { passwordFault } from '../domain/password.ts'
import { presentUnit, presentUser, type UserRow } from '../present.ts'
import { findUnit, findUser, listPosts, listUnits, listUsers } from '../queries/directory.ts'

const fail = thrower(ORG_ERRORS)
export const IdParams = Type.Object({ id: Type.String({ format: 'uuid', maxLength: 36 }) })
export const Done = Type.Object({ ok: Type.Literal(true) })
export const ok = { ok: true } as const
const changed = { 200: ChangeView }

/** Show what a plan would do (`?preview=1`) or do it. */
export async function planOrDo(
  app: FastifyInstance,
  req: FastifyRequest,
  plan: (db: Db | Tx, ctx: PlanContext) => Promise<Plan>,
  also?: ChangeInput['also']
): Promise<ChangeViewType> {
  const { db, keyring } = app
  if ((req.query as { preview?: string }).preview === '1') {
    const now = new Date()
    return presentPlan(await plan(db, { actor: req.actor, now, keyring }), { id: null, actor: req.actor, now, undoOf: null })
  }
  return makeChange(db, req.actor, { plan, keyring, ...(also && { also }) })
}

/** Administrators see everybody, others the people of their own units. */
function unitsVisibleTo(actor: Actor): readonly string[] | null {
  if (['org:users', 'org:posts', 'org:duty', 'org:lockouts'].some((p) => may(actor, p))) return null
  return [...new Set(actor.grants.flatMap((g) => [...g.unitIds]))]
}

const cursorOf = (parts: readonly (string | number)[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url')
function partsOf(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(parts)) return parts
  } catch {
    // Falls through: whatever is wrong with it, it is no position of ours.
  }
  throw fail('ORG_CURSOR')
}

/** Units and people. */
export const administrationRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db, keyring } = app
  const presentPeople = async (rows: readonly UserRow[]) => {
    const now = new Date()
    const posts = Map.groupBy(
      await listPosts(
        db,
        rows.map((r) => r.id),
        now
      ),
      (p) => p.user_id
    )
    return rows.map((r) =>
      presentUser(r, posts.get(r.id) ?? [], r.phone_enc === null ? null : keyring.decrypt(r.phone_enc, `phone:${r.id}`), now)
    )
  }

  // ── Units ──
  app.get(
    '/org/units',
    { config: { permission: 'org:read' }, schema: { querystring: UnitQuery, response: { 200: UnitPage } } },
    async (req) => {
      const { after, limit = 200, ...filter } = req.query
      const [sort, id] = after === undefined ? [] : partsOf(after)
      if (after !== undefined && (typeof sort !== 'number' || typeof id !== 'string' || !/^[0-9a-f-]{36}$/.test(id)))
        throw fail('ORG_CURSOR')
      const rows = await listUnits(db, {
        ...filter,
        ...(after !== undefined && { after: { sort: sort as number, id: id as string } }),
        limit: limit + 1
      })
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      return { items: items.map(presentUnit), next: rows.length > limit && last ? cursorOf([last.sort, last.id]) : null }
    }
  )
  app.get(
    '/org/units/:id',
    { config: { permission: 'org:read' }, schema: { params: IdParams, response: { 200: UnitView } } },
    async (req) => {
      const row = await findUnit(db, req.params.id)
      if (!row) throw fail('ORG_UNIT_NOT_FOUND')
      return presentUnit(row)
    }
  )
  app.post(
    '/org/units',
    { config: { permission: 'org:units' }, schema: { body: UnitCreate, querystring: PreviewQuery, response: changed } },
    (req) => planOrDo(app, req, (on, ctx) => planUnitCreate(on, req.body, ctx))
  )
  app.patch(
    '/org/units/:id',
    {
      config: { permission: 'org:units' },
      schema: { params: IdParams, body: UnitChange, querystring: PreviewQuery, response: changed }
    },
    (req) => planOrDo(app, req, (on, ctx) => planUnitChange(on, { ...req.body, id: req.params.id }, ctx))
  )

  // ── People ──
  app.get(
    '/org/users',
    { config: { permission: 'org:read' }, schema: { querystring: UserQuery, response: { 200: UserPage } } },
    async (req) => {
      const { after, limit = 50, q, ...filter } = req.query
      const rows = await listUsers(db, {
        ...filter,
        ...(q && { q, ...(/^\+?\d{5,15}$/.test(q) && { phoneIndex: keyring.index(q) }) }),
        within: unitsVisibleTo(req.actor),
        ...(after !== undefined && { after }),
        limit: limit + 1
      })
      const items = rows.slice(0, limit)
      return { items: await presentPeople(items), next: rows.length > limit ? (items.at(-1)?.username ?? null) : null }
    }
  )
  app.get(
    '/org/users/:id',
    { config: { permission: 'org:read' }, schema: { params: IdParams, response: { 200: UserView } } },
    async (req) => {
      const row = await findUser(db, req.params.id)
      const [view] = row ? await presentPeople([row]) : []
      const within = unitsVisibleTo(req.actor)
      // Somebody of another unit answers like a missing one.
      if (!view || (within !== null && view.id !== req.actor.id && !view.posts.some((p) => within.includes(p.unitId))))
        throw fail('ORG_USER_NOT_FOUND')
      return view
    }
  )
  app.post(
    '/org/users',
    { config: { permission: 'org:users' }, schema: { body: UserCreate, querystring: PreviewQuery, response: changed } },
    async (req) => {
      const { password } = req.body
      const fault = password === undefined ? undefined : passwordFault(password, req.body.username)
      if (fault) throw fail(fault)
      const hash = password === undefined ? undefined : await hashPassword(password)
      return planOrDo(
        app,
        req,
        (on, ctx) => planUserCreate(on, req.body, ctx),
        hash === undefined ? undefined : (tx, plan, ctx) => writePassword(tx, plan.objectId, hash, true, ctx.now)
      )
    }
  )
  app.patch(
    '/org/users/:id',
    {
      config: { permission: 'org:users' },
      schema: { params: IdParams, body: UserChange, querystring: PreviewQuery, response: changed }
    },
    (req) =>
      planOrDo(
        app,
        req,
        (on, ctx) => planUserChange(on, { ...req.body, id: req.params.id }, ctx),
        async (tx, plan, ctx) => {
          if (req.body.status !== 'disabled') return
          for (const id of await endSessionsOf(tx, plan.objectId, null, 'user disabled', ctx.now)) grantsSignal.emit('ended', id)
        }
      )
  )
  app.put(
    '/org/users/:id/password',
    { config: { permission: 'org:users' }, schema: { params: IdParams, body: PasswordReset, response: { 200: Done } } },
    async (req) => {
      const user = await findUser(db, req.params.id)
      if (!user) throw fail('ORG_USER_NOT_FOUND')
      const fault = passwordFault(req.body.password, user.username)
      if (fault) throw fail(fault)
      await resetPassword(db, req.actor, { userId: user.id, hash: await hashPassword(req.body.password) })
      return ok
    }
  )
  app.delete(
    '/org/users/:id/lock',
    { config: { permission: 'org:lockouts' }, schema: { params: IdParams, response: { 200: Done } } },
    async (req) => {
      await unlockUser(db, req.actor, { userId: req.params.id })
      return ok
    }
  )
  app.delete(
    '/org/users/:id/totp',
    { config: { permission: 'org:lockouts' }, schema: { params: IdParams, response: { 200: Done } } },
    async (req) => {
      if (!(await findUser(db, req.params.id))) throw fail('ORG_USER_NOT_FOUND')
      await removeTotp(db, req.actor, { userId: req.params.id, reason: 'by the security administrator' })
      return ok
    }
  )
  app.post(
    '/org/users/:id/reveal',
    { config: { permission: 'pii:view' }, schema: { params: IdParams, body: Reveal, response: { 200: Revealed } } },
    async (req, reply) => {
      const row = await findUser(db, req.params.id)
      if (!row) throw fail('ORG_USER_NOT_FOUND')
      if (req.body.reason.trim().length < 4) throw fail('ORG_REASON_REQUIRED')
      await recordReveal(db, req.actor, { userId: row.id, reason: req.body.reason.trim() })
      reply.header('cache-control', 'no-store')
      return { phone: row.phone_enc === null ? null : keyring.decrypt(row.phone_enc, `phone:${row.id}`) }
    }
  )
}
