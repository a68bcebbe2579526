import { BATCH_ERRORS, type FileMapping, type RegisterDeclaration } from '@chengyun/contract/registry'
import { SYSTEM } from '../../platform/actor.ts'
import type { Db } from '../../platform/db.ts'
import { AppError, thrower } from '../../platform/errors.ts'
import { batchFolder, forgetFiles } from './batch-files.ts'
import { BatchReader } from './batch-read.ts'
import { judgeCodes } from './commands/batch-check.ts'
import { compareBatch, isRegisterEmpty } from './commands/batch-compare.ts'
import { buildIndexes } from './commands/batch-indexes.ts'
import { analyzeRegister, noteProgress, publishBatch, settleChecked } from './commands/batch-publish.ts'
import { findTwins, judgeQuality } from './commands/batch-quality.ts'
import { type BatchClient, holdBatch, sendPiece } from './commands/batch-stage.ts'
import { failBatch } from './commands/batches.ts'
import { type RegistryEnv, registryEnv } from './env.ts'
import { BrokenFile } from './formats/types.ts'
import {
  type BatchFileRecord,
  type BatchProgress,
  type BatchRecord,
  findBatch,
  listBatchFiles,
  listRunning
} from './queries/batches.ts'
import { findType } from './queries/types.ts'

const fail = thrower(BATCH_ERRORS)

export interface RunOptions {
  onProgress?: ((progress: BatchProgress) => void) | undefined
  /** Aborted: the reading stops after the piece that is on its way, and goes on another time. */
  signal?: AbortSignal | undefined
}

/**
 * Goes on with a batch wherever it stands, unless another process is at it: reads, judges and compares it, or publishes it. A fault is written down with
 * the batch, which can be started again and goes on. Answers whether this process did the work.
 */
export function runBatch(db: Db, id: string, options: RunOptions = {}): Promise<boolean> {
  return holdBatch(db, id, async (client) => {
    try {
      await work(db, client, id, options)
    } catch (error) {
      const isOurs = await failBatch(db, SYSTEM, { id, ...faultOf(error) })
      // Of a batch that was cancelled the stage is gone: no wonder that the work on it broke off.
      if (isOurs && !(error instanceof AppError) && !(error instanceof BrokenFile)) throw error
    }
  })
}

function faultOf(error: unknown): { code: string; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  return {
    code: error instanceof BrokenFile ? 'BATCH_FILE_BROKEN' : 'INTERNAL',
    message: error instanceof Error ? error.message : String(error)
  }
}

async function work(db: Db, client: BatchClient, id: string, options: RunOptions): Promise<void> {
  const env = await registryEnv(db)
  const batch = await findBatch(db, id)
  const type = batch && (await findType(db, batch.type_id))
  if (!batch || !type) return
  if (batch.state === 'publishing') return publish(db, env, batch, options)
  if (batch.state !== 'reading' && batch.state !== 'read' && batch.state !== 'checking') return
  await env.geo.refresh()
  await check(db, client, env, batch, type.declaration, options)
}

async function publish(db: Db, env: RegistryEnv, batch: BatchRecord, { onProgress }: RunOptions): Promise<void> {
  const done = await publishBatch(db, SYSTEM_AS(batch), {
    env,
    id: batch.id,
    onProgress: (share) => onProgress?.({ phase: 'publishing', share })
  })
  if (done) await analyzeRegister(db, SYSTEM, { typeId: batch.type_id })
}

/** Who released a batch publishes it, also when another process does the work. */
const SYSTEM_AS = (batch: BatchRecord) => ({
  ...SYSTEM,
  id: batch.published_by ?? SYSTEM.id,
  name: batch.published_by_name ?? SYSTEM.name
})

