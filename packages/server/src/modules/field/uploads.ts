import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { resolve } from 'node:path'
import { EVIDENCE_HEADER, FIELD_ERRORS, UPLOADS_PATH } from '@chengyun/contract/field'
import { UploadFields } from '@chengyun/contract/media'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import type { FastifyRequest } from 'fastify'
import { Value } from 'typebox/value'
import { AppError, thrower } from '../../platform/errors.ts'
import type { Settings } from '../../platform/settings.ts'
import { intakeFile } from '../media/index.ts'
import { keepUpload } from './commands/log.ts'
import { corrected, driftOf } from './domain/drift.ts'
import { findUploaded } from './queries/operations.ts'
import type { FieldSettings } from './settings.ts'

const fault = thrower(FIELD_ERRORS)
const HOUR_MS = 3_600_000

/** Where uploads under way lie until they are evidence. */
export const uploadFolder = (settings: Settings): string => resolve(settings.CHENGYUN_DATA, 'field', 'uploads')

/** The files of uploads under way. */
export function uploadStore(settings: Settings): FileStore {
  const directory = uploadFolder(settings)
  mkdirSync(directory, { recursive: true })
  const hours = (settings as unknown as FieldSettings).CHENGYUN_FIELD_UPLOAD_HOURS
  return new FileStore({ directory, expirationPeriodInMilliseconds: hours * HOUR_MS })
}

/** Which request a hook of the upload server belongs to. */
const current = new AsyncLocalStorage<FastifyRequest>()

/** How to clear up after a request that brought the last byte; the upload server still reads the upload while it answers. */
const over = new WeakMap<FastifyRequest, () => Promise<unknown>>()

/** Handles one request of the protocol to its end. */
export async function handleUpload(server: Server, req: FastifyRequest, res: ServerResponse): Promise<void> {
  try {
    await current.run(req, () => server.handle(req.raw, res))
  } finally {
    await over
      .get(req)?.()
      .catch(() => undefined)
  }
}

type Metadata = Record<string, string | null> | undefined

/**
 * The tus 1.0 server of the field app. A file that is complete goes through the normal intake of evidence at once; the upload is gone
 * then, whether it was taken or refused: a client that did not hear the answer asks for the evidence by its hash, or begins again.
 */
export function uploadServer(settings: Settings & { CHENGYUN_MEDIA_VIDEO_MB: number }): Server {
  const datastore = uploadStore(settings)
  return new Server({
    path: UPLOADS_PATH,
    datastore,
    relativeLocation: true,
    maxSize: settings.CHENGYUN_MEDIA_VIDEO_MB * 1024 * 1024,
    // The name says whose it is, so that nobody else can go on with it or look at it.
    namingFunction: () => `${request().actor.id}.${randomBytes(16).toString('hex')}`,
    onIncomingRequest: async (_req, id) => {
      if (request().method !== 'POST' && !id.startsWith(`${request().actor.id}.`)) throw coded(fault('FIELD_UPLOAD_UNKNOWN'))
    },
    onUploadCreate: async (_req, upload) => {
      await guarded(async () => void fieldsOf(upload.metadata, new Date()))
      return {}
    },
    onUploadFinish: async (_req, upload) => {
      over.set(request(), () => datastore.remove(upload.id))
      const id = await guarded(() => finish(upload.id, upload.metadata, resolve(uploadFolder(settings), upload.id)))
      return { headers: { [EVIDENCE_HEADER]: id } }
    }
  })
}

const request = (): FastifyRequest => {
  const req = current.getStore()
  if (!req) throw new Error('upload outside of a request')
  return req
}

async function finish(id: string, metadata: Metadata, path: string): Promise<string> {
  const { actor, server } = request()
  const now = new Date()
  const fields = fieldsOf(metadata, now)
  const { phase, sha256 = '' } = fields
  const known = await findUploaded(server.db, actor.id, sha256, phase)
  if (known) return known
  const evidence = await intakeFile(server, actor, { path, fields, fileName: metadata?.filename?.slice(0, 200) ?? null }, now)
  server.log.debug({ upload: id, evidence: evidence.id }, 'upload became evidence')
  return keepUpload(server.db, actor, { sha256, phase, evidenceId: evidence.id }, now)
}

/** What the client says of the file. The hash is demanded: it was taken when the picture was. Times are turned to our clock. */
function fieldsOf(metadata: Metadata, now: Date): UploadFields & { sha256: string } {
  const { filename: _name, filetype: _type, sentAt, ...rest } = metadata ?? {}
  const texts = Object.fromEntries(Object.entries(rest).flatMap(([k, v]) => (v === null || v === '' ? [] : [[k, v]])))
  const numbers = Object.fromEntries(['lng', 'lat'].flatMap((k) => (texts[k] === undefined ? [] : [[k, Number(texts[k])]])))
  const fields = { ...texts, ...numbers }
  const error = Value.Errors(UploadFields, fields)[0]
  if (error) throw fault('FIELD_UPLOAD_METADATA', { field: error.instancePath.slice(1) || '?', reason: error.message })
  const checked = fields as UploadFields
  if (checked.sha256 === undefined) throw fault('FIELD_UPLOAD_METADATA', { field: 'sha256', reason: 'required' })
  if (sentAt && Number.isNaN(Date.parse(sentAt))) throw fault('FIELD_UPLOAD_METADATA', { field: 'sentAt', reason: 'date-time' })
  if (checked.capturedAt === undefined) return { ...checked, sha256: checked.sha256 }
  const at = corrected(checked.capturedAt, sentAt ? driftOf(sentAt, now) : 0, now)
  return { ...checked, sha256: checked.sha256, capturedAt: at.toISOString() }
}

/** The upload server wants its own kind of error; ours goes out in the one shape of every error. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError) throw coded(error)
    request().log.error({ err: error, requestId: request().id }, 'upload failed')
    throw coded(new AppError('INTERNAL', 500))
  }
}
const coded = (error: AppError): { status_code: number; body: string } => ({
  status_code: error.status,
  body: JSON.stringify({
    code: error.code,
    message: error.message,
    ...(error.details && { details: error.details }),
    requestId: request().id
  })
})
