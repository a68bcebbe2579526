import type { Evidence } from '@chengyun/contract/media'
import type { Actor } from '../../platform/actor.ts'
import { placeOfPoint } from './place.ts'
import { mayReadOriginal } from './policy.ts'
import type { FileRow } from './queries.ts'

/** A row as its reader sees it. */
export function presentEvidence(row: FileRow, actor: Actor): Evidence {
  const url = `/api/media/${row.id}`
  const camera = placeOfPoint(row.exif_place)
  return {
    id: row.id,
    sha256: row.sha256,
    kind: row.kind,
    phase: row.phase,
    mime: row.mime,
    size: Number(row.size_bytes),
    width: row.width,
    height: row.height,
    capturedAt: row.captured_at?.toISOString() ?? null,
    place: placeOfPoint(row.place),
    exif: { takenAt: row.exif_at?.toISOString() ?? null, lng: camera?.[0] ?? null, lat: camera?.[1] ?? null },
    placeGapM: row.place_gap_m === null ? null : Math.round(row.place_gap_m * 10) / 10,
    doubts: row.doubts,
    deviceId: row.device_id,
    uploaderId: row.uploader_id,
    uploaderName: row.uploader_name,
    uploadedAt: row.uploaded_at.toISOString(),
    thumbnailUrl: row.kind === 'image' ? `${url}/thumb` : null,
    urls: { shown: `${url}/shown`, original: mayReadOriginal(actor, row) ? `${url}/original` : null }
  }
}
