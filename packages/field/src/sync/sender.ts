import type { FieldAnswer, FieldAnswers } from '@chengyun/contract/field'
import type { OperationLog } from './log.ts'
import { backoffMs } from './queue.ts'
import type { StoredOperation, StoredPhoto } from './types.ts'
import { LineError, RefusedError, type Wire } from './wire.ts'

/** The server may lose photos that waited too long for their operation; so often they are sent again. */
const MOST_REUPLOADS = 3
const LOST_PHOTOS = ['CASE_EVIDENCE_UNKNOWN', 'MEDIA_NOT_FOUND']

interface SenderOptions {
  deviceId: string
  clock: () => number
  /** Hears of every photo that has arrived. */
  arrived: () => void
  stop: AbortSignal
}

/** Brings operations to the server: first their photos, then themselves. Rejects with LineError or SignedOutError, to be tried again. */
export class Sender {
  readonly #log: OperationLog
  readonly #wire: Wire
  readonly #deviceId: string
  readonly #now: () => number
  readonly #arrived: () => void
  readonly #stop: AbortSignal
  /** How many photos of an operation have arrived. */
  readonly photosSent = new Map<string, number>()
  /** As of the last answer; null before. */
  driftMs: number | null = null

  constructor(log: OperationLog, wire: Wire, { deviceId, clock, arrived, stop }: SenderOptions) {
    this.#log = log
    this.#wire = wire
    this.#deviceId = deviceId
    this.#now = clock
    this.#arrived = arrived
    this.#stop = stop
  }

  /** Sends the photos of an operation. False: one of them was refused, and the operation with it. */
  async sendPhotos(operation: StoredOperation): Promise<boolean> {
    if (operation.photoIds.length === 0) return true
    if (operation.state === 'queued') await this.#log.write([{ ...operation, state: 'uploading' }])
    const photos = await this.#log.store.photosOf(operation.key)
    let arrived = photos.filter((p) => p.evidenceId !== null).length
    this.photosSent.set(operation.key, arrived)
    for (const photo of photos.filter((p) => p.evidenceId === null)) {
      try {
        await this.#sendPhoto(photo)
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error
        await this.#log.write([{ ...operation, state: 'refused', error: error.error }])
        return false
      }
      arrived += 1
      this.photosSent.set(operation.key, arrived)
      this.#arrived()
    }
    return true
  }

  async #sendPhoto(photo: StoredPhoto): Promise<void> {
    let evidenceId = photo.tried ? await this.#wire.evidenceOf(photo) : null
    if (evidenceId === null) {
      let begun: StoredPhoto = { ...photo, tried: true }
      if (!photo.tried) await this.#log.store.putPhoto(begun)
      try {
        evidenceId = await this.#wire.upload(begun, async (uploadUrl) => {
          begun = { ...begun, uploadUrl }
          await this.#log.store.putPhoto(begun)
        })
        evidenceId ??= await this.#wire.evidenceOf(begun)
        if (evidenceId === null) throw new LineError('the upload arrived and is not evidence yet')
      } catch (error) {
        // Begun anew the next time when the old address led nowhere.
        if (photo.uploadUrl !== null && !this.#stop.aborted) await this.#log.store.putPhoto({ ...begun, uploadUrl: null })
        throw error
      }
    }
    await this.#log.store.putPhoto({ ...photo, tried: true, uploadUrl: null, evidenceId })
  }

  async send(some: readonly StoredOperation[]): Promise<void> {
    const bodies: object[] = []
    for (const operation of some) bodies.push(await this.#bodyOf(operation))
    await this.#log.write(some.map((o) => ({ ...o, state: 'sent', attempts: o.attempts + 1 })))
    const began = this.#now()
    let answers: FieldAnswers
    try {
      answers = await this.#wire.json<FieldAnswers>('POST', '/api/field/operations', {
        deviceId: this.#deviceId,
        operations: bodies
      })
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      // One of them cannot even be read: each by itself, so that it does not hold up the others.
      if (some.length > 1) for (const one of some) await this.send([this.#log.find(one.key) ?? one])
      else await this.#log.write(some.map((o) => ({ ...o, state: 'refused', error: error.error })))
      return
    }
    const driftMs = Math.round((began + this.#now()) / 2 - Date.parse(answers.serverTime))
    await this.#log.store.keep({ driftMs })
    this.driftMs = driftMs
    for (const answer of answers.answers) await this.#take(answer)
  }

  async #bodyOf(o: StoredOperation): Promise<object> {
    const photos = await this.#log.store.photosOf(o.key)
    const byId = new Map(photos.map((p) => [p.id, p.evidenceId]))
    const evidenceIds = [
      ...((o.input.evidenceIds as string[] | undefined) ?? []),
      ...o.photoIds.flatMap((id) => byId.get(id) ?? [])
    ]
    const caseId = o.kind === 'move' ? ((await this.#log.store.caseOf(String(o.input.caseId))) ?? o.input.caseId) : undefined
    const before = o.follows === null ? undefined : this.#log.find(o.follows)
    // What the person saw may be older than what he did himself since: nobody contradicts himself.
    const version = Math.max(o.version ?? 0, before?.result?.version ?? 0) || null
    return {
      key: o.key,
      kind: o.kind,
      capturedAt: o.capturedAt,
      sentAt: new Date(this.#now()).toISOString(),
      ...(o.place && { place: o.place }),
      ...(o.accuracyM !== null && { accuracyM: o.accuracyM }),
      input: { ...o.input, ...(caseId !== undefined && { caseId }), ...(evidenceIds.length > 0 && { evidenceIds }) },
      ...(o.kind === 'move' && version !== null && { expects: { version } })
    }
  }

  async #take(answer: FieldAnswer): Promise<void> {
    const o = this.#log.find(answer.key)
    if (!o || o.state === 'done') return
    const error = answer.error ?? null
    switch (answer.outcome) {
      case 'done':
      case 'repeated': {
        const done: StoredOperation = {
          ...o,
          state: 'done',
          result: answer.result ?? null,
          error: null,
          current: null,
          doneAt: new Date(this.#now()).toISOString()
        }
        await this.#log.finish(done)
        return
      }
      case 'later':
        return this.#log.write([{ ...o, error, notBefore: this.#now() + backoffMs(o.attempts) }])
      case 'refused':
        if (error && LOST_PHOTOS.includes(error.code) && o.photoIds.length > 0 && o.reuploads < MOST_REUPLOADS)
          return this.#uploadAnew(o)
        return this.#log.write([{ ...o, state: 'refused', error }])
      case 'conflict':
        return this.#log.write([{ ...o, state: 'conflict', error, current: answer.current ?? null }])
    }
  }

  /** The server does not have the photos any more: they are still here. */
  async #uploadAnew(o: StoredOperation): Promise<void> {
    for (const photo of await this.#log.store.photosOf(o.key))
      await this.#log.store.putPhoto({ ...photo, uploadUrl: null, evidenceId: null })
    await this.#log.write([{ ...o, state: 'queued', reuploads: o.reuploads + 1, notBefore: this.#now() }])
  }
}
