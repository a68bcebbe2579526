import type { RegisterDeclaration } from '@chengyun/contract/registry'
import type { Db } from '../../platform/db.ts'
import { Ids, Numbering, rowContext, unitsByWord } from './batch-context.ts'
import { type Refused, StageRows, type sendPiece } from './commands/batch-stage.ts'
import { compileRows, type RowReader } from './domain/batch/row.ts'
import type { RowFault } from './domain/batch/row-faults.ts'
import { CrsWatch } from './domain/batch/suspicion.ts'
import { faultOf } from './domain/check-item.ts'
import type { RegistryEnv } from './env.ts'
import { readBlocks } from './formats/open.ts'
import { type BatchFileRecord, type BatchProgress, type BatchRecord, listSequences } from './queries/batches.ts'

/** A piece goes to the database when it has so many bytes or refused rows. */
const PIECE_BYTES = 6 << 20
const PIECE_REFUSED = 2000
/** So many refused rows are kept for the report; the others are only counted. */
export const KEPT_REFUSED = 200_000
/** Rows between two turns of the event loop: people who use the server meanwhile must not wait for it. */
const TURN_ROWS = 500

export interface ReadHooks {
  send(piece: Omit<Parameters<typeof sendPiece>[1], 'batchId'>): Promise<boolean>
  onProgress?: ((progress: BatchProgress) => void) | undefined
}

/** Reads one batch: file after file from where the last piece ended. */
export class BatchReader {
  readonly #db: Db
  readonly #env: RegistryEnv
  readonly #d: RegisterDeclaration
  readonly #batch: BatchRecord
  readonly #hooks: ReadHooks
  readonly #progress: BatchProgress
  readonly #ids = new Ids()
  #rows = new StageRows()
  #refused: Refused[] = []
  #sending: Promise<boolean> = Promise.resolve(true)
  #began = performance.now()
  #beganRows = 0

