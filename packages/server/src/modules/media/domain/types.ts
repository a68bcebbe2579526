import type { MediaKind } from '@chengyun/contract/media'

/** What is taken, by the type that the bytes themselves show. HEIC counts when this machine can decode it. */
const TYPES: Readonly<Record<string, { kind: MediaKind; extension: string }>> = {
  'image/jpeg': { kind: 'image', extension: 'jpg' },
  'image/png': { kind: 'image', extension: 'png' },
  'image/webp': { kind: 'image', extension: 'webp' },
  'image/heic': { kind: 'image', extension: 'heic' },
  'image/heif': { kind: 'image', extension: 'heif' },
  'audio/mpeg': { kind: 'audio', extension: 'mp3' },
  'audio/x-m4a': { kind: 'audio', extension: 'm4a' },
  'audio/mp4': { kind: 'audio', extension: 'm4a' },
  'audio/ogg': { kind: 'audio', extension: 'ogg' },
  'audio/wav': { kind: 'audio', extension: 'wav' },
  'audio/webm': { kind: 'audio', extension: 'weba' },
  'audio/amr': { kind: 'audio', extension: 'amr' },
  'video/mp4': { kind: 'video', extension: 'mp4' },
  'video/webm': { kind: 'video', extension: 'webm' },
  'video/quicktime': { kind: 'video', extension: 'mov' },
  'application/pdf': { kind: 'document', extension: 'pdf' }
}

export interface FileType {
  kind: MediaKind
  mime: string
  extension: string
}

/** The type of a file that is taken, or `null`. `sniffed` may carry parameters (`audio/ogg; codecs=opus`). */
export function fileType(sniffed: string | undefined): FileType | null {
  const mime = (sniffed?.split(';')[0] ?? '').trim().replace('audio/vnd.wave', 'audio/wav')
  const type = Object.hasOwn(TYPES, mime) ? TYPES[mime] : undefined
  return type ? { ...type, mime } : null
}

const TRACKS: Readonly<Record<string, { sound: RegExp; picture: RegExp; as: string }>> = {
  'video/webm': { sound: /A_(OPUS|VORBIS|AAC|PCM)/, picture: /V_(VP8|VP9|AV1|MPEG|MJPEG|UNCOMPRESSED)/, as: 'audio/webm' },
  'video/mp4': { sound: /hdlr.{8}soun/s, picture: /hdlr.{8}vide/s, as: 'audio/mp4' }
}

/**
 * Browsers record speech into the containers of films: told by its first bytes it is one. A container whose tracks, declared in its head,
 * are sound alone is sound. `head`: the first bytes as Latin-1 text.
 */
export function withoutPicture(mime: string | undefined, head: string): string | undefined {
  const tracks = mime === undefined ? undefined : TRACKS[mime]
  return tracks?.sound.test(head) && !tracks.picture.test(head) ? tracks.as : mime
}
