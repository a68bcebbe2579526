import {
  checkDeclaration,
  REGISTRY_ERRORS,
  TypeCheck,
  TypeCheckInput,
  TypeDetail,
  TypeId,
  TypeInput,
  TypeList,
  TypeVersions
} from '@chengyun/contract/registry'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Actor } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { retireType, saveType } from '../commands/types.ts'
import type { ItemCounts } from '../counts.ts'
import { narrowerRules } from '../domain/narrower.ts'
import { mayReadType, READ as READS } from '../policy.ts'
import { classesOf, presentType } from '../present.ts'
import { countBreaking } from '../queries/narrower.ts'
import { reachOf } from '../queries/reach.ts'
import { findType, listTypes, listTypeVersions } from '../queries/types.ts'

const fail = thrower(REGISTRY_ERRORS)
const READ = { config: { permission: READS } } as const
const CONFIG = { config: { permission: 'registry:config' } } as const
const ByType = Type.Object({ type: TypeId }, { additionalProperties: false })

/** Registers as such: what there is, and declaring them. */
export const typeRoutes =
  (counts: ItemCounts): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    const detail = async (id: string, actor: Actor): Promise<TypeDetail> => {
      const row = await findType(db, id)
      if (!row || !mayReadType(actor, row.declaration)) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: id })
      const numbers = (await counts.of([id], await reachOf(db, actor, READS))).get(id) ?? {}
      return { ...presentType(row, numbers, actor), classes: [...classesOf(row.declaration)] }
    }

    app.get('/registry/types', { ...READ, schema: { response: { 200: TypeList } } }, async (req) => {
      const rows = (await listTypes(db)).filter((row) => mayReadType(req.actor, row.declaration))
      const reach = await reachOf(db, req.actor, READS)
      const numbers = await counts.of(
        rows.map((row) => row.id),
        reach
      )
      return { items: rows.map((row) => presentType(row, numbers.get(row.id) ?? {}, req.actor)) }
    })
    app.get('/registry/types/:type', { ...READ, schema: { params: ByType, response: { 200: TypeDetail } } }, (req) =>
      detail(req.params.type, req.actor)
    )
    app.get(
      '/registry/types/:type/versions',
      { ...READ, schema: { params: ByType, response: { 200: TypeVersions } } },
      async (req) => {
        await detail(req.params.type, req.actor)
        const rows = await listTypeVersions(db, req.params.type)
        return { items: rows.map(({ changed_at, ...row }) => ({ ...row, changedAt: changed_at.toISOString() })) }
      }
    )
    app.post(
      '/registry/types/check',
      { ...CONFIG, schema: { body: TypeCheckInput, response: { 200: TypeCheck } } },
      async (req) => {
        const faults = checkDeclaration(req.body.declaration)
        const none = { items: 0, rules: [] }
        if (faults.length > 0) return { faults, affected: none }
        const next = req.body.declaration as Parameters<typeof narrowerRules>[1]
        const known = await findType(db, next.id)
        const affected = known ? await countBreaking(db, next.id, narrowerRules(known.declaration, next)) : none
        return { faults, affected }
      }
    )
    app.post('/registry/types', { ...CONFIG, schema: { body: TypeInput, response: { 201: TypeDetail } } }, async (req, reply) => {
      const { declaration, note } = req.body
      const { id } = await saveType(db, req.actor, { declaration, note })
      return reply.code(201).send(await detail(id, req.actor))
    })
    app.put(
      '/registry/types/:type',
      { ...CONFIG, schema: { params: ByType, body: TypeInput, response: { 200: TypeDetail } } },
      async (req) => {
        const { declaration, version, note } = req.body
        const { type } = req.params
        if (declaration.id !== type || version === undefined) throw fail('REGISTRY_TYPE_NOT_FOUND', { type: declaration.id })
        await saveType(db, req.actor, { declaration, version, note })
        return detail(type, req.actor)
      }
    )
    app.post(
      '/registry/types/:type/retire',
      { ...CONFIG, schema: { params: ByType, response: { 200: TypeDetail } } },
      async (req) => {
        await retireType(db, req.actor, { id: req.params.type })
        return detail(req.params.type, req.actor)
      }
    )
  }
