import type { MediaPhase } from '@chengyun/contract/media'
import { freshFix } from '../app/position.ts'
import type { Place } from '../map/project.ts'
import { sha256Of } from '../sync/index.ts'

/** A file taken on this phone with what was known at that moment. */
export interface Shot {
  id: string
  phase: MediaPhase
  blob: Blob
  /** SHA-256 of the bytes, lower-case hex, taken at capture. */
  sha256: string
  /** Device clock. */
  capturedAt: string
  place: Place | null
  accuracyM: number | null
}

const MB = 1024 * 1024
/** What the server takes of each sort, in bytes; what is larger is said at once and not after an hour of sending. */
export const LARGEST_BYTES = { image: 10 * MB, audio: 20 * MB, video: 100 * MB } as const
const SMALLER_EDGE_PX = 4096

/** The file itself or, of a picture too large to be taken, a smaller one made before it becomes evidence. */
export async function fitting(file: Blob): Promise<Blob> {
  if (!file.type.startsWith('image/') || file.size <= LARGEST_BYTES.image) return file
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, SMALLER_EDGE_PX / Math.max(picture.width, picture.height))
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale))
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
}

/** The sort of a file by its type. */
export const sortOf = (file: Blob): keyof typeof LARGEST_BYTES =>
  file.type.startsWith('video/') ? 'video' : file.type.startsWith('audio/') ? 'audio' : 'image'

/** Makes evidence of a file: time, place and hash are fixed now and never again. */
export async function takeShot(blob: Blob, phase: MediaPhase): Promise<Shot> {
  const fix = freshFix()
  const capturedAt = new Date().toISOString()
  return {
    id: crypto.randomUUID(),
    phase,
    blob,
    sha256: await sha256Of(blob),
    capturedAt,
    place: fix?.place ?? null,
    accuracyM: fix?.accuracyM ?? null
  }
}
