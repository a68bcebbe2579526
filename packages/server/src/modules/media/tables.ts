import type { MediaDoubt, MediaKind, MediaPhase } from '@chengyun/contract/media'
import type { ColumnType, Generated } from 'kysely'

/** A `point` column: written as `(lng,lat)`, read by `pg` as `{x, y}`. */
type PointColumn = ColumnType<{ x: number; y: number } | null, string | null, never>

export interface FileTable {
  id: string
  sha256: string
  kind: MediaKind
  phase: MediaPhase
  mime: string
  extension: string
  size_bytes: number
  width: number | null
  height: number | null
  file_name: string | null
  captured_at: Date | null
  place: PointColumn
  origin_place: PointColumn
  origin_crs: string | null
  exif_at: Date | null
  exif_place: PointColumn
  place_gap_m: number | null
  doubts: Generated<MediaDoubt[]>
  device_id: string | null
  uploader_id: string
  uploader_name: string
  uploaded_at: Date
  owner_type: string | null
  owner_id: string | null
  owner_label: string | null
  owner_address: string | null
  linked_at: Date | null
}

declare module '../../platform/db.ts' {
  interface Tables {
    'media.file': FileTable
    'media.pub_file': Pick<
      FileTable,
      | 'id'
      | 'sha256'
      | 'kind'
      | 'phase'
      | 'mime'
      | 'size_bytes'
      | 'captured_at'
      | 'uploader_id'
      | 'uploaded_at'
      | 'owner_type'
      | 'owner_id'
      | 'linked_at'
    >
  }
}
