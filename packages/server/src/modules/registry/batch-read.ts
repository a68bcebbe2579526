import type { RegisterDeclaration } from '@chengyun/contract/registry'
import type { Db } from '../../platform/db.ts'
import { fileTask, Numbering, unitsByWord } from './batch-context.ts'
import { type BlockTaker, blockTaker, cellsOf } from './batch-threads.ts'
import type { sendPiece } from './commands/batch-stage.ts'
import { type BlockOrder, type BlockResult, countFaults, DRAFT, NO_CODE, type Refused, refusedRow } from './domain/batch/block.ts'
import { CrsWatch } from './domain/batch/suspicion.ts'
import type { RegistryEnv } from './env.ts'
import { readBlocks } from './formats/open.ts'
import type { LineBlock, RowBlock } from './formats/types.ts'
import { type BatchFileRecord, type BatchProgress, type BatchRecord, listSequences } from './queries/batches.ts'

/** A piece goes to the database when it has so many bytes or refused rows, or is so old. */
const PIECE_BYTES = 12 << 20
const PIECE_REFUSED = 2000
const PIECE_MS = 2000
/** So many refused rows are kept for the report; the others are only counted. */
export const KEPT_REFUSED = 200_000

type Send = Omit<Parameters<typeof sendPiece>[1], 'batchId'>
export interface ReadHooks {
  send(piece: Send): Promise<boolean>
  onProgress?: ((progress: BatchProgress) => void) | undefined
}

type Block = RowBlock | LineBlock
const rowsOf = (block: Block): number => ('bytes' in block ? block.rows : block.cells.length)

/** A file while it is read. */
interface Reading {
  file: BatchFileRecord
  taker: BlockTaker
  watch: CrsWatch | null
  /** Rows that were on the stage before, and those gone through by now. */
  done: number
  rows: number
  rejected: number
  /** Share of all files before this one, and of this one. */
  from: number
  part: number
}

