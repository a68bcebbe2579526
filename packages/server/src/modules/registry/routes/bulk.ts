import { Id } from '@chengyun/contract/common'
import { BulkInput, BulkPreview, BulkView, PlateQuery, PlateSheet, REGISTRY_ERRORS, TypeId } from '@chengyun/contract/registry'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Actor } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { meantCodes, presentBulk, runBulk } from '../bulk.ts'
import { previewBulk, startBulk, startUndo } from '../commands/bulk.ts'
import type { RegistryEnv } from '../env.ts'
import { platesOf } from '../plates.ts'
import { findBulk, listBulks } from '../queries/bulk.ts'

const fail = thrower(REGISTRY_ERRORS)
const EDIT = { config: { permission: 'registry:edit' } } as const
const ById = Type.Object({ id: Id }, { additionalProperties: false })

/** Changing many items at once, and plates to be fixed to them. */
export const bulkRoutes =
  (env: RegistryEnv): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { db } = app
    const running = new Set<Promise<void>>()
    const stopping = new AbortController()
    app.addHook('onClose', async () => {
      stopping.abort()
      await Promise.all(running)
    })
    const work = (actor: Actor, id: string): void => {
      const done = runBulk(db, actor, id, stopping.signal).catch((error: unknown) =>
        app.log.error({ err: error, id }, 'bulk edit stopped')
      )
      running.add(done)
      void done.finally(() => running.delete(done))
    }
    const view = async (id: string) => {
      const bulk = await findBulk(db, id)
      if (!bulk) throw fail('REGISTRY_BATCH_NOT_FOUND')
      return presentBulk(bulk)
    }

    app.post('/registry/bulk/preview', { ...EDIT, schema: { body: BulkInput, response: { 200: BulkPreview } } }, async (req) => {
      const { type, changes } = req.body
      return previewBulk(db, env, { type, codes: await meantCodes(db, req.actor, req.body), changes, now: new Date() })
    })
    app.post('/registry/bulk', { ...EDIT, schema: { body: BulkInput, response: { 202: BulkView } } }, async (req, reply) => {
      const { type, changes, note = '' } = req.body
      const { id } = await startBulk(db, req.actor, { type, codes: await meantCodes(db, req.actor, req.body), changes, note })
      work(req.actor, id)
      return reply.code(202).send(await view(id))
    })
    app.get(
      '/registry/bulk',
      {
        ...EDIT,
        schema: {
          querystring: Type.Object({ type: TypeId }, { additionalProperties: false }),
          response: { 200: Type.Object({ items: Type.Array(BulkView) }) }
        }
      },
      async (req) => ({ items: (await listBulks(db, req.query.type, 50)).map(presentBulk) })
    )
    app.get('/registry/bulk/:id', { ...EDIT, schema: { params: ById, response: { 200: BulkView } } }, (req) =>
      view(req.params.id)
    )
    app.post(
      '/registry/bulk/:id/undo',
      { ...EDIT, schema: { params: ById, response: { 202: BulkView } } },
      async (req, reply) => {
        const bulk = await findBulk(db, req.params.id)
        if (!bulk || !mayUndo(req.actor, bulk.created_by)) throw fail('REGISTRY_BATCH_NOT_FOUND')
        await startUndo(db, req.actor, { id: bulk.id })
        work(req.actor, bulk.id)
        return reply.code(202).send(await view(bulk.id))
      }
    )

    app.get(
      '/registry/plates',
      { config: { permission: 'registry:read' }, schema: { querystring: PlateQuery, response: { 200: PlateSheet } } },
      (req) => platesOf(db, req.actor, req.query, app.settings.CHENGYUN_PUBLIC_URL)
    )
  }

/** Whoever made a bulk edit takes it back, and whoever may change all items. */
const mayUndo = (actor: Actor, createdBy: string | null): boolean =>
  actor.id === createdBy || actor.grants.some((g) => g.permissions.has('registry:config'))