async function check(
  db: Db,
  client: BatchClient,
  env: RegistryEnv,
  before: BatchRecord,
  d: RegisterDeclaration,
  { onProgress, signal }: RunOptions
): Promise<void> {
  const files = await listBatchFiles(db, before.id)
  const said = saidBy(files)
  const batch = { ...before, progress: { ...before.progress, said: said.names, filled: filledFor(d, said.names) } }
  if (before.state === 'reading') {
    const reader = new BatchReader(db, env, d, batch, {
      send: (piece) => (signal?.aborted ? Promise.resolve(false) : sendPiece(client, { batchId: batch.id, ...piece })),
      onProgress
    })
    try {
      if (!(await reader.run(files, new Date()))) return
    } catch (error) {
      if (error instanceof BrokenFile)
        throw fail('BATCH_FILE_BROKEN', { name: files.find((f) => !f.is_read)?.name ?? '', why: error.message })
      throw error
    }
    batch.progress = { ...reader.progress, said: said.names, filled: filledFor(d, said.names) }
  }
  const phase = async (name: 'checking' | 'comparing', share: number): Promise<boolean> => {
    Object.assign(batch.progress, { phase: name, share })
    onProgress?.(batch.progress)
    return noteProgress(db, SYSTEM, { id: batch.id, state: 'checking', progress: batch.progress })
  }
  if (!(await phase('checking', 0))) return
  const judged = await judgeCodes(db, SYSTEM, { batch, d })
  if (!(await phase('checking', 0.4))) return
  const indexes = (await isRegisterEmpty(db, batch)) ? buildIndexes(db, batch) : Promise.resolve()
  // Whoever waits for it hears of its fault; until then it is nobody's.
  indexes.catch(() => undefined)
  let found: Awaited<ReturnType<typeof compareBatch>>
  let quality: Awaited<ReturnType<typeof judgeQuality>>
  try {
    const twins = await findTwins(client, batch)
    quality = await judgeQuality(db, SYSTEM, { batch, d, twins })
    if (!(await phase('comparing', 0.8))) return
    found = await compareBatch(db, SYSTEM, { batch, d })
  } finally {
    await indexes.catch(() => undefined)
  }
  await indexes
  const { comparison, empty, seen } = found
  const lost = judged.sameCode + judged.usedCode + judged.existing
  const p = batch.progress
  const by = { ...p.by }
  for (const [rule, n] of Object.entries(judged)) if (n > 0) by[`${rule}|code`] = (by[`${rule}|code`] ?? 0) + n
  const progress: BatchProgress = {
    ...p,
    by,
    empty,
    seen,
    share: 1,
    rejected: (p.rejected ?? 0) + lost,
    taken: (p.taken ?? 0) - lost
  }
  quality.findings.sameCode = judged.sameCode
  const totals = {
    read: p.rows ?? 0,
    accepted: progress.taken ?? 0,
    rejected: progress.rejected ?? 0,
    blanked: p.blanked ?? 0,
    outside: p.outside ?? 0,
    coded: p.coded ?? 0
  }
  quality.rejectedShare = totals.read === 0 ? 0 : totals.rejected / totals.read
  await settleChecked(db, SYSTEM, { id: batch.id, progress, totals, quality, comparison })
  onProgress?.(progress)
}

/** What of an item the files of a batch speak of. */
function saidBy(files: readonly BatchFileRecord[]): { names: string[] } {
  const names = new Set<string>()
  for (const { mapping, geometry } of files) {
    const targets = [...(mapping as FileMapping).columns.map((c) => c.to), ...Object.keys(mapping.defaults ?? {})]
    for (const to of targets) if (to !== '-') names.add(to)
    if (geometry !== null || targets.includes('wkt') || targets.includes('lng')) names.add('place')
  }
  return { names: [...names] }
}

/** Attributes the platform fills in by itself. */
const filledFor = (d: RegisterDeclaration, said: readonly string[]): string[] =>
  d.attributes.some((a) => a.key === 'initialDate' && a.type === 'date') && !said.includes('attr.initialDate')
    ? ['initialDate']
    : []

/** Goes on with every batch whose process ended. Answers how many this process worked on. */
export async function resumeBatches(db: Db, dataDir: string): Promise<number> {
  let worked = 0
  for (const id of await listRunning(db)) {
    if (!(await runBatch(db, id))) continue
    worked += 1
    await tidyUp(db, dataDir, id)
  }
  return worked
}

/** Files of a batch that came to its end are not needed any more. */
async function tidyUp(db: Db, dataDir: string, id: string): Promise<void> {
  const batch = await findBatch(db, id)
  if (batch?.state === 'published' || batch?.state === 'cancelled') await forgetFiles(batchFolder(dataDir, id))
}

/** The batches this process works on. */
export class BatchRunner {
  readonly #db: Db
  readonly #dataDir: string
  readonly #log: (error: unknown) => void
  readonly #stop = new AbortController()
  readonly #running = new Set<Promise<unknown>>()

  constructor(db: Db, dataDir: string, log: (error: unknown) => void) {
    this.#db = db
    this.#dataDir = dataDir
    this.#log = log
  }

  /** Begins the work on a batch and does not wait for it. */
  start(id: string): void {
    const run: Promise<unknown> = runBatch(this.#db, id, { signal: this.#stop.signal })
      .then(() => tidyUp(this.#db, this.#dataDir, id))
      .catch(this.#log)
      .finally(() => this.#running.delete(run))
    this.#running.add(run)
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#running)
  }
}