/** Reads one batch: file after file from where the last piece ended. */
export class BatchReader {
  readonly #db: Db
  readonly #env: RegistryEnv
  readonly #d: RegisterDeclaration
  readonly #batch: BatchRecord
  readonly #hooks: ReadHooks
  readonly #progress: BatchProgress
  #numbering = new Numbering(new Map())
  #packed: Uint8Array[] = []
  #bytes = 0
  #refused: Refused[] = []
  #sent = performance.now()
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
    this.#numbering = new Numbering(await listSequences(this.#db, this.#batch.type_id), this.#progress.series)
    const total = files.reduce((sum, f) => sum + Number(f.size_bytes), 0)
    let before = 0
    for (const file of files) {
      const size = Number(file.size_bytes)
      if (!file.is_read) {
        const task = fileTask(this.#env, this.#d, this.#batch, file, units, now)
        const taker = blockTaker(this.#env.geo, task, file.encoding, size)
        const watch = file.crs === 'CGCS2000' || file.crs === 'WGS-84' ? new CrsWatch(locateIn(this.#env)) : null
        const reading = { file, taker, watch, done: Number(file.rows), rows: 0, rejected: Number(file.rejected) }
        try {
          if (!(await this.#file({ ...reading, from: before / total, part: size / total }))) return false
        } finally {
          await taker.close()
        }
      }
      before += size
    }
    return await this.#sending
  }

  get progress(): BatchProgress {
    return this.#progress
  }

  async #file(r: Reading): Promise<boolean> {
    const { file, taker, watch, done } = r
    const underway: { answer: ReturnType<BlockTaker['take']>; order: BlockOrder }[] = []
    // Rows that were handed out; the numbers of those that came back are in the progress.
    let [fileRows, rows] = [0, this.#progress.rows ?? 0]
    const settle = async (): Promise<boolean> => {
      const { answer, order } = underway.shift() as (typeof underway)[number]
      const { result, block } = await answer
      this.#absorb(r, result, order, block)
      const isDue =
        this.#bytes > PIECE_BYTES || this.#refused.length >= PIECE_REFUSED || performance.now() - this.#sent > PIECE_MS
      return r.rows <= done || !isDue || this.#flush(r, block.share)
    }
    try {
      for await (const block of readBlocks(
        file.path,
        file.format,
        { layer: file.layers[0], encoding: file.encoding },
        file.columns
      )) {
        const n = rowsOf(block)
        const skip = Math.max(0, Math.min(n, done - fileRows))
        // The watch sees rows on the stage again, so that its verdict is about the whole file.
        const watched = watch?.wants === true
        if (n > skip || watched) {
          const kept = (this.#progress.rejected ?? 0) < KEPT_REFUSED
          const order = { fileRows, rows, skip, watched, kept }
          const answer = taker.take(block, order)
          answer.catch(() => undefined)
          underway.push({ answer, order })
        }
        fileRows += n
        rows += n - skip
        r.rows = Math.max(r.rows, Math.min(fileRows, done))
        if (underway.length >= taker.depth && !(await settle())) return false
      }
      while (underway.length > 0) if (!(await settle())) return false
    } finally {
      await Promise.allSettled(underway.map((u) => u.answer))
    }
    const suspicion = watch?.verdict(file.no, file.crs)
    const p = this.#progress
    p.suspicions = [
      ...(p.suspicions ?? []).filter((s) => (s as { file: number }).file !== file.no),
      ...(suspicion ? [suspicion] : [])
    ]
    return await this.#flush(r, 1)
  }

  /** Takes up what came of a block; blocks come in the order of the file. */
  #absorb(r: Reading, result: BlockResult, order: BlockOrder, block: Block): void {
    const p = this.#progress
    for (const [lng, lat, claim, code] of result.watched) if (r.watch?.wants) r.watch.add([lng, lat], claim, code)
    const rows = rowsOf(block)
    r.rows = Math.max(r.rows, order.fileRows + rows)
    if (rows <= order.skip) return
    for (const [prefix, number] of result.highest) this.#numbering.saw(prefix, number)
    p.rows = (p.rows ?? 0) + rows - order.skip
    p.taken = (p.taken ?? 0) + result.taken
    p.blanked = (p.blanked ?? 0) + result.blanked
    p.outside = (p.outside ?? 0) + result.outside
    p.rejected = (p.rejected ?? 0) + result.rejected
    r.rejected += result.rejected
    const by = p.by ?? {}
    for (const [key, n] of Object.entries(result.by)) by[key] = (by[key] ?? 0) + n
    p.by = by
    const room = KEPT_REFUSED - (p.rejected - result.rejected)
    this.#refused.push(...(result.refused.length > room ? result.refused.slice(0, Math.max(0, room)) : result.refused))
    this.#packed.push(...this.#number(r, result, order, block))
    this.#bytes += result.packed.length
  }

  /** Writes codes into the rows that came without; those for which no number is left are taken out. */
  #number(r: Reading, { packed, drafts, series }: BlockResult, order: BlockOrder, block: Block): Uint8Array[] {
    const p = this.#progress
    const parts: Uint8Array[] = []
    let at = 0
    for (let k = 0; k < drafts.length; k += DRAFT) {
      const [i, from, to, digitsAt, s] = drafts.subarray(k, k + DRAFT) as unknown as [number, number, number, number, number]
      const { prefix, digits } = series[s] as BlockResult['series'][number]
      const number = this.#numbering.next(prefix, digits)
      if (number !== null) {
        p.coded = (p.coded ?? 0) + 1
        let rest = number
        for (let d = digits - 1; d >= 0; d--) {
          packed[digitsAt + d] = 48 + (rest % 10)
          rest = Math.floor(rest / 10)
        }
        continue
      }
      parts.push(packed.subarray(at, from))
      at = to
      p.taken = (p.taken ?? 0) - 1
      p.rejected = (p.rejected ?? 0) + 1
      r.rejected += 1
      countFaults(p.by ?? {}, [NO_CODE])
      const cells = cellsOf(block, r.file.encoding)[i] ?? []
      if (p.rejected <= KEPT_REFUSED) this.#refused.push(refusedRow(r.file.columns, order, i, [NO_CODE], cells, -1))
    }
    parts.push(packed.subarray(at))
    return parts.filter((part) => part.length > 0)
  }

  async #flush(r: Reading, share: number): Promise<boolean> {
    const p = this.#progress
    p.share = Math.min(1, r.from + r.part * share)
    p.series = this.#numbering.series
    this.#rate()
    const piece: Send = {
      fileNo: r.file.no,
      rows: this.#packed,
      refused: this.#refused,
      progress: { ...p, by: { ...p.by } },
      fileRows: r.rows,
      fileRejected: r.rejected
    }
    this.#packed = []
    this.#bytes = 0
    this.#refused = []
    this.#sent = performance.now()
    // One piece is on its way while the next is read.
    if (!(await this.#sending)) return false
    this.#sending = this.#hooks.send(piece)
    this.#sending.catch(() => undefined)
    this.#hooks.onProgress?.(p)
    return true
  }

  #rate(): void {
    const p = this.#progress
    const seconds = (performance.now() - this.#began) / 1000
    p.rowsPerS = Math.round(((p.rows ?? 0) - this.#beganRows) / Math.max(0.001, seconds))
    const share = p.share ?? 0
    p.etaS = share > 0.01 && this.#beganRows === 0 ? Math.round((seconds / share) * (1 - share)) : null
  }
}

const locateIn =
  ({ geo }: RegistryEnv) =>
  (lng: number, lat: number): string | null =>
    geo.gridAt({ lng, lat })
