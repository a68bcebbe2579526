import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { MEDIA_ERRORS, type MediaKind, UploadFields } from '@chengyun/contract/media'
import type { FastifyRequest } from 'fastify'
import { fileTypeFromBuffer } from 'file-type'
import { Value } from 'typebox/value'
import { AppError, thrower } from '../../platform/errors.ts'
import type { Settings } from '../../platform/settings.ts'
import { type FileType, fileType, withoutPicture } from './domain/types.ts'
import type { MediaSettings } from './settings.ts'
import { mediaFolder } from './store/index.ts'

const fault = thrower(MEDIA_ERRORS)
const MB = 1024 * 1024
/** Enough of a file to know its type by. */
const HEAD_BYTES = 8192
/** How long a client that was refused may go on sending before the line is cut. */
const LINGER_MS = 3000

/** A file that arrived, still nameless. Whoever got it removes `path`. */
export interface Received {
  fields: UploadFields
  path: string
  sha256: string
  size: number
  type: FileType
  fileName: string | null
}

/** Largest size of a kind of file, in bytes. */
export const limitOf = (settings: MediaSettings, kind: MediaKind): number =>
  ({
    image: settings.CHENGYUN_MEDIA_IMAGE_MB,
    audio: settings.CHENGYUN_MEDIA_AUDIO_MB,
    video: settings.CHENGYUN_MEDIA_VIDEO_MB,
    document: settings.CHENGYUN_MEDIA_DOCUMENT_MB
  })[kind] * MB

/**
 * Reads a multipart upload: the one file goes to a temporary file as it comes in and is cut off at the limit of its kind; the
 * fields are checked when all is there. On any failure nothing is left behind.
 */
export async function receiveUpload(req: FastifyRequest): Promise<Received> {
  const settings = req.server.settings as Settings & MediaSettings
  const folder = mediaFolder(settings, 'incoming')
  const path = join(folder, randomUUID())
  try {
    const largest = Math.max(...(['image', 'audio', 'video', 'document'] as const).map((kind) => limitOf(settings, kind)))
    if (Number(req.headers['content-length'] ?? 0) > largest + MB) throw tooLarge(largest)
    if (!req.isMultipart()) throw fault('MEDIA_FILE_REQUIRED')
    await mkdir(folder, { recursive: true })
    return await readParts(req, path, settings, largest)
  } catch (error) {
    await rm(path, { force: true })
    lingerAndCut(req)
    if (error instanceof AppError) throw error
    req.log.info({ err: error, requestId: req.id }, 'upload refused')
    throw fault('MEDIA_UPLOAD_BROKEN')
  }
}

async function readParts(req: FastifyRequest, path: string, settings: MediaSettings, largest: number): Promise<Received> {
  const texts: Record<string, string> = {}
  let file: Omit<Received, 'fields'> | undefined
  const limits = { fileSize: largest + 1, files: 2, fields: 12, fieldSize: 1000, fieldNameSize: 60, parts: 14 }
  for await (const part of req.parts({ limits })) {
    if (part.type === 'file') {
      if (file || part.fieldname !== 'file') throw fault('MEDIA_FILE_REQUIRED')
      const saved = await save(part.file, path, settings)
      file = { ...saved, path, fileName: part.filename?.slice(0, 200) || null }
    } else if (Object.hasOwn(texts, part.fieldname)) throw fault('MEDIA_FIELD_INVALID', { field: part.fieldname, reason: '2 ×' })
    else texts[part.fieldname] = String(part.value)
  }
  if (!file || file.size === 0) throw fault('MEDIA_FILE_REQUIRED')
  return { ...file, fields: readFields(texts) }
}

/** Type, size and hash of a file that arrived whole by another way (a resumable upload), measured like one that streams in. */
export async function measureFile(path: string, settings: Settings): Promise<Pick<Received, 'sha256' | 'size' | 'type'>> {
  return measure(createReadStream(path), null, settings as Settings & MediaSettings)
}

/** Writes a file as it arrives, hashing and measuring it, and stops it at the limit of the kind that its first bytes show. */
const save = (source: Readable, path: string, settings: MediaSettings) =>
  measure(source, createWriteStream(path, { flags: 'wx', mode: 0o600 }), settings)

async function measure(
  source: Readable,
  target: Writable | null,
  settings: MediaSettings
): Promise<{ size: number; sha256: string; type: FileType }> {
  const hash = createHash('sha256')
  let head = Buffer.alloc(0)
  let size = 0
  let type: FileType | undefined
  const decide = async (): Promise<void> => {
    const sniffed = await fileTypeFromBuffer(head)
    const known = fileType(withoutPicture(sniffed?.mime, head.toString('latin1')))
    if (!known) throw fault('MEDIA_TYPE_NOT_ALLOWED', { type: sniffed?.mime ?? '?' })
    type = known
  }
  const take = async (chunk: Buffer): Promise<void> => {
    size += chunk.length
    hash.update(chunk)
    if (!type) {
      head = Buffer.concat([head, chunk])
      if (head.length >= HEAD_BYTES) await decide()
    }
    if (type && size > limitOf(settings, type.kind)) throw tooLarge(limitOf(settings, type.kind))
  }
  const meter = new Transform({
    transform: (chunk: Buffer, _encoding, done) => void take(chunk).then(() => done(null, chunk), done),
    flush: (done) => void (type || size === 0 ? Promise.resolve() : decide()).then(() => done(), done)
  })
  await pipeline(source, meter, target ?? new Writable({ write: (_chunk, _encoding, done) => done() }))
  if (!type) throw fault('MEDIA_FILE_REQUIRED')
  return { size, sha256: hash.digest('hex'), type }
}

function readFields(texts: Record<string, string>): UploadFields {
  const numbers = ['lng', 'lat'].filter((key) => texts[key] !== undefined && texts[key].trim() !== '')
  const fields = { ...texts, ...Object.fromEntries(numbers.map((key) => [key, Number(texts[key])])) }
  const error = Value.Errors(UploadFields, fields)[0]
  if (error) {
    const { additionalProperties, requiredProperties } = error.params as {
      additionalProperties?: string[]
      requiredProperties?: string[]
    }
    const field = additionalProperties?.[0] ?? requiredProperties?.[0] ?? error.instancePath.slice(1)
    throw fault('MEDIA_FIELD_INVALID', { field, reason: error.message })
  }
  const checked = fields as UploadFields
  if ((checked.lng === undefined) !== (checked.lat === undefined)) {
    throw fault('MEDIA_FIELD_INVALID', { field: checked.lng === undefined ? 'lng' : 'lat', reason: 'lng + lat' })
  }
  return checked
}

const tooLarge = (limit: number) => fault('MEDIA_TOO_LARGE', { limitMb: Math.floor(limit / MB) })

/**
 * After a refusal the client may still be sending. What it sends is thrown away for a moment, so that it gets to read the answer;
 * then the line is cut, so that nobody makes us take two gigabytes for nothing.
 */
function lingerAndCut(req: FastifyRequest): void {
  const { raw } = req
  if (raw.complete || raw.destroyed) return
  raw.unpipe()
  raw.resume()
  // No `connection: close` here: it would reset the line at once, and a reset takes the unread answer with it.
  const timer = setTimeout(() => raw.destroy(), LINGER_MS)
  timer.unref()
  for (const over of ['end', 'close']) raw.once(over, () => clearTimeout(timer))
}
