import { randomUUID } from 'node:crypto'
import { copyFile, link, mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Evidence, UploadFields } from '@chengyun/contract/media'
import type { Actor } from '../../platform/actor.ts'
import { measureFile } from './receive.ts'
import { mediaFolder } from './store/index.ts'
import { type Intake, takeIn } from './upload.ts'

/** A whole file on this machine's disk and what its sender says of it. */
export interface ArrivedFile {
  path: string
  fields: UploadFields
  fileName: string | null
}

/**
 * The normal intake of evidence for a file that arrived whole: type by its bytes, size limits, hash against the one taken at capture,
 * decoding, scan. The file at `path` stays where it is; who brought it removes it. Throws any MEDIA_ error of an upload.
 */
export async function intakeFile(
  intake: Intake,
  actor: Actor,
  { path, fields, fileName }: ArrivedFile,
  now: Date
): Promise<Evidence> {
  const measured = await measureFile(path, intake.settings)
  const own = mediaFolder(intake.settings, 'incoming', randomUUID())
  await mkdir(dirname(own), { recursive: true })
  try {
    // A second name costs nothing; across file systems it takes a copy.
    await link(path, own).catch(() => copyFile(path, own))
    return await takeIn(intake, actor, { ...measured, path: own, fields, fileName }, { now })
  } finally {
    await rm(own, { force: true })
  }
}
