import { type Static, Type } from 'typebox'
import { Id, Instant, LngLat, Nullable, Words } from '../common/index.ts'
import { MEDIA_DOUBT_KEYS, MEDIA_KINDS, MEDIA_PHASE_KEYS } from './phases.ts'

export const Sha256Hex = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the original bytes, lower-case hex' })

/** The fields beside `file` in the multipart body of an upload, after numbers were read. */
export const UploadFields = Type.Object(
  {
    phase: Words(MEDIA_PHASE_KEYS),
    capturedAt: Type.Optional(Instant),
    lng: Type.Optional(Type.Number({ minimum: -180, maximum: 180 })),
    lat: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
    crs: Type.Optional(Words(['CGCS2000', 'WGS-84', 'GCJ-02', 'BD-09'])),
    sha256: Type.Optional(Sha256Hex),
    deviceId: Type.Optional(Type.String({ minLength: 1, maxLength: 100 }))
  },
  { additionalProperties: false }
)
export type UploadFields = Static<typeof UploadFields>

/** What the camera wrote into the file; its place is WGS-84, which is CGCS2000 to within centimetres. */
export const ExifFacts = Type.Object({ takenAt: Nullable(Instant), lng: Nullable(Type.Number()), lat: Nullable(Type.Number()) })
export type ExifFacts = Static<typeof ExifFacts>

/** One piece of evidence as its reader sees it. */
export const Evidence = Type.Object({
  id: Id,
  sha256: Sha256Hex,
  kind: Words(MEDIA_KINDS),
  phase: Words(MEDIA_PHASE_KEYS),
  mime: Type.String(),
  size: Type.Integer({ description: 'bytes' }),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer()),
  capturedAt: Nullable(Instant),
  place: Nullable(LngLat),
  exif: ExifFacts,
  placeGapM: Nullable(Type.Number({ description: 'metres between the place in the file and the place reported' })),
  doubts: Type.Array(Words(MEDIA_DOUBT_KEYS)),
  deviceId: Nullable(Type.String()),
  uploaderId: Id,
  uploaderName: Type.String(),
  uploadedAt: Instant,
  thumbnailUrl: Nullable(Type.String()),
  urls: Type.Object({ shown: Type.String(), original: Nullable(Type.String({ description: 'null without permission' })) })
})
export type Evidence = Static<typeof Evidence>

/** A picture before and one after handling, as the closing page shows them side by side. */
export const EvidencePair = Type.Object({
  before: Id,
  after: Id,
  distanceM: Nullable(Type.Number()),
  samePlace: Nullable(Type.Boolean({ description: 'null when either place is unknown' }))
})
export type EvidencePair = Static<typeof EvidencePair>