  constructor(db: Db, env: RegistryEnv, d: RegisterDeclaration, batch: BatchRecord, hooks: ReadHooks) {
    this.#db = db
    this.#env = env
    this.#d = d
    this.#batch = batch
    this.#hooks = hooks
    this.#progress = {
      rows: 0,
      taken: 0,
      rejected: 0,
      blanked: 0,
      outside: 0,
      coded: 0,
      by: {},
      suspicions: [],
      ...batch.progress,
      phase: 'reading'
    }
    this.#beganRows = this.#progress.rows ?? 0
  }

  /** Answers false when the batch was cancelled meanwhile. Throws BrokenFile. */
  async run(files: readonly BatchFileRecord[], now: Date): Promise<boolean> {
    const units = await unitsByWord(this.#db)
    const numbering = new Numbering(this.#d, await listSequences(this.#db, this.#batch.type_id), this.#progress.series)
    const total = files.reduce((sum, f) => sum + Number(f.size_bytes), 0)
    let before = 0
    for (const file of files) {
      if (!(await this.#file(file, { units, numbering, now, from: before / total, part: Number(file.size_bytes) / total })))
        return false
      before += Number(file.size_bytes)
    }
    return await this.#sending
  }

  get progress(): BatchProgress {
    return this.#progress
  }

  async #file(
    file: BatchFileRecord,
    {
      units,
      numbering,
      now,
      from,
      part
    }: { units: ReadonlyMap<string, string>; numbering: Numbering; now: Date; from: number; part: number }
  ): Promise<boolean> {
    if (file.is_read) return true
    const p = this.#progress
    const place = { lng: 0, lat: 0, code: null as string | null, seen: false }
    const context = rowContext(this.#env, this.#d, this.#batch, file, units, now, (lng, lat, code) =>
      Object.assign(place, { lng, lat, code, seen: true })
    )
    const read = compileRows(context)
    const watch = file.crs === 'CGCS2000' || file.crs === 'WGS-84' ? new CrsWatch(quietLocate(this.#env)) : null
    const claimAt = file.columns.indexOf(file.mapping.columns.find((c) => c.to === 'declaredGrid')?.column ?? '\0')
    const codeAt = file.columns.indexOf(file.mapping.columns.find((c) => c.to === 'code')?.column ?? '\0')
    const done = Number(file.rows)
    let fileRows = 0
    let fileRejected = Number(file.rejected)
    const flush = async (share: number): Promise<boolean> => {
      p.share = Math.min(1, from + part * share)
      p.series = numbering.series
      this.#rate()
      const piece = {
        fileNo: file.no,
        rows: this.#rows.take(),
        refused: this.#refused,
        progress: { ...p, by: { ...p.by } },
        fileRows,
        fileRejected
      }
      this.#refused = []
      // One piece is on its way while the next is read.
      if (!(await this.#sending)) return false
      this.#sending = this.#hooks.send(piece)
      this.#sending.catch(() => undefined)
      this.#hooks.onProgress?.(p)
      return true
    }

    const layer = file.layers[0]
    for await (const block of readBlocks(file.path, file.format, { layer, encoding: file.encoding }, file.columns)) {
      for (let i = 0; i < block.cells.length; i++) {
        fileRows += 1
        if (fileRows <= done) {
          // The watch sees them again, so that its verdict is about the whole file.
          if (!watch?.wants) continue
        }
        const cells = block.cells[i] as string[]
        place.seen = false
        const result = this.#take(read, cells, block.geometries ? (block.geometries[i] ?? null) : undefined)
        if (watch?.wants && place.seen)
          watch.add([place.lng, place.lat], claimAt < 0 ? null : (cells[claimAt] ?? '').trim(), place.code)
        if (fileRows <= done) continue
        p.rows = (p.rows ?? 0) + 1
        const faults = Array.isArray(result) ? result : this.#keep(result, numbering, p.rows)
        if (faults) {
          fileRejected += 1
          this.#refuse(faults, cells, file, fileRows, codeAt < 0 ? null : (cells[codeAt] ?? null))
        }
        if (p.rows % TURN_ROWS === 0) await new Promise((resolve) => setImmediate(resolve))
        if ((this.#rows.bytes > PIECE_BYTES || this.#refused.length >= PIECE_REFUSED) && !(await flush(block.share))) return false
      }
    }
    const suspicion = watch?.verdict(file.no, file.crs)
    p.suspicions = [
      ...(p.suspicions ?? []).filter((s) => (s as { file: number }).file !== file.no),
      ...(suspicion ? [suspicion] : [])
    ]
    return await flush(1)
  }

  #take(read: RowReader, cells: string[], geometry: Parameters<RowReader>[1]) {
    return read(cells, geometry)
  }

  /** Puts a row on the stage; answers what is wrong when no code can be given. */
  #keep(row: Exclude<ReturnType<RowReader>, RowFault[]>, numbering: Numbering, rowNo: number): RowFault[] | null {
    const p = this.#progress
    let code = row.code
    if (code === null) {
      code = numbering.next(row.grid_code?.slice(0, 6) ?? '', row.class_code)
      if (code === null) return [faultOf('code', { zh: '编码', en: 'The code' }, 'code')]
      p.coded = (p.coded ?? 0) + 1
    } else numbering.saw(code)
    this.#rows.add(row, this.#ids.next(), code, rowNo)
    p.taken = (p.taken ?? 0) + 1
    if (row.blanked > 0) p.blanked = (p.blanked ?? 0) + row.blanked
    if (row.lng !== null && row.grid_code === null) p.outside = (p.outside ?? 0) + 1
    return null
  }

  #refuse(
    faults: readonly RowFault[],
    cells: readonly string[],
    file: BatchFileRecord,
    fileRow: number,
    code: string | null
  ): void {
    const p = this.#progress
    p.rejected = (p.rejected ?? 0) + 1
    const by = p.by ?? {}
    for (const { rule, field } of faults) by[`${rule}|${field}`] = (by[`${rule}|${field}`] ?? 0) + 1
    p.by = by
    if (p.rejected > KEPT_REFUSED) return
    this.#refused.push({
      rowNo: p.rows ?? 0,
      fileRow,
      code: code === '' ? null : code,
      reasons: faults.slice(0, 20),
      fields: Object.fromEntries(file.columns.map((c, i) => [c, (cells[i] ?? '').slice(0, 300)]))
    })
  }

  #rate(): void {
    const p = this.#progress
    const seconds = (performance.now() - this.#began) / 1000
    p.rowsPerS = Math.round(((p.rows ?? 0) - this.#beganRows) / Math.max(0.001, seconds))
    const share = p.share ?? 0
    p.etaS = share > 0.01 && this.#beganRows === 0 ? Math.round((seconds / share) * (1 - share)) : null
  }
}

const quietLocate =
  ({ geo }: RegistryEnv) =>
  (lng: number, lat: number): string | null =>
    geo.locate({ lng, lat })?.gridCode ?? geo.districtAt({ lng, lat })?.code ?? null
