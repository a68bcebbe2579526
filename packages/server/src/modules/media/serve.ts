import { MEDIA_ERRORS } from '@chengyun/contract/media'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { thrower } from '../../platform/errors.ts'
import { derivedCopy, type Variant } from './derived.ts'
import { parseRange } from './domain/range.ts'
import type { FileRow } from './queries.ts'
import { NotStoredError, storeOf } from './store/index.ts'

const fault = thrower(MEDIA_ERRORS)

/** Content under an id never changes, but who may see it can: caches of the browser only, and asked again each hour. */
const CACHE = 'private, max-age=3600'

function common(reply: FastifyReply, tag: string): void {
  reply
    .header('etag', `"${tag}"`)
    .header('cache-control', CACHE)
    .header('vary', 'cookie')
    .header('x-content-type-options', 'nosniff')
    // Whatever a file claims to be, it runs nothing.
    .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; sandbox")
}

const isKnown = (req: FastifyRequest, tag: string): boolean =>
  (req.headers['if-none-match'] ?? '').split(',').some((known) => known.trim().replace(/^W\//, '') === `"${tag}"`)

/** Sends the thumbnail or the watermarked copy. */
export async function sendDerived(
  req: FastifyRequest,
  reply: FastifyReply,
  file: FileRow,
  variant: Variant
): Promise<FastifyReply> {
  try {
    const { bytes, tag } = await derivedCopy(req.server.settings, file, variant)
    common(reply, tag)
    if (isKnown(req, tag)) return reply.code(304).send()
    return reply
      .header('content-disposition', disposition(file, 'inline', 'webp'))
      .type('image/webp')
      .send(bytes)
  } catch (error) {
    throw notStored(error)
  }
}

/** Sends the original bytes, or the part of them that was asked for. */
export async function sendOriginal(req: FastifyRequest, reply: FastifyReply, file: FileRow): Promise<FastifyReply> {
  const size = Number(file.size_bytes)
  common(reply, file.sha256)
  if (isKnown(req, file.sha256)) return reply.code(304).send()
  const asked = req.headers['if-range']
  const range = asked !== undefined && asked !== `"${file.sha256}"` ? null : parseRange(req.headers.range, size)
  reply.header('accept-ranges', 'bytes')
  if (range === 'invalid') {
    reply.header('content-range', `bytes */${size}`)
    throw fault('MEDIA_RANGE_INVALID')
  }
  try {
    const stream = await storeOf(req.server.settings).read(file.sha256, range ?? undefined)
    if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${size}`)
    return reply
      .header('content-length', range ? range.end - range.start + 1 : size)
      .header('content-disposition', disposition(file, file.kind === 'document' ? 'attachment' : 'inline', file.extension))
      .type(file.mime)
      .send(stream)
  } catch (error) {
    throw notStored(error)
  }
}

function notStored(error: unknown): unknown {
  return error instanceof NotStoredError ? Object.assign(fault('MEDIA_NOT_FOUND'), { cause: error }) : error
}

/** A name made by us from what we know; nothing of the client's file name gets into a header. */
function disposition(file: FileRow, how: 'inline' | 'attachment', extension: string): string {
  const stem = [file.owner_label ?? file.id, file.phase].join('-')
  const ascii = stem.replaceAll(/[^A-Za-z0-9_-]/g, '_')
  const star = ascii === stem ? '' : `; filename*=UTF-8''${encodeURIComponent(`${stem}.${extension}`).replaceAll(/['()*]/g, '_')}`
  return `${how}; filename="${ascii}.${extension}"${star}`
}
