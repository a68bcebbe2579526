import { ErrorBody, Words } from '@chengyun/contract/common'
import { FIELD_ERRORS, FieldEvidence } from '@chengyun/contract/field'
import { MEDIA_PHASE_KEYS, Sha256Hex } from '@chengyun/contract/media'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { thrower } from '../../../platform/errors.ts'
import { findUploaded } from '../queries/operations.ts'
import { handleUpload, uploadServer } from '../uploads.ts'

const fault = thrower(FIELD_ERRORS)

/** Resumable uploads (tus 1.0) and the evidence they became. */
export const uploadRoutes: FastifyPluginAsyncTypebox = async (app) => {
  const server = uploadServer(app.settings as never)
  app.addContentTypeParser('application/offset+octet-stream', (_req, _payload, done) => done(null))

  const config = { permission: 'media:write' } as const
  const schema = { tags: ['field'], summary: 'Resumable upload of evidence (tus 1.0)' }
  const handle = async (req: FastifyRequest, reply: FastifyReply): Promise<void> => {
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value)
    await handleUpload(server, req, reply.raw)
  }
  app.route({ method: ['POST'], url: '/field/uploads', config, schema, handler: handle })
  app.route({
    method: ['HEAD', 'PATCH', 'DELETE'],
    url: '/field/uploads/:id',
    config,
    schema: { ...schema, params: Type.Object({ id: Type.String({ pattern: '^[0-9a-f-]{36}\\.[0-9a-f]{32}$' }) }) },
    handler: handle
  })

  app.get(
    '/field/evidence/:sha256',
    {
      config,
      schema: {
        tags: ['field'],
        summary: 'The evidence that my upload of these bytes became',
        params: Type.Object({ sha256: Sha256Hex }),
        querystring: Type.Object({ phase: Words(MEDIA_PHASE_KEYS) }),
        response: { 200: FieldEvidence, 404: ErrorBody }
      }
    },
    async (req) => {
      const { sha256 } = req.params
      const evidenceId = await findUploaded(app.db, req.actor.id, sha256, req.query.phase)
      if (!evidenceId) throw fault('FIELD_NO_SUCH_EVIDENCE')
      return { evidenceId, sha256 }
    }
  )
}
