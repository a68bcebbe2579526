import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FastifyRequest } from 'fastify'
import { Args, invalid } from '../domain/open311-args.ts'

/** A POST as it arrived: its arguments, and where its pictures lie until `discard`. */
export interface Body {
  args: Args
  files: { path: string; fileName: string | null }[]
  discard(): Promise<void>
}

const MOST_FILES = 6
const FILE_BYTES = 25 * 1024 * 1024
const LIMITS = { fileSize: FILE_BYTES, files: MOST_FILES, fields: 120, fieldSize: 16_000, fieldNameSize: 120, parts: 130 }

/** Arguments of the address and of the body: form, JSON, or multipart with pictures as `media`. */
export async function readBody(req: FastifyRequest): Promise<Body> {
  const args = Args.of(Object.entries(req.query as Record<string, unknown>))
  const files: Body['files'] = []
  if (!req.isMultipart()) {
    const { body } = req
    if (typeof body === 'object' && body !== null) {
      if (body instanceof URLSearchParams) for (const [name, value] of body) args.add(name, value)
      else if (Array.isArray(body)) throw invalid('body', 'one object')
      else for (const [name, value] of Object.entries(body)) args.add(name, value)
    }
    return { args, files, discard: async () => undefined }
  }
  const folder = await mkdtemp(join(tmpdir(), 'chengyun-open311-'))
  const discard = () => rm(folder, { recursive: true, force: true })
  try {
    for await (const part of req.parts({ limits: LIMITS })) {
      if (part.type === 'file') {
        const path = join(folder, randomUUID())
        await pipeline(part.file, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
        if (part.file.truncated) throw invalid(part.fieldname, `a file of at most ${FILE_BYTES / 1024 / 1024} MB`)
        files.push({ path, fileName: part.filename?.slice(0, 200) || null })
      } else args.add(part.fieldname, part.value)
    }
    return { args, files, discard }
  } catch (error) {
    await discard()
    throw error
  }
}
