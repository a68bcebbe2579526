/** Runs in a thread of its own: reads a layer from the database, sorts it into shared memory, writes it to disk, and hands it over. */
import { parentPort, workerData } from 'node:worker_threads'
import { SnapshotBuilder, type SnapshotHeader } from '../domain/tiles/snapshot.ts'
import type { DatabaseIdentity, Marks } from '../queries/copy-rows.ts'
import { copyLayerFrom } from '../queries/layer-rows.ts'
import { writeSnapshot } from './file.ts'

export interface BuildTask {
  address: string
  layer: string
  version: string
  all: string
  times: boolean
  /** Where the snapshot is kept; null: nowhere. */
  file: string | null
}

export interface BuildResult extends Marks, DatabaseIdentity {
  header: SnapshotHeader
  block: SharedArrayBuffer
  /** Milliseconds of reading, sorting and writing. */
  ms: { read: number; sort: number; write: number }
}

async function run(task: BuildTask): Promise<BuildResult> {
  const began = performance.now()
  const builder = new SnapshotBuilder({ times: task.times })
  const marks = await copyLayerFrom(task.address, task.all, (row) => builder.add(row))
  const read = performance.now()
  const { header, block } = builder.finish()
  const sorted = performance.now()
  if (task.file) await writeSnapshot(task.file, { ...marks, layer: task.layer, version: task.version, header }, block)
  return {
    ...marks,
    header,
    block,
    ms: { read: read - began, sort: sorted - read, write: performance.now() - sorted }
  }
}

if (parentPort) parentPort.postMessage(await run(workerData as BuildTask))
