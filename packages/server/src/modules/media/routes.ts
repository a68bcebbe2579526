import { Id } from '@chengyun/contract/common'
import { Evidence, MEDIA_ERRORS } from '@chengyun/contract/media'
import multipart from '@fastify/multipart'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { maySee } from './access.ts'
import { mayReadOriginal } from './policy.ts'
import { presentEvidence } from './present.ts'
import { type FileRow, findFile } from './queries.ts'
import { sendDerived, sendOriginal } from './serve.ts'
import { storeOf } from './store/index.ts'
import { upload } from './upload.ts'

const fault = thrower(MEDIA_ERRORS)
const params = Type.Object({ id: Id })

/** Somebody else's file is answered like a missing one. */
async function visible(db: Db, actor: Actor, id: string): Promise<FileRow> {
  const file = await findFile(db, id)
  if (!file || !(await maySee(actor, file, db))) throw fault('MEDIA_NOT_FOUND')
  return file
}

export const mediaRoutes: FastifyPluginAsyncTypebox = async (app) => {
  // Incomplete S3 settings are a fault of the start, not of the first upload.
  storeOf(app.settings)
  await app.register(multipart)
  const read = { config: { permission: 'media:read' }, schema: { params }, compress: false } as const

  app.post(
    '/media',
    {
      config: { permission: 'media:write' },
      schema: {
        summary:
          'Upload a photo, sound, video or PDF as evidence (multipart/form-data: file, phase, capturedAt?, lng?, lat?, crs?, sha256?, deviceId?)',
        consumes: ['multipart/form-data'],
        headers: Type.Object({ 'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 100 })) }),
        response: { 201: Evidence }
      }
    },
    async (req, reply) => reply.code(201).send(await upload(req, req.headers['idempotency-key'], new Date()))
  )
  app.get('/media/:id', { ...read, schema: { params, response: { 200: Evidence } } }, async (req) =>
    presentEvidence(await visible(app.db, req.actor, req.params.id), req.actor)
  )
  app.get('/media/:id/original', read, async (req, reply) => {
    const file = await visible(app.db, req.actor, req.params.id)
    if (!mayReadOriginal(req.actor, file)) throw fault('MEDIA_ORIGINAL_FORBIDDEN')
    return sendOriginal(req, reply, file)
  })
  app.get('/media/:id/shown', read, async (req, reply) => {
    const file = await visible(app.db, req.actor, req.params.id)
    // Nothing can be written across a sound, a video or a PDF: there is only the original to show.
    return file.kind === 'image' ? sendDerived(req, reply, file, 'shown') : sendOriginal(req, reply, file)
  })
  app.get('/media/:id/thumb', read, async (req, reply) => {
    const file = await visible(app.db, req.actor, req.params.id)
    if (file.kind !== 'image') throw fault('MEDIA_NO_PICTURE')
    return sendDerived(req, reply, file, 'thumb')
  })
}
