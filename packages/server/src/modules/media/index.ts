import type { Readable } from 'node:stream'
import type { Evidence, EvidencePair } from '@chengyun/contract/media'
import { MEDIA_ERRORS } from '@chengyun/contract/media'
import type { Actor } from '../../platform/actor.ts'
import type { CommandContext } from '../../platform/command.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { defineModule } from '../../platform/module.ts'
import type { Settings } from '../../platform/settings.ts'
import { registerAccess } from './access.ts'
import { type LinkedEvidence, linkFiles } from './commands.ts'
import { pairPictures } from './domain/pair.ts'
import { jobs } from './jobs.ts'
import { distanceM, placeOfPoint } from './place.ts'
import { presentEvidence } from './present.ts'
import { filesOf, findFiles } from './queries.ts'
import { mediaRoutes } from './routes.ts'
import { MediaSettings } from './settings.ts'
import { storeOf } from './store/index.ts'

export default defineModule({
  name: 'media',
  dependsOn: ['geo'],
  migrations: new URL('./migrations/', import.meta.url),
  routes: mediaRoutes,
  errors: MEDIA_ERRORS,
  settings: MediaSettings,
  jobs
})

export type { AccessResolver } from './access.ts'
export type { LinkedEvidence } from './commands.ts'
export { outlineOf } from './glyphs.ts'
export { type ArrivedFile, intakeFile } from './intake.ts'
export { upload as receiveEvidence } from './upload.ts'
export { registerAccess }

const DEFAULT_CASE_BYTES = 50 * 1024 * 1024

/** Files to become evidence of a record. */
export interface EvidenceLink {
  ids: readonly string[]
  ownerType: string
  ownerId: string
  /** Written on the shown copies. */
  caseNo: string
  address?: string | null
  /** Default 50 MiB (standards §2.10); pass the setting where it is at hand. */
  limitBytes?: number
}

/**
 * Makes uploads the evidence of a record, inside the caller's transaction. Returns `{id, sha256, phase}` of each: put it into the
 * history as `data.evidence`, then no photo can be changed unseen. Throws MEDIA_NOT_FOUND, MEDIA_ALREADY_LINKED, MEDIA_OWNER_LIMIT.
 */
export const linkEvidence = {
  within: (
    tx: Tx,
    { caseNo, limitBytes = DEFAULT_CASE_BYTES, ...link }: EvidenceLink,
    ctx: CommandContext
  ): Promise<LinkedEvidence[]> => linkFiles.within(tx, { ...link, label: caseNo, limitBytes }, ctx)
}

/** Files by id, as `actor` sees them; the caller has checked that the actor may. */
export async function findEvidence(db: Db, ids: readonly string[], actor: Actor): Promise<Evidence[]> {
  return (await findFiles(db, ids)).map((row) => presentEvidence(row, actor))
}

/** All evidence of a record, as `actor` sees it, and which pictures before and after handling belong together. */
export async function listEvidence(
  db: Db,
  ownerType: string,
  ownerId: string,
  actor: Actor,
  pairWithinM = 30
): Promise<{ items: Evidence[]; pairs: EvidencePair[] }> {
  const rows = await filesOf(db, ownerType, ownerId)
  const pictures = rows.map(({ id, phase, place, exif_place }) => ({
    id,
    phase,
    place: placeOfPoint(place) ?? placeOfPoint(exif_place)
  }))
  return { items: rows.map((row) => presentEvidence(row, actor)), pairs: pairPictures(pictures, distanceM, pairWithinM) }
}

/** The original bytes of stored evidence, for exports. Rejects when the store does not have them. */
export function readOriginal(settings: Settings, sha256: string): Promise<Readable> {
  return storeOf(settings).read(sha256)
}
