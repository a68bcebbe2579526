import type { FieldKind } from '@chengyun/contract/field'
import { sha256Of } from './device.ts'
import { chainOf } from './queue.ts'
import type { SyncStore } from './store.ts'
import type { NewOperation, NewPhoto, StoredOperation, StoredPhoto } from './types.ts'

const KEPT_DONE_MS = 3 * 86_400_000

/** Waits for a person: nothing more happens with it by itself. */
export const isStuck = (o: StoredOperation): boolean => o.state === 'conflict' || o.state === 'refused'

/** The operation log in memory over the one on the disk: what is written is on the disk first. */
export class OperationLog {
  readonly store: SyncStore
  readonly #changed: () => void
  #operations: StoredOperation[] = []
  #seq = 0

  constructor(store: SyncStore, changed: () => void) {
    this.store = store
    this.#changed = changed
  }

  /** All of them in the order of being done. */
  get all(): readonly StoredOperation[] {
    return this.#operations
  }

  find(key: string): StoredOperation | undefined {
    return this.#operations.find((o) => o.key === key)
  }

  async load(): Promise<void> {
    const read = await this.store.operations()
    // What was done on this page while the log was being read is newer than all of it.
    const last = read.at(-1)?.seq ?? 0
    const known = new Set(read.map((o) => o.key))
    this.#operations = [...read, ...this.#operations.filter((o) => o.seq > last && !known.has(o.key))]
    this.#seq = Math.max(this.#seq, last)
    this.#changed()
  }

  /** Keeps a new operation with its photos. @throws StorageFullError */
  async add<K extends FieldKind>(wanted: NewOperation<K>, now: number): Promise<StoredOperation> {
    const key = crypto.randomUUID()
    const input = wanted.input as Record<string, unknown>
    const capturedAt = wanted.capturedAt ?? new Date(now).toISOString()
    this.#seq += 1
    const seq = this.#seq
    // A case is known by the key of its report as long as that is in the log: steps before and after it became a case are one chain.
    const report =
      wanted.kind === 'move' ? this.#operations.find((o) => o.result?.caseId === input.caseId && o.kind === 'report') : null
    const chain = report?.chain ?? chainOf(wanted.kind, key, input)
    const before = this.#operations.findLast((o) => o.chain === chain)
    const photos = await makePhotos(key, wanted.photos ?? [], capturedAt)
    const operation: StoredOperation = {
      seq,
      key,
      kind: wanted.kind,
      input,
      capturedAt,
      place: wanted.place ?? null,
      accuracyM: wanted.accuracyM ?? null,
      version: wanted.version ?? null,
      chain,
      follows: wanted.kind === 'move' ? (before?.key ?? null) : null,
      photoIds: photos.map((p) => p.id),
      state: 'queued',
      attempts: 0,
      reuploads: 0,
      notBefore: 0,
      error: null,
      result: null,
      current: null,
      doneAt: null
    }
    await this.store.add(operation, photos)
    if (!this.find(key)) this.#operations.push(operation)
    this.#operations.sort((a, b) => a.seq - b.seq)
    this.#changed()
    return operation
  }

  /** Puts a stuck operation back into the queue, on the case as it stands now, perhaps with another input and more photos. */
  async requeue(o: StoredOperation, input: Record<string, unknown> | null, more: readonly NewPhoto[]): Promise<void> {
    const photos = await makePhotos(o.key, more, o.capturedAt)
    const next: StoredOperation = {
      ...o,
      input: input ?? o.input,
      version: o.current?.version ?? o.version,
      follows: null,
      photoIds: [...o.photoIds, ...photos.map((p) => p.id)],
      state: 'queued',
      attempts: 0,
      reuploads: 0,
      notBefore: 0,
      error: null,
      current: null
    }
    await this.store.add(next, photos)
    this.#replace(next)
    this.#changed()
  }

  async write(operations: readonly StoredOperation[]): Promise<void> {
    await this.store.put(operations)
    for (const o of operations) this.#replace(o)
    this.#changed()
  }

  /** The server has it: photos are let go; the case of a report is known by its key. */
  async finish(done: StoredOperation): Promise<void> {
    const isReport = done.kind === 'report' || done.kind === 'selfHandle'
    await this.store.finish(done, isReport ? (done.result?.caseId ?? null) : null)
    this.#replace(done)
    this.#changed()
  }

  /** Gives an operation up. Steps of a report that will never be a case are refused with it. */
  async giveUp(o: StoredOperation): Promise<void> {
    await this.store.remove(o)
    this.#operations = this.#operations.filter((x) => x.key !== o.key)
    const error = { code: 'FIELD_REPORT_GIVEN_UP', message: 'The report was given up' }
    const isReport = o.kind === 'report' || o.kind === 'selfHandle'
    const lost = isReport ? this.#operations.filter((x) => x.chain === o.chain && x.state !== 'done') : []
    await this.write(lost.map((x) => ({ ...x, state: 'refused', error })))
  }

  /** Lets go what has been done for three days. */
  async forgetOld(now: number): Promise<void> {
    const old = this.#operations.filter((o) => o.doneAt !== null && Date.parse(o.doneAt) < now - KEPT_DONE_MS)
    for (const o of old) await this.store.remove(o)
    if (old.length > 0) this.#operations = this.#operations.filter((o) => !old.includes(o))
  }

  #replace(o: StoredOperation): void {
    const at = this.#operations.findIndex((x) => x.key === o.key)
    if (at >= 0) this.#operations[at] = o
    else this.#operations.push(o)
  }
}

const makePhotos = (key: string, wanted: readonly NewPhoto[], capturedAt: string): Promise<StoredPhoto[]> =>
  Promise.all(
    wanted.map(async (p) => ({
      id: crypto.randomUUID(),
      key,
      phase: p.phase,
      sha256: p.sha256 ?? (await sha256Of(p.blob)),
      blob: p.blob,
      capturedAt: p.capturedAt ?? capturedAt,
      place: p.place ?? null,
      tried: false,
      uploadUrl: null,
      evidenceId: null
    }))
  )
