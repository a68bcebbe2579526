import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BATCH_ERRORS } from '@chengyun/contract/registry'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import type { ReceivedFile } from './commands/batches.ts'
import { crsGuess } from './domain/batch/crs.ts'
import { proposeMapping } from './domain/batch/mapping.ts'
import { readNumber } from './domain/batch/values.ts'
import { inspectFile } from './formats/open.ts'
import { BrokenFile, type FileFacts, type ReadOptions } from './formats/types.ts'
import { findCityLng } from './queries/batches.ts'

const fail = thrower(BATCH_ERRORS)
export const FILE_LIMIT = 2 * 2 ** 30

/** Where the files of a batch lie. */
export const batchFolder = (dataDir: string, id: string): string => join(dataDir, 'registry', 'batches', id)

/** Keeps a file that comes in over HTTP; answers where, how large and its hash. Throws BATCH_FILE_TOO_LARGE. */
export async function keepUpload(
  source: Readable & { truncated?: boolean },
  folder: string
): Promise<{ path: string; sizeBytes: number; hash: Buffer }> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, newId())
  const hash = createHash('sha256')
  let sizeBytes = 0
  const counter = new Transform({
    transform(piece: Buffer, _encoding, done) {
      sizeBytes += piece.length
      hash.update(piece)
      done(null, piece)
    }
  })
  try {
    await pipeline(source, counter, createWriteStream(path))
    if (source.truncated) throw fail('BATCH_FILE_TOO_LARGE', { limit: '2 GB' })
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
  return { path, sizeBytes, hash: hash.digest() }
}

/** Looks into a file. Throws BATCH_FILE_UNKNOWN, BATCH_FILE_BROKEN. */
export async function lookInto(path: string, name: string, options: Partial<ReadOptions> = {}): Promise<FileFacts> {
  try {
    const facts = await inspectFile(path, options)
    if (facts) return facts
  } catch (error) {
    if (error instanceof BrokenFile) throw fail('BATCH_FILE_BROKEN', { name, why: error.message })
    throw error
  }
  throw fail('BATCH_FILE_UNKNOWN', { name })
}

/** A file with what was found in it and the coordinate system it says, or that its numbers point to. */
export async function receive(
  db: Db,
  d: Parameters<typeof proposeMapping>[0],
  kept: { path: string; sizeBytes: number; hash: Uint8Array },
  name: string
): Promise<ReceivedFile> {
  const shown = basename(name).slice(0, 200) || 'file'
  const facts = await lookInto(kept.path, shown)
  const guess = facts.crs ?? crsGuess(pointsOf(d, facts), await findCityLng(db))
  return { ...kept, name: shown, facts, crs: guess ?? 'CGCS2000', crsFrom: facts.crs ? 'file' : 'numbers' }
}

/** Positions to guess by: geometries, or the columns that look like coordinates. */
function pointsOf(d: Parameters<typeof proposeMapping>[0], facts: FileFacts): [number, number][] {
  if (facts.points.length > 0) return facts.points
  const { columns } = proposeMapping(d, facts.columns, false)
  const at = (to: string): number => columns.findIndex((c) => c.to === to)
  const [x, y] = [at('lng'), at('lat')]
  return x < 0 || y < 0 ? [] : facts.sample.map((row) => [readNumber(row[x] ?? ''), readNumber(row[y] ?? '')])
}

/** Throws away the files of a batch, or one of them with what was unpacked beside it. */
export async function forgetFiles(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
  await rm(`${path}.parts`, { recursive: true, force: true })
}

/** Throws away one file of a batch — only what came in over HTTP: a file the command line reads belongs to whoever called it. */
export async function forgetUpload(dataDir: string, batchId: string, path: string): Promise<void> {
  if (dirname(path) === batchFolder(dataDir, batchId)) await forgetFiles(path)
}
