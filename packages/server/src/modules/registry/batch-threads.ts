import { availableParallelism } from 'node:os'
import { setImmediate as turn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { newId } from '../../platform/ids.ts'
import type { GeoService } from '../geo/index.ts'
import type { BlockAnswer, BlockMessage, ThreadData } from './batch-thread.ts'
import { type BlockOrder, BlockReader, type BlockResult, type FileTask, idSeries } from './domain/batch/block.ts'
import { recordsOf } from './formats/csv.ts'
import type { LineBlock, RowBlock } from './formats/types.ts'

/** Files of fewer bytes are read in this thread: starting others takes longer. */
const WORTH_THREADS = 8 << 20
const MOST_THREADS = 8
/** Blocks a thread has before it: while one is worked on the next waits. */
const BEFORE = 2
/** Rows between two turns of the event loop: people who use the server meanwhile must not wait for it. */
const TURN_ROWS = 500
const YOUNG_MB = 48

type Block = RowBlock | LineBlock

/** Takes the blocks of one file. */
export interface BlockTaker {
  /** So many blocks may be underway. */
  readonly depth: number
  /** The block itself comes back with the result. */
  take(block: Block, order: BlockOrder): Promise<{ result: BlockResult; block: Block }>
  close(): Promise<void>
}

/** Threads for a large file, this one for a small one. */
export const blockTaker = (geo: GeoService, task: FileTask, encoding: 'utf-8' | 'gbk', sizeBytes: number): BlockTaker =>
  sizeBytes < WORTH_THREADS ? new Here(geo, task, encoding) : new Threads({ task, encoding, places: geo.share() })

/** The rows of a block, whichever way it came. */
export const cellsOf = (block: Block, encoding: 'utf-8' | 'gbk'): string[][] =>
  'bytes' in block ? recordsOf(block, encoding) : block.cells

class Here implements BlockTaker {
  readonly depth = 1
  readonly #reader: BlockReader
  readonly #encoding: 'utf-8' | 'gbk'

  constructor(geo: GeoService, task: FileTask, encoding: 'utf-8' | 'gbk') {
    this.#reader = new BlockReader(task, geo, idSeries(newId))
    this.#encoding = encoding
  }

  async take(block: Block, order: BlockOrder): Promise<{ result: BlockResult; block: Block }> {
    this.#reader.begin(order)
    const geometries = 'bytes' in block ? undefined : block.geometries
    for (const [i, cells] of cellsOf(block, this.#encoding).entries()) {
      if (i % TURN_ROWS === TURN_ROWS - 1) await turn()
      this.#reader.add(cells, geometries ? (geometries[i] ?? null) : undefined)
    }
    return { result: this.#reader.end(), block }
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

interface Waiting {
  block: Block
  done(answer: { result: BlockResult; block: Block }): void
  fail(error: Error): void
}

class Threads implements BlockTaker {
  readonly depth: number
  readonly #workers: { worker: Worker; waiting: Waiting[] }[]
  #broken: Error | null = null

  constructor(data: ThreadData) {
    const count = Math.max(1, Math.min(MOST_THREADS, availableParallelism()))
    this.depth = count * BEFORE
    this.#workers = Array.from({ length: count }, () => {
      const worker = new Worker(new URL('./batch-thread.ts', import.meta.url), {
        workerData: data,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB }
      })
      const waiting: Waiting[] = []
      worker.on('message', ({ result, lines }: BlockAnswer) => {
        const first = waiting.shift()
        if (!first) return
        const { block } = first
        first.done({ result, block: 'bytes' in block && lines ? { ...block, bytes: lines } : block })
      })
      worker.on('error', (error: Error) => this.#break(error))
      worker.on('exit', (code) => this.#break(new Error(`a thread of the import ended with ${code}`)))
      return { worker, waiting }
    })
  }

  take(block: Block, order: BlockOrder): Promise<{ result: BlockResult; block: Block }> {
    const next = this.#workers.reduce((a, b) => (b.waiting.length < a.waiting.length ? b : a))
    return new Promise((done, fail) => {
      if (this.#broken) {
        fail(this.#broken)
        return
      }
      next.waiting.push({ block, done, fail })
      const message: BlockMessage = { block, order }
      next.worker.postMessage(message, 'bytes' in block ? [block.bytes.buffer] : [])
    })
  }

  #break(error: Error): void {
    this.#broken ??= error
    for (const { waiting } of this.#workers) for (const { fail } of waiting.splice(0)) fail(this.#broken)
  }

  async close(): Promise<void> {
    this.#broken ??= new Error('the import has ended')
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()))
  }
}
