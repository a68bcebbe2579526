import { MEDIA_ERRORS, type MediaDoubt, type MediaKind, type MediaPhase } from '@chengyun/contract/media'
import { sql } from 'kysely'
import { command } from '../../platform/command.ts'
import type { Tx } from '../../platform/db.ts'
import { thrower } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { pointText } from './place.ts'
import { type FileRow, findFiles, isNamed } from './queries.ts'
import type { MediaStore } from './store/index.ts'
import './tables.ts'

const fault = thrower(MEDIA_ERRORS)

/** Lock class of the bytes behind a hash: taken shared by who names them, exclusively by who removes them. */
const BYTES_LOCK = 727_003

/** What is recorded of a file whose bytes are already in the store. Places are [lng, lat]. */
export interface NewFile {
  sha256: string
  kind: MediaKind
  phase: MediaPhase
  mime: string
  extension: string
  size: number
  width: number | null
  height: number | null
  fileName: string | null
  capturedAt: Date | null
  place: [number, number] | null
  originPlace: [number, number] | null
  originCrs: string | null
  exifAt: Date | null
  exifPlace: [number, number] | null
  placeGapM: number | null
  doubts: MediaDoubt[]
  deviceId: string | null
}

/** Records an upload. The caller puts the bytes into the store before, and once more after if a purge took them meanwhile. */
export const recordFile = command(async (tx, file: NewFile, { actor, now }): Promise<{ id: string }> => {
  await sql`select pg_advisory_xact_lock_shared(${BYTES_LOCK}, hashtext(${file.sha256}))`.execute(tx)
  const id = newId(now.getTime())
  await tx
    .insertInto('media.file')
    .values({
      id,
      sha256: file.sha256,
      kind: file.kind,
      phase: file.phase,
      mime: file.mime,
      extension: file.extension,
      size_bytes: file.size,
      width: file.width,
      height: file.height,
      file_name: file.fileName,
      captured_at: file.capturedAt,
      place: pointText(file.place),
      origin_place: pointText(file.originPlace),
      origin_crs: file.originCrs,
      exif_at: file.exifAt,
      exif_place: pointText(file.exifPlace),
      place_gap_m: file.placeGapM,
      doubts: file.doubts,
      device_id: file.deviceId,
      uploader_id: actor.id,
      uploader_name: actor.name,
      uploaded_at: now,
      owner_type: null,
      owner_id: null,
      owner_label: null,
      owner_address: null,
      linked_at: null
    })
    .execute()
  return { id }
})

/** Files becoming evidence of a record. */
export interface LinkInput {
  ids: readonly string[]
  ownerType: string
  ownerId: string
  /** Written on the shown copies: the case number, and the address in words. */
  label: string
  address?: string | null
  /** Bytes that all pictures of the record may have together. */
  limitBytes: number
}

/** What a history must say about evidence so that it cannot be changed afterwards. */
export interface LinkedEvidence {
  id: string
  sha256: string
  phase: MediaPhase
}

/**
 * Makes files the evidence of a record; for good. Only who uploaded a file may link it. The same link again changes nothing.
 * Throws MEDIA_NOT_FOUND (also for somebody else's file), MEDIA_ALREADY_LINKED, MEDIA_OWNER_LIMIT.
 */
export const linkFiles = command(async (tx, input: LinkInput, { actor, now, emit }): Promise<LinkedEvidence[]> => {
  const ids = [...new Set(input.ids)]
  const files = await lockFiles(tx, ids)
  const mine = files.filter((file) => actor.system || file.uploader_id === actor.id)
  if (mine.length < ids.length) throw fault('MEDIA_NOT_FOUND', { ids: ids.filter((id) => !mine.some((file) => file.id === id)) })
  const fresh = files.filter((file) => file.owner_id === null)
  const elsewhere = files.find(
    (file) => file.owner_id !== null && (file.owner_id !== input.ownerId || file.owner_type !== input.ownerType)
  )
  if (elsewhere) throw fault('MEDIA_ALREADY_LINKED', { id: elsewhere.id })
  if (fresh.length > 0) {
    await keepWithinLimit(tx, input, fresh)
    await tx
      .updateTable('media.file')
      .set({
        owner_type: input.ownerType,
        owner_id: input.ownerId,
        owner_label: input.label,
        owner_address: input.address ?? null,
        linked_at: now
      })
      .where(
        'id',
        'in',
        fresh.map((file) => file.id)
      )
      .execute()
    emit('media.linked', { ids: fresh.map((file) => file.id), ownerType: input.ownerType, ownerId: input.ownerId })
  }
  return files.map(({ id, sha256, phase }) => ({ id, sha256, phase }))
})

async function lockFiles(tx: Tx, ids: readonly string[]): Promise<FileRow[]> {
  if (ids.length === 0) return []
  await tx.selectFrom('media.file').select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute()
  return findFiles(tx, ids)
}

async function keepWithinLimit(tx: Tx, { ownerType, ownerId, limitBytes }: LinkInput, fresh: readonly FileRow[]): Promise<void> {
  const { rows } = await sql<{ bytes: number }>`select coalesce(sum(size_bytes), 0)::bigint as bytes from media.file
    where owner_type = ${ownerType} and owner_id = ${ownerId} and kind = 'image'`.execute(tx)
  const added = fresh.filter((file) => file.kind === 'image').reduce((sum, file) => sum + Number(file.size_bytes), 0)
  if ((rows[0]?.bytes ?? 0) + added > limitBytes)
    throw fault('MEDIA_OWNER_LIMIT', { limitMb: Math.floor(limitBytes / 1024 / 1024) })
}

/** Removes a file that belongs to nothing, and its bytes when no other file has the same. False: it was linked meanwhile. */
export const purgeFile = command(async (tx, { id, store }: { id: string; store: MediaStore }, { emit }): Promise<boolean> => {
  const row = await tx.selectFrom('media.file').select(['sha256', 'owner_id']).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!row || row.owner_id !== null) return false
  await sql`select pg_advisory_xact_lock(${BYTES_LOCK}, hashtext(${row.sha256}))`.execute(tx)
  await tx.deleteFrom('media.file').where('id', '=', id).execute()
  // Under the lock nobody can begin to name these bytes. A crash before the commit leaves a row without bytes, purged next time.
  if (!(await isNamed(tx, row.sha256))) await store.remove(row.sha256)
  emit('media.purged', { id, sha256: row.sha256 })
  return true
})
