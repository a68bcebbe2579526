import { BinaryRows, uuidBytes } from './copy-rows.ts'
import type { TakenRow } from './row.ts'

/** The table that holds the rows of a batch until they are published. */
export const stageTable = (batchId: string): string => `registry.stage_${batchId.replaceAll('-', '')}`

/** Columns that only the stage has; they go before it becomes a partition. */
export const STAGE_ONLY = ['row_no', 'made', 'declared'] as const

/** The columns of a row as StageRows writes them. */
export const STAGE_COLUMNS = [
  'id',
  'code',
  'class_code',
  'name',
  'status',
  'lng',
  'lat',
  'shape',
  'grid_code',
  'address',
  'authority_id',
  'owner_id',
  'maintainer_id',
  'attributes',
  'terms',
  ...STAGE_ONLY
] as const

/** Where a row lies among those written, and where its code begins. */
export interface RowPlace {
  from: number
  to: number
  codeAt: number
}

/** Rows for the stage, one after another. */
export class StageRows {
  readonly #rows = new BinaryRows()

  get bytes(): number {
    return this.#rows.bytes
  }

  /** Writes a row; answers where. */
  add(row: TakenRow, id: Uint8Array, code: string, rowNo: number): RowPlace {
    const out = this.#rows
    const from = out.bytes
    out.begin(STAGE_COLUMNS.length)
    out.uuid(id)
    const codeAt = out.bytes + 4
    out.text(code)
    out.text(row.class_code)
    out.text(row.name)
    out.text(row.status)
    out.float8(row.lng)
    out.float8(row.lat)
    out.bytea(row.shape)
    out.text(row.grid_code)
    out.text(row.address)
    for (const unit of [row.authority, row.owner, row.maintainer]) out.uuid(unit === null ? null : uuidBytes(unit))
    out.jsonb(JSON.stringify(row.attributes))
    out.int4s(row.terms)
    out.int4(rowNo)
    out.bool(row.code === null)
    out.text(row.declared)
    return { from, to: out.bytes, codeAt }
  }

  take(): Buffer<ArrayBuffer> {
    return this.#rows.take()
  }
}
