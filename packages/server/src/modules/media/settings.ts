import { type Static, Type } from 'typebox'

const mb = (fallback: number, description: string) => Type.Integer({ minimum: 1, maximum: 2000, default: fallback, description })

/** Settings of files and evidence. */
export const MediaSettings = Type.Object({
  CHENGYUN_MEDIA_IMAGE_MB: mb(10, 'Largest picture, in MB.'),
  CHENGYUN_MEDIA_AUDIO_MB: mb(20, 'Largest sound file, in MB.'),
  CHENGYUN_MEDIA_VIDEO_MB: mb(100, 'Largest video, in MB.'),
  CHENGYUN_MEDIA_DOCUMENT_MB: mb(20, 'Largest PDF, in MB.'),
  CHENGYUN_MEDIA_CASE_MB: mb(50, 'All pictures of one case together, in MB.'),
  CHENGYUN_MEDIA_PLACE_GAP_M: Type.Integer({
    minimum: 10,
    maximum: 100_000,
    default: 200,
    description: 'A picture whose own place is farther than this from the reported one is marked doubtful, in metres.'
  }),
  CHENGYUN_MEDIA_PAIR_M: Type.Integer({
    minimum: 1,
    maximum: 10_000,
    default: 30,
    description: 'Pictures before and after handling count as the same place up to this distance, in metres.'
  }),
  CHENGYUN_MEDIA_ORPHAN_HOURS: Type.Integer({
    minimum: 1,
    maximum: 8760,
    default: 48,
    description: 'A file that belongs to nothing for so long is removed.'
  }),
  CHENGYUN_MEDIA_TIME_ZONE: Type.String({
    default: 'Asia/Shanghai',
    maxLength: 60,
    description: 'Zone of cameras that write no offset, and of the time in the watermark.'
  }),
  CHENGYUN_MEDIA_SCAN_COMMAND: Type.Optional(
    Type.String({
      maxLength: 1000,
      description:
        'Program that scans each upload; {file} stands for the path. Exit 0: clean, 1: refuse, else: not available. Run without a shell.'
    })
  ),
  S3_ENDPOINT: Type.Optional(
    Type.String({
      pattern: '^https?://',
      maxLength: 500,
      description: 'S3-compatible store for originals. Without it they lie in CHENGYUN_DATA/media.'
    })
  ),
  S3_BUCKET: Type.Optional(
    Type.String({ pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$', description: 'Bucket of the S3 store; it must exist.' })
  ),
  S3_REGION: Type.String({ default: 'us-east-1', maxLength: 60, description: 'Region of the S3 store.' }),
  S3_KEY: Type.Optional(Type.String({ maxLength: 200, description: 'Access key of the S3 store.' })),
  S3_SECRET: Type.Optional(Type.String({ maxLength: 500, secret: true, description: 'Secret key of the S3 store.' }))
})
export type MediaSettings = Static<typeof MediaSettings> & { CHENGYUN_DATA: string }
