import {
  ChangeView,
  effectiveMatrix,
  PERMISSIONS,
  PostChange,
  PostCreate,
  PreviewQuery,
  ROLE_FACTS,
  ROLES,
  RoleChange,
  RoleMatrix
} from '@chengyun/contract/org'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { may } from '../../../platform/actor.ts'
import { PERMISSION_OF, starred, undoChange } from '../commands/change.ts'
import { planPostChange, planPostCreate, planRoleChange } from '../commands/plan-people.ts'
import { countHolders, listChanges } from '../queries/directory.ts'
import { listOverrides } from '../queries/identity.ts'
import { IdParams, planOrDo } from './administration.ts'

const changed = { 200: ChangeView }

/** Posts, roles, and the record of changes. */
export const powerRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app

  // ── Posts ──
  app.post(
    '/org/posts',
    { config: { permission: 'org:posts' }, schema: { body: PostCreate, querystring: PreviewQuery, response: changed } },
    (req) => planOrDo(app, req, (on, ctx) => planPostCreate(on, req.body, ctx))
  )
  app.patch(
    '/org/posts/:id',
    {
      config: { permission: 'org:posts' },
      schema: { params: IdParams, body: PostChange, querystring: PreviewQuery, response: changed }
    },
    (req) => planOrDo(app, req, (on, ctx) => planPostChange(on, { ...req.body, id: req.params.id }, ctx))
  )
  app.delete(
    '/org/posts/:id',
    { config: { permission: 'org:posts' }, schema: { params: IdParams, querystring: PreviewQuery, response: changed } },
    (req) => planOrDo(app, req, (on, ctx) => planPostChange(on, { id: req.params.id, end: true }, ctx))
  )

  // ── Roles ──
  app.get('/org/roles', { config: { permission: 'org:roles' }, schema: { response: { 200: RoleMatrix } } }, async () => {
    const [overrides, holders] = await Promise.all([listOverrides(db), countHolders(db)])
    const matrix = effectiveMatrix(overrides)
    return {
      permissions: [...PERMISSIONS],
      roles: ROLES.map((role) => ({
        role,
        zh: ROLE_FACTS[role].zh,
        en: ROLE_FACTS[role].en,
        scope: ROLE_FACTS[role].scope,
        permissions: matrix[role],
        overrides: overrides.filter((o) => o.role === role).map(({ permission, allowed }) => ({ permission, allowed })),
        holders: holders.get(role) ?? 0
      }))
    }
  })
  app.patch(
    '/org/roles',
    { config: { permission: 'org:roles' }, schema: { body: RoleChange, querystring: PreviewQuery, response: changed } },
    (req) => planOrDo(app, req, (on, ctx) => planRoleChange(on, req.body, ctx))
  )

  // ── Changes ──
  const ChangeQuery = Type.Object(
    {
      objectId: Type.Optional(Type.String({ maxLength: 60 })),
      before: Type.Optional(Type.String({ format: 'uuid', maxLength: 36 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 }))
    },
    { additionalProperties: false }
  )
  app.get(
    '/org/changes',
    { config: { permission: 'org:read' }, schema: { querystring: ChangeQuery, response: { 200: Type.Array(ChangeView) } } },
    async (req) => {
      const objectTypes = Object.entries(PERMISSION_OF)
        .filter(([, p]) => may(req.actor, p))
        .map(([t]) => t)
      const rows = await listChanges(db, { objectTypes, limit: 50, ...req.query })
      return rows.map((r) => ({
        id: r.id,
        objectType: r.object_type,
        objectId: r.object_id,
        diff: r.after.map((a, i) => {
          const was = r.before[i]?.cells ?? null
          return { table: a.table, id: a.id, label: a.label, before: was === null ? null : starred(was), after: starred(a.cells) }
        }),
        affected: { units: 0, users: 0, posts: 0, sessions: 0 },
        actorName: r.actor_name,
        changedAt: r.changed_at.toISOString(),
        undoOf: r.undo_of,
        undoneAt: r.undone_at?.toISOString() ?? null
      }))
    }
  )
  app.post(
    '/org/changes/:id/undo',
    { config: { permission: 'org:read' }, schema: { params: IdParams, response: changed } },
    (req) => undoChange(db, req.actor, { id: req.params.id })
  )
}
