import { rm } from 'node:fs/promises'
import { type Evidence, MEDIA_ERRORS, MEDIA_PHASES, phaseTakes } from '@chengyun/contract/media'
import type { FastifyRequest } from 'fastify'
import type { Actor } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import type { Settings } from '../../platform/settings.ts'
import { type NewFile, recordFile } from './commands.ts'
import { saveDerived } from './derived.ts'
import { doubtsAbout, isInFuture } from './domain/doubts.ts'
import { cameraFacts } from './exif.ts'
import { inspectPicture } from './pictures.ts'
import { distanceM, toCgcs2000 } from './place.ts'
import { presentEvidence } from './present.ts'
import { findFile } from './queries.ts'
import { type Received, receiveUpload } from './receive.ts'
import { scanOf } from './scan.ts'
import type { MediaSettings } from './settings.ts'
import { type MediaStore, storeOf } from './store/index.ts'

const fault = thrower(MEDIA_ERRORS)

/**
 * One upload from the first byte to the answer: received, proven, scanned, stored, recorded. `key` is the client's
 * Idempotency-Key: the same bytes and fields again give the same record.
 */
export async function upload(req: FastifyRequest, key: string | undefined, now: Date): Promise<Evidence> {
  return takeIn(req.server, req.actor, await receiveUpload(req), { now, key })
}

/** Where files are recorded and kept. */
export interface Intake {
  db: Db
  settings: Settings
}

/**
 * A file that arrived by whatever way becomes evidence: proven, scanned, stored, recorded. Takes `received.path` away, also when it
 * refuses. Throws any MEDIA_ error of an upload.
 */
export async function takeIn(
  { db, settings }: Intake,
  actor: Actor,
  received: Received,
  { now, key }: { now: Date; key?: string | undefined }
): Promise<Evidence> {
  const options = settings as typeof settings & MediaSettings
  try {
    const { file, thumbnail } = await examine(received, options, now)
    await scanOf(options.CHENGYUN_MEDIA_SCAN_COMMAND)(received.path)
    const store = storeOf(settings)
    await put(store, received)
    const { id } = await recordFile(db, actor, file, { now, key })
    // A purge of the same bytes may have run between the two; from now on the row protects them.
    if ((await reach(() => store.size(file.sha256))) === null) await put(store, received)
    if (thumbnail) await saveDerived(settings, file.sha256, 'thumb', thumbnail)
    const row = await findFile(db, id)
    if (!row) throw fault('MEDIA_NOT_FOUND')
    return presentEvidence(row, actor)
  } finally {
    await rm(received.path, { force: true })
  }
}

const put = (store: MediaStore, { sha256, path }: Received): Promise<void> => reach(() => store.put(sha256, path))

/** A store that cannot be reached or is full is not the caller's fault, and may be well again soon. */
async function reach<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw Object.assign(fault('MEDIA_STORE_UNAVAILABLE'), { cause: error })
  }
}

async function examine(
  received: Received,
  settings: MediaSettings,
  now: Date
): Promise<{ file: NewFile; thumbnail: Buffer | null }> {
  const { fields, type, sha256, size, path } = received
  const { phase, crs = 'CGCS2000' } = fields
  const onlyPictures = (MEDIA_PHASES[phase].kinds as readonly string[]).join() === 'image'
  if (!phaseTakes(phase, type.kind)) throw fault(onlyPictures ? 'MEDIA_NOT_AN_IMAGE' : 'MEDIA_PHASE_MISMATCH', { phase })
  if (fields.sha256 !== undefined && fields.sha256 !== sha256)
    throw fault('MEDIA_HASH_MISMATCH', { claimed: fields.sha256, actual: sha256 })
  const capturedAt = fields.capturedAt === undefined ? null : new Date(fields.capturedAt)
  if (capturedAt && isInFuture(capturedAt, now)) throw fault('MEDIA_TIME_IN_FUTURE', { field: 'capturedAt' })

  const picture = type.kind === 'image' ? await inspectPicture(path) : null
  const camera = picture ? await cameraFacts(path, settings.CHENGYUN_MEDIA_TIME_ZONE) : { takenAt: null, place: null }
  const originPlace: [number, number] | null =
    fields.lng === undefined || fields.lat === undefined ? null : [fields.lng, fields.lat]
  const place = originPlace && toCgcs2000(originPlace, crs)
  const placeGapM = place && camera.place ? distanceM(place, camera.place) : null
  const claims = { capturedAt, exifAt: camera.takenAt, uploadedAt: now, placeGapM, hashedAtCapture: fields.sha256 !== undefined }
  const file = {
    ...type,
    sha256,
    phase,
    size,
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    fileName: received.fileName,
    capturedAt,
    place,
    originPlace,
    originCrs: originPlace && crs,
    exifAt: camera.takenAt,
    exifPlace: camera.place,
    placeGapM,
    doubts: doubtsAbout(claims, settings.CHENGYUN_MEDIA_PLACE_GAP_M),
    deviceId: fields.deviceId ?? null
  }
  return { file, thumbnail: picture?.thumbnail ?? null }
}
