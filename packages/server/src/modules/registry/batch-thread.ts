/** Runs in a thread of its own: takes rows of a file block by block, on the places of the thread that started it. */
import { parentPort, workerData } from 'node:worker_threads'
import { newId } from '../../platform/ids.ts'
import { type PlaceData, placesFrom } from '../geo/index.ts'
import { type BlockOrder, BlockReader, type BlockResult, type FileTask, idSeries } from './domain/batch/block.ts'
import { recordsOf } from './formats/csv.ts'
import type { LineBlock, RowBlock } from './formats/types.ts'

/** A block with what is wanted of it. */
export interface BlockMessage {
  block: RowBlock | LineBlock
  order: BlockOrder
}

export interface ThreadData {
  task: FileTask
  encoding: 'utf-8' | 'gbk'
  places: PlaceData
}

/** `lines` goes back to whoever sent them. */
export interface BlockAnswer {
  result: BlockResult
  lines: Uint8Array<ArrayBuffer> | null
}

if (parentPort) {
  const port = parentPort
  const { task, encoding, places } = workerData as ThreadData
  const reader = new BlockReader(task, placesFrom(places), idSeries(newId))
  port.on('message', ({ block, order }: BlockMessage) => {
    reader.begin(order)
    if ('bytes' in block) for (const cells of recordsOf(block, encoding)) reader.add(cells, undefined)
    else
      for (const [i, cells] of block.cells.entries())
        reader.add(cells, block.geometries ? (block.geometries[i] ?? null) : undefined)
    const result = reader.end()
    const lines = 'bytes' in block ? block.bytes : null
    const answer: BlockAnswer = { result, lines }
    port.postMessage(answer, [result.packed.buffer, result.drafts.buffer, ...(lines ? [lines.buffer] : [])])
  })
}
