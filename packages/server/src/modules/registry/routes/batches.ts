import { Id } from '@chengyun/contract/common'
import {
  BATCH_ERRORS,
  BatchCreate,
  BatchFileEdit,
  BatchPage,
  BatchPublish,
  BatchQuery,
  BatchView,
  type RegisterDeclaration
} from '@chengyun/contract/registry'
import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Actor } from '../../../platform/actor.ts'
import { thrower } from '../../../platform/errors.ts'
import { batchFolder, FILE_LIMIT, forgetFiles, forgetUpload, keepUpload, lookInto, receive } from '../batch-files.ts'
import { BatchRunner } from '../batch-run.ts'
import { seenBatch, viewBatch } from '../batch-view.ts'
import { releaseBatch } from '../commands/batch-publish.ts'
import { addBatchFile, cancelBatch, createBatch, dropBatchFile, editBatchFile, startBatch } from '../commands/batches.ts'
import { mayReadType } from '../policy.ts'
import { summaryOfBatch } from '../present-batches.ts'
import { type BatchRecord, listBatches, listBatchFiles } from '../queries/batches.ts'
import { listTypes } from '../queries/types.ts'
import { batchListRoutes } from './batch-lists.ts'

const fail = thrower(BATCH_ERRORS)
/** The work of data administrators; who reviews changes of registers looks on. */
const READ = { config: { permission: 'registry:review' } } as const
const CONFIG = { config: { permission: 'registry:config' } } as const
const REVIEW = { config: { permission: 'registry:review' } } as const
export const ById = Type.Object({ id: Id }, { additionalProperties: false })
const ByFile = Type.Object({ id: Id, no: Type.Integer({ minimum: 1, maximum: 10_000 }) }, { additionalProperties: false })

/** A batch this person may see, with its register. Throws BATCH_NOT_FOUND. */
export type SeenBatch = (actor: Actor, id: string) => Promise<{ batch: BatchRecord; d: RegisterDeclaration }>

/** Imports and censuses: files, their meaning, the dry run, publication. */
export const batchRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const { db } = app
  const runner = new BatchRunner(db, app.settings.CHENGYUN_DATA, (error) => app.log.error({ err: error }, 'batch failed'))
  app.addHook('onClose', () => runner.close())
  await app.register(multipart, { limits: { fileSize: FILE_LIMIT, files: 1, fields: 5 } })

  const seen: SeenBatch = (actor, id) => seenBatch(db, actor, id)
  const view = (actor: Actor, id: string): Promise<BatchView> => viewBatch(db, actor, id)

  app.get('/registry/batches', { ...READ, schema: { querystring: BatchQuery, response: { 200: BatchPage } } }, async (req) => {
    const { type, limit = 50, ...rest } = req.query
    const types = (await listTypes(db)).filter(
      (t) => mayReadType(req.actor, t.declaration) && (type === undefined || t.id === type)
    )
    const rows = await listBatches(db, { ...rest, types: types.map((t) => t.id), limit: limit + 1 })
    const page = rows.slice(0, limit)
    return { items: page.map(summaryOfBatch), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null }
  })
  app.get('/registry/batches/:id', { ...READ, schema: { params: ById, response: { 200: BatchView } } }, (req) =>
    view(req.actor, req.params.id)
  )
  app.post(
    '/registry/batches',
    { ...CONFIG, schema: { body: BatchCreate, response: { 201: BatchView } } },
    async (req, reply) => {
      const { id } = await createBatch(db, req.actor, req.body)
      return reply.code(201).send(await view(req.actor, id))
    }
  )
  app.post(
    '/registry/batches/:id/files',
    {
      ...CONFIG,
      schema: {
        summary: 'Add a file (multipart/form-data: file): CSV, XLSX, GeoJSON, zipped Shapefile, GeoPackage, at most 2 GB',
        consumes: ['multipart/form-data'],
        params: ById,
        response: { 201: BatchView }
      }
    },
    async (req, reply) => {
      const { id } = req.params
      const { d } = await seen(req.actor, id)
      const part = await req.file()
      if (!part) throw fail('BATCH_FILE_MISSING')
      const kept = await keepUpload(part.file, batchFolder(app.settings.CHENGYUN_DATA, id))
      try {
        await addBatchFile(db, req.actor, { id, file: await receive(db, d, kept, part.filename) })
      } catch (error) {
        await forgetFiles(kept.path)
        throw error
      }
      return reply.code(201).send(await view(req.actor, id))
    }
  )
  app.put(
    '/registry/batches/:id/files/:no',
    { ...CONFIG, schema: { params: ByFile, body: BatchFileEdit, response: { 200: BatchView } } },
    async (req) => {
      const { id, no } = req.params
      await seen(req.actor, id)
      const file = (await listBatchFiles(db, id)).find((f) => f.no === no)
      if (!file) throw fail('BATCH_FILE_NOT_FOUND', { no })
      const { layer, encoding } = req.body
      const other = (layer !== undefined && layer !== file.layers[0]) || (encoding !== undefined && encoding !== file.encoding)
      const facts = other
        ? await lookInto(file.path, file.name, { layer: layer ?? file.layers[0], encoding: encoding ?? file.encoding })
        : null
      await editBatchFile(db, req.actor, { id, no, edit: req.body, facts })
      return view(req.actor, id)
    }
  )
  app.delete(
    '/registry/batches/:id/files/:no',
    { ...CONFIG, schema: { params: ByFile, response: { 200: BatchView } } },
    async (req) => {
      const { id, no } = req.params
      await seen(req.actor, id)
      await forgetUpload(app.settings.CHENGYUN_DATA, id, await dropBatchFile(db, req.actor, { id, no }))
      return view(req.actor, id)
    }
  )
  app.post(
    '/registry/batches/:id/check',
    { ...CONFIG, schema: { params: ById, response: { 202: BatchView } } },
    async (req, reply) => {
      const { id } = req.params
      await seen(req.actor, id)
      await startBatch(db, req.actor, { id })
      runner.start(id)
      return reply.code(202).send(await view(req.actor, id))
    }
  )
  app.post('/registry/batches/:id/cancel', { ...CONFIG, schema: { params: ById, response: { 200: BatchView } } }, async (req) => {
    const { id } = req.params
    await seen(req.actor, id)
    await cancelBatch(db, req.actor, { id })
    await forgetFiles(batchFolder(app.settings.CHENGYUN_DATA, id))
    return view(req.actor, id)
  })
  app.post(
    '/registry/batches/:id/publish',
    { ...REVIEW, schema: { params: ById, body: BatchPublish, response: { 202: BatchView } } },
    async (req, reply) => {
      const { id } = req.params
      await seen(req.actor, id)
      await releaseBatch(db, req.actor, { id, ...req.body })
      runner.start(id)
      return reply.code(202).send(await view(req.actor, id))
    }
  )
  await app.register(batchListRoutes(seen))
}
