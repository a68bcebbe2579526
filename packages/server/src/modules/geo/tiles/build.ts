/** Where a layer comes from: its file and what changed since, the database read here, or the database read by a worker. */
import { Worker } from 'node:worker_threads'
import type { Db } from '../../../platform/db.ts'
import { Layer } from '../domain/tiles/layer.ts'
import { Snapshot, SnapshotBuilder } from '../domain/tiles/snapshot.ts'
import {
  addressOfDatabase,
  copyLayer,
  eventsAfter,
  identityOfDatabase,
  keysSince,
  marksOfDatabase
} from '../queries/layer-rows.ts'
import { fileOfLayer, readSnapshot } from './file.ts'
import type { LayerSource } from './source.ts'
import type { BuildResult, BuildTask } from './worker.ts'

/** More events than this since the snapshot: reading everything is quicker. */
const MAX_EVENTS = 50_000

export interface Built {
  layer: Layer
  /** Transaction from which on changes may be missing. */
  xmin: string
}

/** The stored snapshot and the keys that changed since; null when there is none that serves, or more changed than `maxKeys`. */
export async function restoreLayer(
  db: Db,
  dataDir: string,
  source: LayerSource,
  maxKeys: number
): Promise<(Built & { keys: string[] }) | null> {
  const [identity, marks] = [await identityOfDatabase(db), await marksOfDatabase(db)]
  const found = await readSnapshot(
    fileOfLayer(dataDir, source.id),
    (stored) =>
      stored.layer === source.id &&
      stored.version === source.version &&
      stored.system === identity.system &&
      stored.database === identity.database &&
      // A database restored from a backup has not come so far yet.
      stored.eventSeq <= marks.eventSeq &&
      BigInt(stored.xmin) <= BigInt(marks.xmin)
  )
  if (!found) return null
  const { stored, snapshot } = found
  const layer = new Layer(snapshot)
  // Asked of every layer: that everything is different (a partition put in place) no row can tell.
  const events = await eventsAfter(db, stored.eventSeq, source.events, MAX_EVENTS)
  if (events === null) return null
  const keys = new Set<string>()
  for (const event of events) {
    const touch = source.touchedBy(event)
    if (touch === 'all') return null
    if (touch !== null && touch !== 'since') for (const key of touch.keys) keys.add(key)
  }
  if (source.queries.keysSince === null) return { layer, keys: [...keys], xmin: stored.xmin }
  const since = await keysSince(db, source.queries.keysSince, stored.xmin, maxKeys)
  return since.keys === null ? null : { layer, keys: [...new Set([...keys, ...since.keys])], xmin: since.marks.xmin }
}

/** Reads a small layer in this thread. */
export async function buildHere(db: Db, source: LayerSource): Promise<Built> {
  const builder = new SnapshotBuilder({ times: source.days !== null })
  const { xmin } = await copyLayer(db, source.queries, (row) => builder.add(row))
  return { layer: new Layer(builder.finish()), xmin }
}

/** Reads a layer in a worker, which stores it. `hold` is given the worker while it runs, then null. */
export async function buildInWorker(
  db: Db,
  dataDir: string,
  source: LayerSource,
  hold: (worker: Worker | null) => void
): Promise<Built & Pick<BuildResult, 'ms'>> {
  const task: BuildTask = {
    address: addressOfDatabase(db),
    layer: source.id,
    version: source.version,
    all: source.queries.all,
    times: source.days !== null,
    file: fileOfLayer(dataDir, source.id)
  }
  const result = await new Promise<BuildResult>((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: task })
    hold(worker)
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the worker of layer ${source.id} ended with ${code}`)))
  }).finally(() => hold(null))
  return { layer: new Layer(new Snapshot(result.block, result.header)), xmin: result.xmin, ms: result.ms }
}
